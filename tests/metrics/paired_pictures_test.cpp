#include "metrics/paired_pictures.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "errors.h"
#include "metrics/bootstrap.h"
#include "metrics/picture_scores.h"
#include "near.h"
#include "pictures_of.h"

namespace carica::metrics {
namespace {

using testing::HasSubstr;

PictureConfusion picture(const std::vector<std::int64_t>& counts) {
  PictureConfusion result(2);
  result.counts = counts;
  return result;
}

RunPictures run(const std::vector<PictureConfusion>& counts) {
  RunPictures result;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    result.ids.push_back("p" + std::to_string(i));
    result.counts.push_back(overlaps_of(counts[i]));
  }
  return result;
}

std::string message(const RunPictures& first, const RunPictures& second) {
  return usage_message([&] { pair_up(first, second); });
}

// Everything right, and the same truth with mistakes.
const std::vector<PictureConfusion> kRight = {picture({8, 0, 0, 0, 4, 0}),
                                              picture({6, 0, 0, 0, 6, 0})};
const std::vector<PictureConfusion> kWrong = {picture({4, 4, 0, 0, 4, 0}),
                                              picture({6, 0, 0, 3, 3, 0})};

double miou(const PictureConfusion& one) { return pooled_scores(one).mean.iou; }

TEST(PairedPictures, DifferenceOfTwoPicturesProvesNothing) {
  const auto found = bootstrap_miou_difference(pair_up(run(kWrong), run(kRight)));
  EXPECT_NEAR(found.difference.value, 1 - miou(pooled_confusion(kWrong)), kFloat64);
  EXPECT_TRUE(std::isnan(found.difference.low) && std::isnan(found.difference.high));
  EXPECT_EQ(found.p, 0.5);
}

TEST(PairedPictures, DifferenceLiesBetweenThoseOfThePicturesAndIsSureWithManyOfThem) {
  auto right = kRight, wrong = kWrong;
  for (int i = 0; i < 9; ++i) {
    right.insert(right.end(), kRight.begin(), kRight.end());
    wrong.insert(wrong.end(), kWrong.begin(), kWrong.end());
  }
  const auto found = bootstrap_miou_difference(pair_up(run(wrong), run(right)));
  const auto gains = std::minmax(1 - miou(kWrong[0]), 1 - miou(kWrong[1]));
  EXPECT_GT(found.difference.low, gains.first);
  EXPECT_LT(found.difference.low, found.difference.value);
  EXPECT_LT(found.difference.value, found.difference.high);
  EXPECT_LT(found.p, 0.01);
}

TEST(PairedPictures, DifferenceOfARunWithItselfIsNone) {
  const auto found = bootstrap_miou_difference(pair_up(run(kWrong), run(kWrong)));
  EXPECT_EQ(found.difference.value, 0);
  EXPECT_EQ(found.p, 1);
}

TEST(PairedPictures, DifferenceIsThatOfThePooledScoresInAnyOrder) {
  for (const auto& one : golden::picture_cases()) {
    const auto pictures = pictures_of(one);
    if (pictures.empty()) continue;
    auto others = pictures;
    for (auto& counts : others) {  // the truth as before, the predictions turned
      for (int c = 0; c < counts.classes; ++c) std::swap(counts.at(c, 0), counts.at(c, c));
    }
    auto first = run(pictures);
    const auto second = run(others);
    const auto straight = bootstrap_miou_difference(pair_up(first, second), {.resamples = 30});
    const auto gain = miou(pooled_confusion(others)) - miou(pooled_confusion(pictures));
    EXPECT_NEAR(straight.difference.value, gain, kFloat64);
    std::ranges::reverse(first.ids);
    std::ranges::reverse(first.counts);
    const auto turned = bootstrap_miou_difference(pair_up(first, second), {.resamples = 30});
    expect_near(straight.difference.low, turned.difference.low, 0, "low");
    EXPECT_EQ(straight.p, turned.p);
  }
}

TEST(PairedPictures, RefuseRunsOverOtherPicturesOrMasks) {
  EXPECT_EQ(message(run(kRight), run(kWrong)), "");
  auto other = run(kWrong);
  other.ids[1] = "q";
  EXPECT_THAT(message(run(kRight), other), HasSubstr("\"q\" is in the second run only"));
  other = run(kWrong);
  other.counts[1] = overlaps_of(picture({5, 1, 0, 3, 4, 0}));
  EXPECT_THAT(message(run(kRight), other), HasSubstr("\"p1\" has another mask"));
  other.ids.pop_back();
  EXPECT_EQ(refusal([&] { pair_up(run(kRight), other); }), ErrorCode::kShape);
  EXPECT_EQ(refusal([] { bootstrap_miou_difference({}); }), ErrorCode::kShape);
}

}  // namespace
}  // namespace carica::metrics
