#include "data/generated/papaya.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "core/checksum.h"
#include "format_support.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::array<std::int64_t, 3> areas(const Mask& mask) {
  std::array<std::int64_t, 3> counts{};
  for (const auto value : mask.values) ++counts.at(value);
  return counts;
}

TEST(Papaya, IsAFunctionOfSeedAndIndex) {
  const PapayaOptions options{10, {64, 64}, 3};
  const Sample sample = make_papaya(options, 4);
  const Sample again = make_papaya(options, 4);
  EXPECT_EQ(sample.picture.pixels, again.picture.pixels);
  EXPECT_EQ(sample.mask.values, again.mask.values);
  EXPECT_NE(sample.picture.pixels, make_papaya(options, 5).picture.pixels);
  EXPECT_NE(sample.picture.pixels, make_papaya({10, {64, 64}, 4}, 4).picture.pixels);
}

// A change of the generator changes everybody's data set: it must be meant.
TEST(Papaya, HasTheSameBitsAsEver) {
  Checksum checksum;
  for (std::uint64_t i = 0; i < 8; ++i) {
    const Sample sample = make_papaya({}, i);
    checksum.update(std::as_bytes(std::span(sample.picture.pixels)));
    checksum.update(std::as_bytes(std::span(sample.mask.values)));
  }
  EXPECT_EQ(checksum.hex(), "18b5537ec04f4f918f32c512c25488b8");
}

TEST(Papaya, IsSweetWhenMoreThanHalfOfItIsRipe) {
  int sweet = 0;
  const int count = 300;
  for (int i = 0; i < count; ++i) {
    const Sample sample = make_papaya({count, {48, 48}, 0}, static_cast<std::uint64_t>(i));
    const auto [background, unripe, ripe] = areas(sample.mask);
    const double share = static_cast<double>(ripe) / static_cast<double>(ripe + unripe);
    EXPECT_EQ(sample.label, share > 0.5 ? 1 : 0) << i;
    EXPECT_GT(std::abs(share - 0.5), 0.03) << i;  // 0.04 to within a pixel or two
    EXPECT_GT(ripe + unripe, 48 * 48 / 20) << i;
    EXPECT_GT(background, 0) << i;
    sweet += static_cast<int>(sample.label);
  }
  EXPECT_NEAR(sweet, count / 2, 30);
}

// Logistic regression on the three means, trained by gradient descent. It gets 0.71 of the 1,200
// pictures right.
TEST(Papaya, IsNotToldByItsMeanColour) {
  constexpr int kCount = 500, kTrain = 350;
  std::vector<std::array<double, 4>> means;
  std::vector<double> labels;
  for (int i = 0; i < kCount; ++i) {
    const Sample sample = make_papaya({kCount, {48, 48}, 1}, static_cast<std::uint64_t>(i));
    std::array<double, 4> mean{0, 0, 0, 1};
    for (std::size_t p = 0; p < sample.picture.pixels.size(); ++p) {
      mean[p % 3] += sample.picture.pixels[p] / (48.0 * 48 * 64) - 2.0 / (48 * 48);
    }
    means.push_back(mean);
    labels.push_back(static_cast<double>(sample.label));
  }
  std::array<double, 4> weights{};
  const auto score = [&](int i) {
    double sum = 0;
    for (std::size_t c = 0; c < 4; ++c) sum += weights[c] * means[static_cast<std::size_t>(i)][c];
    return 1 / (1 + std::exp(-sum));
  };
  for (int step = 0; step < 3000; ++step) {
    std::array<double, 4> gradient{};
    for (int i = 0; i < kTrain; ++i) {
      const auto place = static_cast<std::size_t>(i);
      const double error = score(i) - labels[place];
      for (std::size_t c = 0; c < 4; ++c) gradient[c] += error * means[place][c];
    }
    for (std::size_t c = 0; c < 4; ++c) weights[c] -= gradient[c] / kTrain;
  }
  int right = 0;
  for (int i = kTrain; i < kCount; ++i) {
    right += (score(i) > 0.5) == (labels[static_cast<std::size_t>(i)] > 0.5) ? 1 : 0;
  }
  EXPECT_LT(right, 0.8 * (kCount - kTrain));
}

