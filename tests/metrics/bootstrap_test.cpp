// Against scikit-learn and numpy on the same resamples: see golden/make_metric_peers.py.
#include "metrics/bootstrap.h"

#include <algorithm>
#include <random>

#include "errors.h"
#include "golden/metric_peers_golden.h"
#include "metrics/confusion.h"
#include "near.h"
#include "pictures_of.h"

namespace carica::metrics {
namespace {

std::vector<double> flat(std::initializer_list<Interval> intervals) {
  std::vector<double> result;
  for (const Interval& one : intervals) {
    result.insert(result.end(), {one.value, one.low, one.high});
  }
  return result;
}

std::vector<double> flat(const ClassificationIntervals& intervals) {
  auto result = flat({intervals.accuracy, intervals.f1_macro});
  for (const auto& one : intervals.classes) {
    const auto more = flat({one.precision, one.recall, one.f1});
    result.insert(result.end(), more.begin(), more.end());
  }
  return result;
}

std::vector<double> flat(const OverlapIntervals& intervals) {
  auto result = flat({intervals.miou});
  for (const auto& one : intervals.iou) {
    result.insert(result.end(), {one.value, one.low, one.high});
  }
  return result;
}

struct Labels {
  std::vector<int> truth, prediction;
};

Labels random_labels(int classes, std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto any = [&] { return static_cast<int>(random() % static_cast<std::uint64_t>(classes)); };
  Labels labels;
  for (std::size_t i = 0; i < count; ++i) {
    labels.truth.push_back(any());
    labels.prediction.push_back(random() % 4 > 0 ? labels.truth.back() : any());
  }
  return labels;
}

TEST(Bootstrap, HasThePercentilesOfNumpyOnScikitLearnsMetrics) {
  for (const auto& one : golden::paired_cases()) {
    const auto intervals = bootstrap_samples(one.classes, one.truth, one.second,
                                             {.resamples = 40, .level = 0.95, .seed = one.seed});
    expect_near(flat(intervals), one.second_intervals, kFloat64, "interval");
  }
}

TEST(Bootstrap, OfPicturesHasThePercentilesOfNumpyOnScikitLearnsIou) {
  for (const auto& one : golden::picture_cases()) {
    const auto intervals =
        bootstrap_pictures(pictures_of(one), {.resamples = 30, .level = 0.95, .seed = 9});
    expect_near(flat(intervals), one.intervals, kFloat64, "interval");
  }
}

TEST(Bootstrap, DoesNotDependOnTheOrderOfTheSamples) {
  const Labels labels = random_labels(4, 300, 1);
  std::vector<std::size_t> order(labels.truth.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), std::mt19937_64(2));
  Labels shuffled;
  for (const auto i : order) {
    shuffled.truth.push_back(labels.truth[i]);
    shuffled.prediction.push_back(labels.prediction[i]);
  }
  const BootstrapOptions options{.resamples = 50};
  EXPECT_EQ(flat(bootstrap_samples(4, labels.truth, labels.prediction, options)),
            flat(bootstrap_samples(4, shuffled.truth, shuffled.prediction, options)));
  for (const auto& one : golden::picture_cases()) {
    auto pictures = pictures_of(one);
    const auto before = bootstrap_pictures(pictures, options);
    std::reverse(pictures.begin(), pictures.end());
    expect_near(flat(bootstrap_pictures(pictures, options)), flat(before), 0, "interval");
  }
}

TEST(Bootstrap, HasTheValuesOfTheSummary) {
  const Labels labels = random_labels(10, 2500, 3);
  Confusion confusion(10);
  for (std::size_t i = 0; i < labels.truth.size(); ++i) {
    ++confusion.at(labels.truth[i], labels.prediction[i]);
  }
  const auto intervals = bootstrap_samples(10, labels.truth, labels.prediction, {.resamples = 200});
  EXPECT_EQ(intervals.accuracy.value, summarize(confusion).accuracy);
  EXPECT_NEAR(intervals.f1_macro.value, summarize(confusion).f1_macro, kFloat64);
  const auto classes = per_class(confusion);
  for (std::size_t c = 0; c < classes.size(); ++c) {
    EXPECT_EQ(intervals.classes[c].recall.value, classes[c].recall);
    EXPECT_LT(intervals.classes[c].recall.low, classes[c].recall);
    EXPECT_GT(intervals.classes[c].recall.high, classes[c].recall);
  }
  // The half width is about 1.96 standard errors of a share.
  const double share = intervals.accuracy.value;
  const double half = 1.96 * std::sqrt(share * (1 - share) / 2500);
  EXPECT_NEAR(intervals.accuracy.high - intervals.accuracy.low, 2 * half, 0.3 * half);
}

TEST(Bootstrap, GivesOtherSeedsOtherResamplesAndWiderLevelsWiderIntervals) {
  const Labels labels = random_labels(3, 200, 4);
  const auto accuracy = [&](double level, std::uint64_t seed) {
    return bootstrap_samples(3, labels.truth, labels.prediction,
                             {.resamples = 300, .level = level, .seed = seed})
        .accuracy;
  };
  EXPECT_LT(accuracy(0.99, 0).low, accuracy(0.8, 0).low);
  EXPECT_GT(accuracy(0.99, 0).high, accuracy(0.8, 0).high);
  const auto a = bootstrap_samples(3, labels.truth, labels.prediction, {.resamples = 20});
  const auto b =
      bootstrap_samples(3, labels.truth, labels.prediction, {.resamples = 20, .seed = 1});
  EXPECT_NE(flat(a), flat(b));
}

TEST(Bootstrap, SaysNothingOfAClassThatIsNowhere) {
  const std::vector<int> labels = {0, 0, 1};
  const auto intervals = bootstrap_samples(3, labels, labels, {.resamples = 10});
  EXPECT_TRUE(std::isnan(intervals.classes[2].f1.value));
  EXPECT_TRUE(std::isnan(intervals.classes[2].f1.low));
  EXPECT_EQ(intervals.classes[0].f1.value, 1);
  EXPECT_EQ(intervals.accuracy.high, 1);
}

// scipy: binomtest(20, 20).proportion_ci(method="exact") and so on.
TEST(Bootstrap, IsNotCertainWhereAllIsRightOrAllIsWrong) {
  std::vector<int> truth(20, 0), wrong(20, 2);
  std::fill_n(truth.begin(), 5, 1);
  std::vector<int> right = truth;
  const BootstrapOptions options{.resamples = 200};
  const auto all = bootstrap_samples(3, truth, right, options);
  EXPECT_NEAR(all.accuracy.low, 0.8315665, 1e-6);
  EXPECT_EQ(all.accuracy.high, 1);
  EXPECT_NEAR(all.classes[1].recall.low, 0.4781762, 1e-6);  // 5 of 5
  EXPECT_NEAR(all.classes[1].precision.low, 0.4781762, 1e-6);
  EXPECT_NEAR(all.classes[1].f1.low, 2 * 0.4781762 / 1.4781762, 1e-6);
  EXPECT_TRUE(std::isnan(all.f1_macro.low));  // no share of counts
  const auto none = bootstrap_samples(3, truth, wrong, options);
  EXPECT_EQ(none.accuracy.low, 0);
  EXPECT_NEAR(none.accuracy.high, 0.1684335, 1e-6);
  EXPECT_NEAR(none.classes[1].recall.high, 0.5218238, 1e-6);
  EXPECT_TRUE(std::isnan(none.classes[1].precision.high));  // 0 of 0
}

TEST(Bootstrap, OfPicturesThatAreAllRightHasNoInterval) {
  PictureConfusion picture(2);
  picture.at(0, 0) = 3;
  picture.at(1, 1) = 5;
  const std::vector<PictureConfusion> pictures = {picture, picture};
  const auto intervals = bootstrap_pictures(pictures, {.resamples = 20});
  EXPECT_EQ(intervals.miou.value, 1);
  EXPECT_TRUE(std::isnan(intervals.miou.low) && std::isnan(intervals.iou[1].high));
}

TEST(Bootstrap, OfNothingIsDefined) {
  const auto samples = bootstrap_samples(2, {}, {}, {.resamples = 10});
  EXPECT_EQ(samples.accuracy.value, 0);
  EXPECT_EQ(samples.classes.size(), 2);
  EXPECT_TRUE(std::isnan(bootstrap_pictures({}, {}).miou.value));
}

TEST(Bootstrap, RefusesWhatItCannotDo) {
  const std::vector<int> two = {0, 1}, three = {0, 1, 2};
  EXPECT_EQ(refusal([&] { bootstrap_samples(2, two, three); }), ErrorCode::kShape);
  EXPECT_EQ(refusal([&] { bootstrap_samples(2, three, three); }), ErrorCode::kData);
  EXPECT_EQ(refusal([&] { bootstrap_samples(2, two, two, {.resamples = 0}); }), ErrorCode::kUsage);
  EXPECT_EQ(refusal([&] { bootstrap_samples(2, two, two, {.level = 1}); }), ErrorCode::kUsage);
  const std::vector<PictureConfusion> pictures = {PictureConfusion(2), PictureConfusion(3)};
  EXPECT_EQ(refusal([&] { bootstrap_pictures(pictures); }), ErrorCode::kShape);
}

}  // namespace
}  // namespace carica::metrics
