#include "checkpoint/safetensors.h"

#include <gmock/gmock.h>

#include <limits>

#include "checkpoint/header.h"
#include "core/checksum.h"
#include "golden/safetensors_golden.h"
#include "samples.h"

namespace carica::checkpoint {
namespace {

using test::TempFolder;
using testing::HasSubstr;

constexpr torch::ScalarType kTypes[] = {
    torch::kFloat64, torch::kFloat32, torch::kFloat16, torch::kBFloat16, torch::kInt64,
    torch::kInt32,   torch::kInt16,   torch::kInt8,    torch::kUInt64,   torch::kUInt32,
    torch::kUInt16,  torch::kUInt8,   torch::kBool};

TEST(Safetensors, BringsBackEveryTypeAndShapeBitByBit) {
  const TempFolder folder;
  NamedTensors tensors;
  for (const auto type : kTypes) {
    const std::string name = torch::toString(type);
    const auto ramp = torch::arange(24).view({2, 3, 4}).to(type);
    tensors.emplace_back(name, ramp);
    tensors.emplace_back(name + ".scalar", ramp.select(0, 1).select(0, 2).select(0, 3));
    tensors.emplace_back(name + ".empty", ramp.slice(1, 0, 0));
  }
  put_tensors(folder / "a.safetensors", tensors);
  const TensorFile read = read_safetensors(folder / "a.safetensors");
  EXPECT_TRUE(same_tensors(read.tensors, tensors));
  for (const auto& [name, tensor] : read.tensors) {
    EXPECT_TRUE(tensor.is_cpu() && tensor.is_contiguous()) << name;
  }
}

TEST(Safetensors, KeepsNaNsInfinitiesAndNegativeZeros) {
  const TempFolder folder;
  const double inf = std::numeric_limits<double>::infinity();
  const auto odd = torch::tensor({inf, -inf, std::nan("7"), -0.0, 5e-324});
  const NamedTensors tensors = {{"f64", odd}, {"f32", odd.to(torch::kFloat32)}};
  put_tensors(folder / "a", tensors);
  EXPECT_TRUE(same_tensors(read_safetensors(folder / "a").tensors, tensors));
}

TEST(Safetensors, WritesAnyLayoutInTheOrderOfItsIndices) {
  const TempFolder folder;
  const auto base = torch::arange(120, torch::kFloat32).view({2, 3, 4, 5});
  const NamedTensors tensors = {
      {"transposed", base.transpose(0, 3)},
      {"sliced", base.slice(2, 1, 4, 2)},
      {"channels_last", base.contiguous(torch::MemoryFormat::ChannelsLast)},
      {"expanded", torch::ones({1, 3}).expand({4, 3})},
      {"parameter", torch::ones({2}, torch::requires_grad())}};
  put_tensors(folder / "a", tensors);
  EXPECT_TRUE(same_tensors(read_safetensors(folder / "a").tensors, tensors));
}

TEST(Safetensors, AlignsEveryTensorAndKeepsTheOrderAmongEqualSizes) {
  const TempFolder folder;
  const NamedTensors tensors = {{"z", torch::ones({3}, torch::kBool)},
                                {"b", torch::ones({1}, torch::kFloat32)},
                                {"y", torch::ones({3}, torch::kFloat16)},
                                {"a", torch::ones({1}, torch::kFloat32)},
                                {"n", torch::ones({}, torch::kInt64)}};
  put_tensors(folder / "a", tensors);
  const std::string bytes = bytes_of_file(folder / "a");
  std::uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, bytes.data(), 8);
  EXPECT_EQ(header_bytes % 8, 0);
  const auto text = bytes.substr(8, header_bytes);
  EXPECT_TRUE(text.starts_with("{\"__metadata__\":{")) << text;
  std::vector<std::string> names;
  for (const auto& entry : parse_header(text, bytes.size() - 8 - header_bytes, "test").tensors) {
    EXPECT_EQ(entry.begin % entry.dtype->bytes, 0) << entry.name;
    names.push_back(entry.name);
  }
  EXPECT_THAT(names, testing::ElementsAre("n", "b", "a", "y", "z"));
}

TEST(Safetensors, StatesTheChecksumOfTheTensorBytes) {
  const TempFolder folder;
  put_tensors(folder / "a", {{"t", torch::tensor({1, 2, 3}, torch::kUInt8)}}, {{"k", "v\n\"ü\""}});
  Checksum checksum;
  const std::string data = "\1\2\3";
  checksum.update(std::as_bytes(std::span(data)));
  const Metadata metadata = read_safetensors_metadata(folder / "a");
  EXPECT_EQ(metadata.at(kChecksumKey), checksum.hex());
  EXPECT_EQ(metadata.at("k"), "v\n\"ü\"");
  EXPECT_EQ(metadata, read_safetensors(folder / "a").metadata);
}

TEST(Safetensors, WritesTheSameBytesEachTime) {
  const TempFolder folder;
  const NamedTensors tensors = {{"b", torch::rand({3})}, {"a", torch::rand({2, 2})}};
  put_tensors(folder / "a", tensors, {{"x", "1"}, {"a", "2"}});
  put_tensors(folder / "b", tensors, {{"a", "2"}, {"x", "1"}});
  EXPECT_EQ(bytes_of_file(folder / "a"), bytes_of_file(folder / "b"));
}

TEST(Safetensors, WritesAFileWithoutTensors) {
  const TempFolder folder;
  put_tensors(folder / "a", {});
  EXPECT_TRUE(read_safetensors(folder / "a").tensors.empty());
}

TEST(Safetensors, IsNotMisledByItsOwnKeysInsideTexts) {
  const TempFolder folder;
  const std::string token = std::string("\"") + kHeaderChecksumKey + "\":\"" + std::string(32, 'f');
  const NamedTensors tensors = {{token, torch::ones({2})}, {kHeaderChecksumKey, torch::ones({1})}};
  put_tensors(folder / "a", tensors, {{"a", token}, {token, "b"}});
  const TensorFile read = read_safetensors(folder / "a");
  EXPECT_TRUE(same_tensors(read.tensors, tensors));
  EXPECT_EQ(read.metadata.at("a"), token);
}

TEST(Safetensors, FindsTensorsByName) {
  TensorFile file;
  file.tensors = {{"a", torch::ones({1})}, {"b", torch::zeros({1})}};
  EXPECT_EQ(file.find("b")->item<float>(), 0);
  EXPECT_EQ(file.find("c"), nullptr);
}

TEST(Safetensors, RefusesToWriteWhatItCouldNotRead) {
  const TempFolder folder;
  const auto one = torch::ones({1});
  const auto write = [&](const NamedTensors& tensors) {
    return message_of(ErrorCode::kShape, [&] { put_tensors(folder / "a", tensors); });
  };
  EXPECT_EQ(write({{"x", one}, {"x", one}}),
            "checkpoint: tensor \"x\": occurs twice; each name may occur once");
  EXPECT_EQ(write({{"x", torch::Tensor()}}), "checkpoint: tensor \"x\": undefined");
  EXPECT_THAT(write({{"x", one.to(torch::kComplexFloat)}}), HasSubstr("type ComplexFloat"));
  EXPECT_THAT(write({{"x", one.to_sparse()}}), HasSubstr("layout Sparse"));
  EXPECT_THAT(write({{"__metadata__", one}}), HasSubstr("not a name"));
  EXPECT_THAT(write({{"\xff", one}}), HasSubstr("not a name"));
  EXPECT_THAT(write({{std::string(17 << 20, 'x'), one}}), HasSubstr("at most 16"));
  EXPECT_THAT(message_of(ErrorCode::kData,
                         [&] {
                           put_tensors(folder / "a", {}, {{"class", "\xc3("}});
                         }),
              HasSubstr("metadata \"class\" is not valid UTF-8"));
  EXPECT_FALSE(std::filesystem::exists(folder / "a"));
}

TEST(GoldenSafetensors, ReadsWhatPythonWrote) {
  const TempFolder folder;
  put_bytes(folder / "a",
            {reinterpret_cast<const char*>(golden::kSafetensors), sizeof(golden::kSafetensors)});
  const auto ramp = torch::arange(6).view({2, 3});
  NamedTensors expected = {{"bool", ramp.remainder(2).eq(1)},
                           {"scalar", torch::tensor(2.5F)},
                           {"empty", torch::zeros({0, 3})},
                           {"näme.weight", torch::tensor({-1.0F})}};
  const std::pair<const char*, torch::ScalarType> types[] = {
      {"f64", torch::kFloat64}, {"f32", torch::kFloat32},   {"f16", torch::kFloat16},
      {"i64", torch::kInt64},   {"bf16", torch::kBFloat16}, {"i32", torch::kInt32},
      {"i16", torch::kInt16},   {"i8", torch::kInt8},       {"u64", torch::kUInt64},
      {"u32", torch::kUInt32},  {"u16", torch::kUInt16},    {"u8", torch::kUInt8}};
  for (const auto& [name, type] : types) expected.emplace_back(name, ramp.to(type));
  const TensorFile read = read_safetensors(folder / "a");
  EXPECT_TRUE(same_tensors(read.tensors, expected));
  EXPECT_EQ(read.metadata, (Metadata{{"format", "pt"}, {"note", "from Python"}}));
}

}  // namespace
}  // namespace carica::checkpoint
