// Against scikit-learn, and a count in fractions: see golden/make_metric_peers.py.
#include "metrics/picture_scores.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "errors.h"
#include "golden/metric_peers_golden.h"
#include "metrics/picture_ap.h"
#include "metrics/picture_failures.h"
#include "near.h"
#include "pictures_of.h"

namespace carica::metrics {
namespace {

std::vector<double> flat(const SegmentationScores& scores) {
  std::vector<double> result;
  const auto add = [&](const OverlapScores& one) {
    result.insert(result.end(),
                  {one.accuracy, one.recall, one.precision, one.f1, one.dice, one.iou});
  };
  for (const auto& one : scores.classes) add(one);
  add(scores.mean);
  result.insert(result.end(), {scores.frequency_weighted_iou, scores.pixel_accuracy});
  return result;
}

std::vector<PictureConfusion> random_pictures(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<PictureConfusion> pictures(1 + random() % 5, PictureConfusion(1 + seed % 6));
  for (auto& picture : pictures) {
    for (auto& count : picture.counts) {
      count = random() % 3 == 0 ? 0 : static_cast<std::int64_t>(random() % 1'000'000);
    }
  }
  return pictures;
}

TEST(PictureScores, AreThoseOfScikitLearn) {
  const auto cases = golden::picture_cases();
  ASSERT_EQ(cases.size(), 6);
  for (std::size_t number = 0; number < cases.size(); ++number) {
    SCOPED_TRACE(number);
    const auto pictures = pictures_of(cases[number]);
    expect_near(flat(pooled_scores(pooled_confusion(pictures))), cases[number].pooled, kFloat64,
                "pooled");
    expect_near(flat(mean_picture_scores(pictures)), cases[number].mean, kFloat64, "mean");
  }
}

TEST(PictureAp, CountsAsFractionsDo) {
  for (const auto& one : golden::picture_cases()) {
    const PictureAp result = picture_ap(pictures_of(one));
    golden::Counts detections;
    for (const auto& thresholds : result.detections) {
      for (const auto& at : thresholds) {
        detections.insert(detections.end(), {at.tp, at.fp, at.fn});
      }
    }
    EXPECT_EQ(detections, one.detections);
    expect_near(result.ap, one.ap, kFloat64, "ap");
    expect_near(result.map, one.map, kFloat64, "map");
  }
}

TEST(PictureAp, ComparesThresholdsWithoutRounding) {
  // IoU 3/10, where 3 * 0.1 is more than 0.3 in floating point; and 7/10.
  for (const std::int64_t tenths : {3, 7}) {
    PictureConfusion picture(2);
    picture.at(0, 0) = tenths;
    picture.at(0, 1) = 10 - tenths;
    const auto detections = picture_ap(std::vector{picture}).detections[0];
    for (int t = 0; t < kIouThresholds; ++t) {
      const bool detected = t <= tenths;
      EXPECT_EQ(detections[static_cast<std::size_t>(t)],
                (PictureDetections{detected, !detected, !detected}))
          << t;
    }
  }
}

TEST(PictureAp, LeavesOutAClassThatIsNeverPredicted) {
  PictureConfusion picture(3);
  picture.at(0, 0) = 5;
  picture.at(1, 0) = 5;  // in the truth only
  const auto result = picture_ap(std::vector{picture});
  EXPECT_NEAR(result.ap[0], 6.0 / 11, kFloat64);  // IoU 1/2: t = 0 to 0.5 are right
  EXPECT_TRUE(std::isnan(result.ap[1]));
  EXPECT_TRUE(std::isnan(result.ap[2]));
  EXPECT_EQ(result.map, result.ap[0]);
  EXPECT_EQ(result.detections[1][0], (PictureDetections{0, 0, 1}));
}

TEST(PictureFailures, AndRanksAreThoseOfFractions) {
  for (const auto& one : golden::picture_cases()) {
    const auto pictures = pictures_of(one);
    golden::Counts ranked, failures;
    for (const auto& picture : rank_pictures(pictures)) {
      ranked.push_back(static_cast<std::int64_t>(picture.picture));
    }
    for (const auto& failure : picture_failures(pictures)) {
      failures.insert(failures.end(),
                      {failure.class_id, static_cast<std::int64_t>(failure.picture)});
      EXPECT_LE(failure.iou(), 0.5);
    }
    EXPECT_EQ(ranked, one.ranked);
    EXPECT_EQ(failures, one.failures);
  }
}

TEST(PictureFailures, BeginAtOneHalf) {
  PictureConfusion half(2), more(2);
  half.at(0, 0) = half.at(0, 1) = 5;
  more.at(0, 0) = 5'000'000'001;
  more.at(0, 1) = 5'000'000'000;
  const auto failures = picture_failures(std::vector{more, half});
  ASSERT_EQ(failures.size(), 1);
  EXPECT_EQ(failures[0].picture, 1);
  EXPECT_EQ(failures[0].iou(), 0.5);
}

TEST(PictureScores, KeepTheInvariantsOfOverlapMeasures) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const auto pictures = random_pictures(seed);
    const PictureConfusion pooled = pooled_confusion(pictures);
    if (pooled.total() == 0) continue;
    const auto scores = pooled_scores(pooled);
    std::int64_t rows = 0;
    for (int c = 0; c < pooled.classes; ++c) {
      const auto& one = scores.classes[static_cast<std::size_t>(c)];
      rows += pooled.support(c);
      EXPECT_GE(one.accuracy, scores.pixel_accuracy - kFloat64);
      if (std::isnan(one.dice)) {
        EXPECT_EQ(one.f1, 0);
        continue;
      }
      EXPECT_EQ(one.dice, one.f1);
      EXPECT_NEAR(one.iou, one.dice / (2 - one.dice), kFloat64);
      for (const double share : {one.accuracy, one.recall, one.precision, one.iou}) {
        EXPECT_GE(share, 0);
        EXPECT_LE(share, 1);
        EXPECT_LE(one.iou, share);
      }
    }
    EXPECT_EQ(rows, pooled.total());
    const auto mean = mean_picture_scores(pictures);
    for (const auto& one : mean.classes) expect_near(one.f1, one.dice, 0, "mean f1");
  }
}

