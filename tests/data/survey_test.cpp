#include "data/checks/survey.h"

#include <atomic>

#include "check_support.h"
#include "golden/statistics_golden.h"

namespace carica::data {
namespace {

// As make_statistics.py's.
Picture golden_picture(Size size) {
  Picture picture{size, PixelBytes(static_cast<std::size_t>(size.height) * size.width * 3)};
  for (std::uint64_t i = 0; i < picture.pixels.size(); ++i) {
    const auto height = static_cast<std::uint64_t>(size.height);
    picture.pixels[i] = static_cast<std::uint8_t>((i * i * 31 + i * 17 + height) % 251);
  }
  return picture;
}

class Survey : public CheckedFolder {};

TEST_F(Survey, GivesNumPysMeanAndDeviation) {
  const Size sizes[] = {{5, 7}, {64, 3}, {31, 31}, {200, 333}};
  int number = 0;
  for (const Size size : sizes) {
    put_bytes(folder_ / cat("a/", number++, ".png"), encode_png(golden_picture(size)));
  }
  auto config = config_for("image_folder", folder_);
  config.data.split = shares(1, 0);
  for (const std::size_t threads : {1, 4}) {
    const auto surveys = survey(config, open_datasets(config), threads, [](auto, auto) {});
    const auto mean = surveys[0].sums.mean(), deviation = surveys[0].sums.deviation();
    for (std::size_t c = 0; c < 3; ++c) {
      EXPECT_NEAR(mean[c], golden::kMean[c], 1e-12);
      EXPECT_NEAR(deviation[c], golden::kDeviation[c], 1e-12);
    }
  }
}

TEST_F(Survey, IsTheSameForAnyNumberOfThreads) {
  put_pets();
  put_bytes(folder_ / "train/cat/1.png", FileBytes{});
  put_bytes(folder_ / "train/dog/2.png", FileBytes{'x'});
  const auto config = pets();
  const auto datasets = open_datasets(config);
  const auto one = survey(config, datasets, 0, [](auto, auto) {});
  const auto many = survey(config, datasets, 7, [](auto, auto) {});
  for (std::size_t s = 0; s < one.size(); ++s) {
    EXPECT_EQ(one[s].counts, many[s].counts);
    EXPECT_EQ(one[s].sums.squares, many[s].sums.squares);
    ASSERT_EQ(one[s].problems.size(), many[s].problems.size());
    for (std::size_t i = 0; i < one[s].problems.size(); ++i) {
      EXPECT_EQ(one[s].problems[i].file, many[s].problems[i].file);
    }
    for (std::size_t i = 0; i < one[s].records.size(); ++i) {
      EXPECT_EQ(one[s].records[i].picture, many[s].records[i].picture);
    }
  }
}

TEST_F(Survey, ReportsProgressOfAllSplits) {
  put_pets();
  const auto config = pets();
  std::atomic<std::size_t> calls = 0, last = 0;
  survey(config, open_datasets(config), 2, [&](std::size_t done, std::size_t all) {
    ++calls;
    if (done == all) last = all;
  });
  EXPECT_EQ(calls, 24u);
  EXPECT_EQ(last, 24u);
}

TEST(ChannelSums, OfNothingAreZeros) {
  EXPECT_EQ(ChannelSums{}.mean(), (std::array<double, 3>{}));
  EXPECT_EQ(ChannelSums{}.deviation(), (std::array<double, 3>{}));
}

TEST(ChannelSums, DoNotOverflowOnBrightPictures) {
  const Picture white{{700, 1000}, PixelBytes(700 * 1000 * 3, 255)};
  ChannelSums sums;
  sums.add(white);
  EXPECT_EQ(sums.squares[2], 700'000ull * 255 * 255);
  EXPECT_EQ(sums.mean()[0], 1);
  EXPECT_EQ(sums.deviation()[0], 0);
}

}  // namespace
}  // namespace carica::data
