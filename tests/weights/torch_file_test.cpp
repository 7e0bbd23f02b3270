// Files of Python's torch.save, and what torch.load gives of them.
#include "golden/weights_golden.h"
#include "samples.h"
#include "weights/read.h"

namespace carica::weights {
namespace {

using testing::HasSubstr;

class TorchFiles : public testing::Test {
 protected:
  void SetUp() override {
    test::write_text(folder_ / "expected.safetensors", from_base64(golden::kExpected));
    expected_ = checkpoint::read_safetensors(folder_ / "expected.safetensors");
  }
  void expect_golden(const checkpoint::NamedTensors& tensors) {
    EXPECT_EQ(tensors.size(), expected_.tensors.size());
    for (const auto& [name, tensor] : tensors) {
      const auto* found = expected_.find(name);
      ASSERT_NE(found, nullptr) << name;
      EXPECT_TRUE(same_bits(tensor, *found)) << name << ": " << tensor << *found;
    }
  }
  WeightsFile read(const char* golden, const std::string& key = "") {
    test::write_text(folder_ / "x.pth", from_base64(golden));
    return read_weights(folder_ / "x.pth", key);
  }

  test::TempFolder folder_;
  checkpoint::TensorFile expected_;
};

TEST_F(TorchFiles, OfEveryFormHaveTheTensorsThatPythonReads) {
  const auto zip = read(golden::kZip);
  EXPECT_EQ(zip.format, "zip");
  expect_golden(zip.tensors);
  const auto legacy = read(golden::kLegacy);
  EXPECT_EQ(legacy.format, "legacy");
  expect_golden(legacy.tensors);
  expect_golden(read(golden::kProtocol4).tensors);
  expect_golden(read(golden::kDeflated).tensors);
}

TEST_F(TorchFiles, KeepTheOrderOfTheDict) {
  const auto file = read(golden::kZip);
  EXPECT_EQ(file.tensors.front().first, "transposed");
  EXPECT_EQ(file.tensors.back().first, "flags");
}

TEST_F(TorchFiles, HaveUnsignedTypes) {
  const auto file = read(golden::kUnsigned);
  ASSERT_EQ(file.tensors.size(), 3u);
  for (const auto& [name, tensor] : file.tensors) {
    const auto* bytes = static_cast<const unsigned char*>(tensor.const_data_ptr());
    for (std::size_t i = 0; i < tensor.nbytes(); ++i) EXPECT_EQ(bytes[i], 0xff) << name;
  }
  EXPECT_EQ(file.tensors[0].second.scalar_type(), torch::kUInt16);
  EXPECT_EQ(file.tensors[2].second.scalar_type(), torch::kUInt64);
}

TEST_F(TorchFiles, OfATrainingRunGiveTheWeightsAndTheFactsBesideThem) {
  const auto file = read(golden::kTraining);
  EXPECT_THAT(file.notes, testing::ElementsAre("taken from 'state_dict'"));
  ASSERT_EQ(file.tensors.size(), 7u);
  EXPECT_EQ(file.tensors[1].first, "module.0.bias");
  EXPECT_EQ(file.tensors[1].second.item<float>(), 1);
  EXPECT_EQ(file.metadata.at("epoch"), "3");
  EXPECT_EQ(file.metadata.at("arch"), "tiny");
  EXPECT_EQ(file.metadata.at("best"), "0.25");
}

TEST_F(TorchFiles, SharedStoragesBecomeTensorsOfTheirOwn) {
  const auto file = read(golden::kZip);
  torch::Tensor a, b;
  for (const auto& [name, tensor] : file.tensors) {
    if (name == "tied_a") a = tensor;
    if (name == "tied_b") b = tensor;
  }
  a.fill_(9);
  EXPECT_EQ(b[0].item<float>(), 1.5);
}

TEST_F(TorchFiles, AreNotChangedByWritingToTheirTensors) {
  const auto file = read(golden::kZip);
  for (const auto& [name, tensor] : file.tensors) tensor.zero_();
  EXPECT_EQ(test::read_text(folder_ / "x.pth"), from_base64(golden::kZip));
  // Nor does a tensor depend on the file that it came from.
  const auto kept = read_weights(folder_ / "x.pth").tensors;
  std::filesystem::remove(folder_ / "x.pth");
  expect_golden(kept);
}

// A flipped byte is seen, or it is one that holds nothing: padding and times of the archive.
TEST_F(TorchFiles, WithAFlippedByteAreRefusedOrReadAlike) {
  for (const char* golden : {golden::kZip, golden::kDeflated}) {
    const std::string good = from_base64(golden);
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < good.size(); ++i) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (i % 3 == 0 ? 0x01 : i % 3 == 1 ? 0x20 : 0xff));
      try {
        const TorchFile file = parse(bad);
        expect_golden(all_tensors(file));
        ++accepted;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kCorrupt);
      }
      ASSERT_FALSE(HasFailure()) << "byte " << i;
    }
    EXPECT_LT(accepted, good.size() / 2);
  }
}

// The old form has no checksums: it is read or refused, and never crashes.
TEST_F(TorchFiles, OfTheOldFormWithAFlippedByteAreReadOrRefused) {
  const std::string good = from_base64(golden::kLegacy);
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const int mask : {0x01, 0x10, 0x80, 0xff}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ mask);
      try {
        all_tensors(parse(bad));
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kCorrupt);
      }
    }
  }
}

TEST_F(TorchFiles, TruncatedAtAnyLengthAreRefused) {
  for (const char* golden : {golden::kZip, golden::kLegacy, golden::kDeflated}) {
    const std::string good = from_base64(golden);
    for (std::size_t length = 0; length < good.size(); ++length) {
      refusal([&] { all_tensors(parse(good.substr(0, length))); });
      ASSERT_FALSE(HasFailure()) << length;
    }
    EXPECT_THAT(refusal([&] { all_tensors(parse(good + '\0')); }), HasSubstr("x.pth: "));
  }
}

TEST_F(TorchFiles, ThatAreSomethingElseAreNamed) {
  const auto refused = [&](const std::string& bytes) {
    test::write_text(folder_ / "x.pth", bytes);
    return refusal([&] { read_weights(folder_ / "x.pth"); });
  };
  EXPECT_THAT(refused("<!DOCTYPE html><html>"), HasSubstr("a web page"));
  EXPECT_THAT(refused("version https://git-lfs.github.com/spec/v1\n"), HasSubstr("Git LFS"));
  EXPECT_THAT(refused("\x1f\x8b\x08 ..."), HasSubstr("gzip"));
  EXPECT_THAT(refused("sys_info" + std::string(249, '\0') + "ustar\0" + "00"), HasSubstr("a tar"));
  EXPECT_THAT(refused(""), HasSubstr("x.pth: 0 bytes"));
  EXPECT_THAT(refused("\x80\x02]."), HasSubstr("a pickle that torch.save did not write"));
  EXPECT_THAT(refusal([&] { read_weights(folder_ / "nowhere.pth"); }), HasSubstr("no such file"));
  EXPECT_THAT(refusal([&] { read_weights(folder_.path()); }), HasSubstr("is a folder"));
  ZipFile script = torch_zip("}");
  script.add("archive/constants.pkl", pickle::file(")"));
  EXPECT_THAT(refused(script.bytes()), HasSubstr("TorchScript"));
  ZipFile big = torch_zip("}");
  big.add("archive/byteorder", "big");
  EXPECT_THAT(refused(big.bytes()), HasSubstr("byte order"));
}

}  // namespace
}  // namespace carica::weights