TEST(Papaya, ComesInOtherSizes) {
  for (const Size size : {Size{32, 64}, Size{200, 150}}) {
    const Sample sample = make_papaya({1, size, 0}, 0);
    EXPECT_EQ(sample.picture.size, size);
    EXPECT_EQ(sample.picture.pixels.size(), static_cast<std::size_t>(size.height * size.width * 3));
    EXPECT_EQ(sample.mask.size, size);
    EXPECT_GT(areas(sample.mask)[1], 0);
    EXPECT_GT(areas(sample.mask)[2], 0);
  }
}

class PapayaFolder : public ::testing::Test {
 protected:
  PapayaFolder() { make_papayas({20, {32, 32}, 0}, folder_.path(), 2); }
  test::TempFolder folder_;
};

TEST_F(PapayaFolder, IsTheSameForAnyNumberOfThreads) {
  const test::TempFolder other;
  make_papayas({20, {32, 32}, 0}, other.path(), 0);
  EXPECT_EQ(test::read_text(other / "labels.csv"), test::read_text(folder_ / "labels.csv"));
  for (const char* name : {"images/0000.jpg", "images/0019.jpg", "masks/0007.png"}) {
    EXPECT_EQ(test::read_text(other / name), test::read_text(folder_ / name)) << name;
  }
}

TEST_F(PapayaFolder, IsReadForClassification) {
  const Datasets datasets = open_datasets(config_for("papaya", folder_));
  EXPECT_THAT(datasets.classes, ElementsAre("not_sweet", "sweet"));
  EXPECT_EQ(datasets.train->size() + datasets.val->size() + datasets.test->size(), 20u);
  for (std::size_t i = 0; i < datasets.train->size(); ++i) {
    const Sample sample = datasets.train->load(i);
    const auto index = std::stoull(datasets.train->item(i).name.substr(7, 4));
    const Sample made = make_papaya({20, {32, 32}, 0}, index);
    EXPECT_EQ(sample.label, made.label);
    EXPECT_TRUE(sample.mask.empty());
    EXPECT_EQ(sample.picture.size, (Size{32, 32}));
  }
}

TEST_F(PapayaFolder, IsReadForSegmentation) {
  const Datasets datasets = open_datasets(config_for("papaya", folder_, config::Task::kSegment));
  EXPECT_THAT(datasets.classes, ElementsAre("background", "unripe", "ripe"));
  const Sample sample = datasets.train->load(0);
  EXPECT_EQ(sample.label, -1);
  const auto index = std::stoull(datasets.train->item(0).name.substr(7, 4));
  EXPECT_EQ(sample.mask.values, make_papaya({20, {32, 32}, 0}, index).mask.values);
}

TEST_F(PapayaFolder, MustHaveItsTable) {
  fs::remove(folder_ / "labels.csv");
  const Error error = open_error(config_for("papaya", folder_));
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("no papayas there: labels.csv is missing"));
  EXPECT_THAT(error.hint(), HasSubstr("carica data make papaya --out "));
}

TEST_F(PapayaFolder, MustHaveTheFilesOfItsTable) {
  fs::remove(folder_ / "masks/0003.png");
  EXPECT_THAT(open_error(config_for("papaya", folder_)).what(),
              HasSubstr("masks/0003.png: missing, though labels.csv names it"));
}

TEST_F(PapayaFolder, MustHaveRowsThatMakeSense) {
  for (const char* row : {"0001,ripe,0.7", "../0001,sweet,0.7", "0001"}) {
    test::write_text(folder_ / "labels.csv", std::string("name,label,ripe_share\n") + row + "\n");
    EXPECT_THAT(open_error(config_for("papaya", folder_)).what(),
                HasSubstr("labels.csv:2: " + std::string(row) + ": must be name,"));
  }
  test::write_text(folder_ / "labels.csv", "name,label,ripe_share\n");
  EXPECT_THAT(open_error(config_for("papaya", folder_)).what(), HasSubstr("names no pictures"));
}

TEST_F(PapayaFolder, HasClassesOfItsOwn) {
  auto config = config_for("papaya", folder_);
  config.data.classes = {"sweet", "not_sweet"};
  EXPECT_THAT(open_error(config).what(), HasSubstr("format papaya has not_sweet, sweet"));
}

}  // namespace
}  // namespace carica::data
