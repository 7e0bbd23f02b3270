#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/files/gzip.h"
#include "data/formats/idx.h"
#include "format_support.h"
#include "golden/masks_golden.h"

namespace carica::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

FileBytes bytes_of(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

TEST(Idx, HasAStrictHeader) {
  const auto header = parse_idx_header(golden::kIdxImages, 3, "i");
  EXPECT_THAT(header.shape, ElementsAre(3, 4, 5));
  EXPECT_EQ(header.file_bytes(), std::size(golden::kIdxImages));
  const auto what = [](std::span<const std::uint8_t> bytes, std::size_t sizes) {
    const Error error = error_of([&] { parse_idx_header(bytes, sizes, "i"); });
    EXPECT_EQ(error.code(), ErrorCode::kData);
    return std::string(error.what());
  };
  EXPECT_EQ(what(golden::kIdxImages, 1),
            "i: begins with 2051; must be the IDX number 2049 of labels");
  EXPECT_THAT(what(first_part(golden::kIdxImages, 15), 3), HasSubstr("i: has 15 bytes"));
  EXPECT_THAT(what({}, 3), HasSubstr("i: has 0 bytes"));
  FileBytes lie = bytes_of(golden::kIdxImages);
  for (int i = 4; i < 16; ++i) lie[static_cast<std::size_t>(i)] = 0xFF;
  EXPECT_THAT(what(lie, 3), HasSubstr("at most 2^40 bytes"));
  lie[8] = lie[9] = lie[10] = lie[11] = 0;
  EXPECT_THAT(what(lie, 3), HasSubstr("and no 0"));
}

TEST(Gzip, UnpacksAndKnowsTheEnd) {
  const auto all = unpack_gzip(golden::kIdxImagesGz, std::size(golden::kIdxImages), "g");
  EXPECT_TRUE(all.whole);
  EXPECT_EQ(all.bytes, bytes_of(golden::kIdxImages));
  const auto start = unpack_gzip(golden::kIdxImagesGz, 16, "g");
  EXPECT_FALSE(start.whole);
  EXPECT_EQ(start.bytes, first_part(golden::kIdxImages, 16));
}

TEST(Gzip, RefusesEveryDamage) {
  const FileBytes file = bytes_of(golden::kIdxLabelsGz);
  for (std::size_t end = 0; end < file.size(); ++end) {
    EXPECT_THROW(unpack_gzip(first_part(file, end), 100, "g"), Error) << end;
  }
  FileBytes wrong_sum = file;
  wrong_sum[file.size() - 8] ^= 1;
  EXPECT_THROW(unpack_gzip(wrong_sum, 100, "g"), Error);
  FileBytes longer = file;
  longer.push_back(0);
  EXPECT_THAT(error_of([&] { unpack_gzip(longer, 100, "g"); }).what(),
              HasSubstr("g: bytes behind the end"));
}

class Mnist : public ::testing::Test {
 protected:
  Mnist() : config_(config_for("mnist", folder_)) {
    config_.data.split = {0.5, 0.5, 0, true, "", 0};
    config_.data.split.stratified = false;
  }
  void put(const std::string& name, std::span<const std::uint8_t> bytes) {
    put_bytes(folder_ / name, bytes);
  }

  test::TempFolder folder_;
  config::Config config_;
};

TEST_F(Mnist, ReadsPlainAndPackedFilesAlike) {
  put("train-images-idx3-ubyte", golden::kIdxImages);
  put("train-labels-idx1-ubyte", golden::kIdxLabels);
  put("t10k-images-idx3-ubyte.gz", golden::kIdxImagesGz);
  put("t10k-labels-idx1-ubyte.gz", golden::kIdxLabelsGz);
  const Datasets datasets = open_datasets(config_);
  EXPECT_EQ(datasets.classes.size(), 10u);
  EXPECT_EQ(datasets.classes[7], "7");
  EXPECT_EQ(datasets.train->size() + datasets.val->size(), 3u);
  EXPECT_THAT(labels_of(*datasets.test), ElementsAre(7, 0, 9));
  EXPECT_EQ(datasets.test->item(1).name, "t10k-images-idx3-ubyte#1");
  const Sample sample = datasets.test->load(1);
  EXPECT_EQ(sample.label, 0);
  ASSERT_EQ(sample.picture.size, (Size{4, 5}));
  for (std::size_t i = 0; i < 60; ++i) {
    EXPECT_EQ(sample.picture.pixels[i], golden::kIdxImages[16 + 20 + i / 3]);
  }
  for (const auto* split : {&datasets.train, &datasets.val}) {
    for (std::size_t i = 0; i < (*split)->size(); ++i) {
      const auto& name = (*split)->item(i).name;
      const auto place = static_cast<std::size_t>(name.back() - '0');
      EXPECT_EQ((*split)->load(i).picture.pixels[3], golden::kIdxImages[16 + 20 * place + 1]);
    }
  }
}

TEST_F(Mnist, KnowsTheOtherSpellings) {
  put("MNIST/raw/emnist-letters-train-images.idx3-ubyte", golden::kIdxImages);
  put("MNIST/raw/emnist-letters-train-labels.idx1-ubyte", golden::kIdxLabels);
  EXPECT_EQ(open_datasets(config_).test->size(), 0u);
  put("emnist-digits-train-images-idx3-ubyte", golden::kIdxImages);
  put("emnist-digits-train-labels-idx1-ubyte", golden::kIdxLabels);
  EXPECT_THAT(open_error(config_).what(),
              HasSubstr("holds 2 sets; must be what the file names begin with: "
                        "MNIST/raw/emnist-letters-, emnist-digits-"));
  config_.data.variant = "emnist-digits";
  EXPECT_TRUE(open_datasets(config_).train->item(0).name.starts_with("emnist-digits-train"));
}

TEST_F(Mnist, RefusesFilesThatDoNotFitTheirHeader) {
  FileBytes images = bytes_of(golden::kIdxImages);
  put("train-labels-idx1-ubyte", golden::kIdxLabels);
  EXPECT_THAT(open_error(config_).what(), HasSubstr("no file of training pictures"));
  images.push_back(0);
  put("train-images-idx3-ubyte", images);
  EXPECT_THAT(open_error(config_).what(), HasSubstr("holds more than the 76 bytes of its header"));
  images.resize(70);
  put("train-images-idx3-ubyte", images);
  EXPECT_THAT(open_error(config_).what(), HasSubstr("holds 70 bytes of the 76 bytes"));
  images = bytes_of(golden::kIdxImages);
  images[7] = 2;
  images.resize(56);
  put("train-images-idx3-ubyte", images);
  EXPECT_THAT(open_error(config_).what(), HasSubstr("2 pictures, but 3 labels in "));
  put("train-images-idx3-ubyte", golden::kIdxImages);
  config_.data.classes = {"a", "b"};
  EXPECT_THAT(open_error(config_).what(), HasSubstr("label 7 of picture 0; must be below 2"));
}

TEST_F(Mnist, StopsUnpackingWhereTheHeaderEnds) {
  const auto start = unpack_gzip(golden::kIdxBombGz, 11, "g");
  EXPECT_FALSE(start.whole);
  EXPECT_EQ(start.bytes, bytes_of(golden::kIdxLabels));
  put("train-images-idx3-ubyte", golden::kIdxImages);
  put("train-labels-idx1-ubyte.gz", golden::kIdxBombGz);
  EXPECT_THAT(open_error(config_).what(), HasSubstr("holds more than the 11 bytes of its header"));
  put("train-labels-idx1-ubyte.gz", golden::kIdxImagesGz);
  EXPECT_THAT(open_error(config_).what(), HasSubstr("must be the IDX number 2049 of labels"));
}

}  // namespace
}  // namespace carica::data
