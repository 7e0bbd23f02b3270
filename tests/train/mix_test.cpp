#include "train/mix.h"

#include <gtest/gtest.h>
#include <torch/types.h>

namespace carica::train {
namespace {

data::Batch batch_of(std::size_t number, data::Size size) {
  data::Batch batch;
  batch.number = number;
  batch.size = size;
  return batch;
}

TEST(Mix, IsOffByDefault) {
  const auto pictures = torch::rand({3, 3, 8, 8});
  const Mix mix = draw_mix({}, 1, 0, batch_of(0, {8, 8}));
  EXPECT_EQ(mix.own, 1);
  EXPECT_TRUE(mixed(pictures, mix).is_same(pictures));
}

TEST(Mix, UpBlendsEachPictureWithTheOneBefore) {
  const auto pictures = torch::rand({4, 3, 8, 6}).contiguous(torch::MemoryFormat::ChannelsLast);
  const Mix mix = draw_mix({.mixup = 0.4}, 7, 2, batch_of(5, {8, 6}));
  ASSERT_LT(mix.own, 1);
  const auto result = mixed(pictures, mix);
  const auto expected = pictures * mix.own + pictures.roll(1, 0) * (1 - mix.own);
  EXPECT_LE((result - expected).abs().max().item<float>(), 1e-6f);
  EXPECT_TRUE(result.is_contiguous(torch::MemoryFormat::ChannelsLast));
}

TEST(Mix, CutPastesARectangleOfTheOneBeforeAndCountsItsArea) {
  const auto pictures =
      torch::arange(4).view({4, 1, 1, 1}).expand({4, 3, 40, 30}).clone().to(torch::kFloat);
  int pasted = 0;
  for (std::size_t number = 0; number < 60; ++number) {
    const Mix mix = draw_mix({.cutmix = 1}, 3, 1, batch_of(number, {40, 30}));
    const auto result = mixed(pictures, mix);
    const auto foreign = (result[2][0] == 1).sum().item<std::int64_t>();
    EXPECT_EQ((result[2][0] == 2).sum().item<std::int64_t>(), 1200 - foreign);
    EXPECT_NEAR(1 - mix.own, static_cast<double>(foreign) / 1200, 1e-12);
    pasted += foreign > 0;
  }
  EXPECT_GT(pasted, 40);
}

TEST(Mix, DependsOnSeedEpochAndBatchAlone) {
  const config::BatchTransformsConfig both{.mixup = 0.2, .cutmix = 1};
  const auto own = [&](std::uint64_t seed, std::int64_t epoch, std::size_t number) {
    return draw_mix(both, seed, epoch, batch_of(number, {32, 32})).own;
  };
  EXPECT_EQ(own(1, 2, 3), own(1, 2, 3));
  EXPECT_NE(own(1, 2, 3), own(1, 2, 4));
  EXPECT_NE(own(1, 2, 3), own(1, 3, 3));
  EXPECT_NE(own(1, 2, 3), own(2, 2, 3));
}

TEST(Mix, DrawsAsOftenAndAsMuchAsItIsTold) {
  int mixes = 0, cuts = 0;
  double sum = 0;
  constexpr int kDraws = 4000;
  for (std::size_t number = 0; number < kDraws; ++number) {
    const Mix mix = draw_mix({.mixup = 1, .cutmix = 1, .p = 0.6, .switch_p = 0.25}, 11, 0,
                             batch_of(number, {1000, 1000}));
    mixes += mix.own < 1;
    cuts += mix.cuts;
    if (mix.own < 1 && !mix.cuts) sum += mix.own;
  }
  // Four standard deviations of the frequencies; Beta(1, 1) has mean 0.5 and variance 1/12.
  EXPECT_NEAR(mixes / double{kDraws}, 0.6, 0.031);
  EXPECT_NEAR(cuts / double(mixes), 0.25, 0.036);
  EXPECT_NEAR(sum / (mixes - cuts), 0.5, 0.028);
}

}  // namespace
}  // namespace carica::train