TEST(PictureScores, WithoutOtherAreThoseOfTheConfusion) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::mt19937_64 random(seed);
    Confusion confusion(static_cast<int>(1 + seed % 5));
    for (auto& count : confusion.counts) {
      count = random() % 2 == 0 ? 0 : static_cast<std::int64_t>(random() % 1000);
    }
    confusion.counts[0] += 1;
    const auto scores = pooled_scores(PictureConfusion(confusion));
    const auto summary = summarize(confusion);
    const auto classes = per_class(confusion);
    for (std::size_t c = 0; c < classes.size(); ++c) {
      EXPECT_EQ(scores.classes[c].precision, classes[c].precision);
      EXPECT_EQ(scores.classes[c].recall, classes[c].recall);
      EXPECT_EQ(scores.classes[c].f1, classes[c].f1);
      expect_near(scores.classes[c].iou, classes[c].iou, 0, "iou");
    }
    EXPECT_EQ(scores.pixel_accuracy, summary.accuracy);
    EXPECT_EQ(scores.mean.iou, summary.miou);
    EXPECT_NEAR(scores.mean.f1, summary.f1_macro, kFloat64);
  }
}

TEST(PictureScores, CountOtherAsWrong) {
  PictureConfusion picture(2);
  picture.at(0, 0) = 3;
  picture.at(0, picture.other()) = 1;
  picture.at(1, 1) = 4;
  const auto scores = pooled_scores(picture);
  EXPECT_EQ(scores.pixel_accuracy, 7.0 / 8);
  EXPECT_EQ(scores.classes[0].recall, 0.75);
  EXPECT_EQ(scores.classes[0].precision, 1);
  EXPECT_EQ(scores.classes[0].iou, 0.75);
  EXPECT_EQ(scores.classes[1].iou, 1);
}

TEST(PictureScores, DoNotDependOnTheOrderOfThePictures) {
  for (std::uint64_t seed = 1; seed < 40; ++seed) {
    auto pictures = random_pictures(seed);
    const auto before = flat(mean_picture_scores(pictures));
    const auto ap = picture_ap(pictures);
    std::shuffle(pictures.begin(), pictures.end(), std::mt19937_64(seed));
    expect_near(flat(mean_picture_scores(pictures)), before, 0, "mean");
    EXPECT_EQ(picture_ap(pictures).detections, ap.detections);
  }
}

TEST(PictureScores, OfNothingAreDefined) {
  const auto pooled = pooled_scores(PictureConfusion(2));
  EXPECT_TRUE(std::isnan(pooled.pixel_accuracy));
  EXPECT_TRUE(std::isnan(pooled.mean.iou));
  EXPECT_EQ(pooled.mean.f1, 0);
  const std::vector<PictureConfusion> ignored(2, PictureConfusion(2));
  EXPECT_TRUE(std::isnan(mean_picture_scores(ignored).mean.f1));
  EXPECT_TRUE(std::isnan(picture_ap(ignored).map));
  EXPECT_TRUE(picture_failures(ignored).empty());
  EXPECT_EQ(rank_pictures(ignored).size(), 2);
  EXPECT_TRUE(mean_picture_scores({}).classes.empty());
}

TEST(PictureConfusion, CountsPixelsThatAreNotIgnored) {
  const std::vector<std::uint8_t> truth = {0, 1, 255, 1, 0}, prediction = {0, 7, 0, 1, 1};
  const auto picture = count_pixels(2, 255, truth, prediction);
  EXPECT_THAT(picture.counts, testing::ElementsAre(1, 1, 0, 0, 1, 1));
  EXPECT_EQ(picture.total(), 4);
  EXPECT_EQ(picture.correct(), 2);
  EXPECT_EQ(picture.either(1), 3);
}

TEST(PictureConfusion, RefusesWhatDoesNotFit) {
  const std::vector<std::uint8_t> truth = {0, 2};
  EXPECT_EQ(refusal([&] { count_pixels(2, 255, truth, truth); }), ErrorCode::kData);
  EXPECT_EQ(refusal([&] { count_pixels(3, 255, truth, {}); }), ErrorCode::kShape);
  EXPECT_EQ(count_pixels(2, 2, truth, truth).total(), 1);
  PictureConfusion two(2);
  EXPECT_EQ(refusal([&] { two += PictureConfusion(3); }), ErrorCode::kShape);
}

}  // namespace
}  // namespace carica::metrics
