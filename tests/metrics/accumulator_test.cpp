#include "metrics/accumulator.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/cuda.h>

#include <cmath>
#include <limits>

#include "core/error.h"
#include "metrics/label_counts.h"

namespace carica::metrics {
namespace {

constexpr int kClasses = 5;
constexpr int kIgnored = 255;

struct Labels {
  torch::Tensor predictions, targets;
};

Labels random_labels(torch::IntArrayRef shape, std::int64_t seed) {
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  Labels labels{torch::randint(0, kClasses, shape, generator, torch::kInt64),
                torch::randint(0, kClasses, shape, generator, torch::kInt64)};
  labels.targets.masked_fill_(torch::randint(0, 10, shape, generator, torch::kInt64).eq(0),
                              kIgnored);
  return labels;
}

/// One label after the other: what the counts must be.
std::vector<std::int64_t> counted_plainly(const Labels& labels) {
  Confusion confusion(kClasses);
  const auto guess = labels.predictions.contiguous().view(-1);
  const auto truth = labels.targets.contiguous().view(-1);
  for (std::int64_t i = 0; i < truth.numel(); ++i) {
    const auto t = truth[i].item<std::int64_t>();
    if (t != kIgnored) ++confusion.at(static_cast<int>(t), guess[i].item<int>());
  }
  return confusion.counts;
}

Accumulator make_accumulator(torch::Device device = torch::kCPU) {
  return Accumulator(kClasses, kIgnored, 2, device);
}

ErrorCode code_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "no error";
  return ErrorCode::kUsage;
}

TEST(Accumulator, CountsEveryPairOfLabelTypesAlike) {
  const Labels labels = random_labels({3, 17, 11}, 1);
  const auto expected = counted_plainly(labels);
  for (const auto guess_type : {torch::kUInt8, torch::kInt64}) {
    for (const auto truth_type : {torch::kUInt8, torch::kInt64}) {
      auto accumulator = make_accumulator();
      accumulator.add(labels.predictions.to(guess_type), labels.targets.to(truth_type));
      EXPECT_EQ(accumulator.confusion().counts, expected);
    }
  }
}

TEST(Accumulator, TakesLayoutsAsTheyAre) {
  const Labels labels = random_labels({6, 7, 8}, 2);
  auto accumulator = make_accumulator();
  accumulator.add(labels.predictions.transpose(0, 2), labels.targets.transpose(0, 2).contiguous());
  EXPECT_EQ(accumulator.confusion().counts, counted_plainly(labels));
}

TEST(Accumulator, GivesTheSameCountsForAnyBatchSizeAndNumberOfThreads) {
  const Labels labels = random_labels({8, 200, 300}, 3);
  auto whole = make_accumulator();
  whole.add(labels.predictions, labels.targets);
  const int threads = at::get_num_threads();
  for (const int batch : {1, 3, 8}) {
    at::set_num_threads(batch);
    auto parts = make_accumulator();
    for (int i = 0; i < 8; i += batch) {
      const auto end = std::min(i + batch, 8);
      parts.add(labels.predictions.slice(0, i, end), labels.targets.slice(0, i, end));
    }
    EXPECT_EQ(parts.confusion().counts, whole.confusion().counts);
  }
  at::set_num_threads(threads);
}

TEST(Accumulator, CountsManyClassesAndEmptyBatches) {
  Accumulator accumulator(1000, -100, 5, torch::kCPU);
  accumulator.add(torch::empty({0}, torch::kInt64), torch::empty({0}, torch::kInt64));
  accumulator.add(torch::tensor({999, 0, 3}, torch::kInt64),
                  torch::tensor({999, -100, 4}, torch::kInt64));
  const Confusion confusion = accumulator.confusion();
  EXPECT_EQ(confusion.total(), 2);
  EXPECT_EQ(confusion.at(999, 999), 1);
  EXPECT_EQ(confusion.at(4, 3), 1);
}

TEST(Accumulator, LeavesOutIgnoredTargetsWhateverWasPredictedThere) {
  auto accumulator = make_accumulator();
  accumulator.add(torch::tensor({1, 200, 2}, torch::kUInt8),
                  torch::tensor({kIgnored, kIgnored, 2}, torch::kUInt8));
  EXPECT_EQ(accumulator.confusion().total(), 1);
}

TEST(Accumulator, LeavesOutAClassThatIsTheIgnoredOne) {
  Accumulator accumulator(3, 1, 1, torch::kCPU);
  accumulator.add(torch::tensor({0, 1, 2}, torch::kInt64), torch::tensor({1, 1, 2}, torch::kInt64));
  EXPECT_THAT(accumulator.confusion().counts, testing::ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 1));
}

TEST(Accumulator, ReportsLabelsOutsideTheClassesWhenRead) {
  for (const std::int64_t wrong :
       {std::int64_t{5}, std::int64_t{-1}, std::int64_t{254},
        std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    for (const bool in_truth : {false, true}) {
      auto accumulator = make_accumulator();
      const auto bad = torch::tensor({wrong, std::int64_t{0}});
      const auto good = torch::zeros({2}, torch::kInt64);
      accumulator.add(in_truth ? good : bad, in_truth ? bad : good);
      try {
        accumulator.confusion();
        ADD_FAILURE() << wrong;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kData);
        EXPECT_STREQ(error.what(),
                     "metrics: 1 labels outside 0..4; only classes and the ignored value 255 are "
                     "allowed");
      }
      accumulator.reset();
      EXPECT_EQ(accumulator.confusion().total(), 0);
    }
  }
}

TEST(Accumulator, RefusesOtherShapesAndTypes) {
  auto accumulator = make_accumulator();
  const auto labels = torch::zeros({4}, torch::kInt64);
  const auto scores = torch::zeros({4, kClasses});
  EXPECT_EQ(code_of([&] { accumulator.add(labels, torch::zeros({5}, torch::kInt64)); }),
            ErrorCode::kShape);
  EXPECT_EQ(code_of([&] { accumulator.add(labels.to(torch::kFloat32), labels); }),
            ErrorCode::kShape);
  EXPECT_EQ(code_of([&] {
              accumulator.add_top_k(torch::zeros({4, 3}), labels);
            }),
            ErrorCode::kShape);
  EXPECT_EQ(code_of([&] { accumulator.add_top_k(scores, torch::zeros({3}, torch::kInt64)); }),
            ErrorCode::kShape);
  EXPECT_EQ(code_of([&] { accumulator.add_top_k(scores.to(torch::kInt64), labels); }),
            ErrorCode::kShape);
  EXPECT_EQ(code_of([&] { accumulator.add_loss(torch::zeros({2}), 1); }), ErrorCode::kShape);
  EXPECT_EQ(code_of([] { Accumulator(0, 255, 1, torch::kCPU); }), ErrorCode::kShape);
  EXPECT_EQ(code_of([] { Accumulator(2, 255, 0, torch::kCPU); }), ErrorCode::kShape);
}

TEST(AccumulatorTopK, BreaksTiesByTheLowerClass) {
  const auto scores = torch::tensor({{1.0F, 1.0F, 1.0F}, {0.0F, 1.0F, 1.0F}});
  const auto share = [&](int k, std::vector<std::int64_t> targets) {
    Accumulator accumulator(3, 255, k, torch::kCPU);
    accumulator.add_top_k(scores, torch::tensor(targets));
    return accumulator.top_k_share();
  };
  EXPECT_EQ(share(1, {0, 1}), 1);
  EXPECT_EQ(share(1, {1, 2}), 0);
  EXPECT_EQ(share(2, {1, 2}), 1);
  EXPECT_EQ(share(2, {2, 0}), 0);
  EXPECT_EQ(share(3, {2, 0}), 1);
}

TEST(AccumulatorTopK, CountsAllHitsWhenKIsAtLeastTheNumberOfClasses) {
  Accumulator accumulator(2, 255, 5, torch::kCPU);
  accumulator.add_top_k(torch::rand({6, 2}), torch::tensor({0, 1, 0, 1, 1, 0}, torch::kInt64));
  EXPECT_EQ(accumulator.top_k_share(), 1);
}

TEST(AccumulatorTopK, NeverTakesANaNForAHit) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Accumulator accumulator(2, 255, 2, torch::kCPU);
  accumulator.add_top_k(torch::tensor({{nan, 0.0F}, {nan, nan}}),
                        torch::tensor({0, 1}, torch::kInt64));
  EXPECT_EQ(accumulator.top_k_share(), 0);
}

TEST(AccumulatorTopK, LeavesOutIgnoredTargetsAndNeverHitsOutsideTheClasses) {
  Accumulator accumulator(2, -100, 2, torch::kCPU);
  accumulator.add_top_k(torch::rand({4, 2}), torch::tensor({0, -100, 7, 1}, torch::kInt64));
  EXPECT_DOUBLE_EQ(accumulator.top_k_share(), 2.0 / 3);
}

TEST(AccumulatorLoss, IsTheMeanOverSamplesForAnyBatchSize) {
  auto accumulator = make_accumulator();
  EXPECT_TRUE(std::isnan(accumulator.mean_loss()));
  accumulator.add_loss(torch::tensor(1.0F), 3);
  accumulator.add_loss(torch::tensor(2.0F), 1);
  EXPECT_EQ(accumulator.mean_loss(), 1.25);
  accumulator.reset();
  EXPECT_TRUE(std::isnan(accumulator.mean_loss()));
}

TEST(AccumulatorLoss, IgnoresABatchThatCountsNothing) {
  auto accumulator = make_accumulator();
  accumulator.add_loss(torch::tensor(2.0F), 4);
  accumulator.add_loss(torch::tensor(std::nanf("")), 0);
  EXPECT_EQ(accumulator.mean_loss(), 2);
}

TEST(AccumulatorLoss, KeepsNoGraph) {
  auto accumulator = make_accumulator();
  const auto weight = torch::ones({}, torch::requires_grad());
  accumulator.add_loss(weight * 2, 4);
  EXPECT_EQ(accumulator.mean_loss(), 2);
}

TEST(LabelCounts, AreTheSameByBothWays) {
  // Small, medium and large tables; wrong labels and ignored ones among them.
  for (const int classes : {1, 2, 11, 200}) {
    for (const std::int64_t n : {0, 1, 7, 1000, 300'001}) {
      const auto options = torch::TensorOptions().dtype(torch::kInt64);
      const auto guess = torch::randint(-1, classes + 1, {n}, options);
      const auto truth = torch::randint(-2, classes + 2, {n}, options);
      const auto host = torch::zeros({classes + 2, classes + 1}, options);
      const auto device = torch::zeros_like(host);
      count_on_host(host, classes, 0, guess, truth);
      count_on_device(device, classes, 0, guess, truth);
      EXPECT_TRUE(host.equal(device)) << classes << " classes, " << n << " labels";
      EXPECT_EQ(host.sum().item<std::int64_t>(), n);
    }
  }
}

TEST(GpuAccumulator, CountsAsTheCpuDoes) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
  const Labels labels = random_labels({2, 100, 100}, 4);
  auto accumulator = make_accumulator(torch::kCUDA);
  for (const auto type : {torch::kUInt8, torch::kInt64}) {
    accumulator.reset();
    accumulator.add(labels.predictions.to(torch::kCUDA).to(type),
                    labels.targets.to(torch::kCUDA).to(type));
    EXPECT_EQ(accumulator.confusion().counts, counted_plainly(labels));
  }
  const auto scores = torch::rand({64, kClasses});
  const auto targets = torch::randint(0, kClasses, {64}, torch::kInt64);
  auto host = make_accumulator();
  host.add_top_k(scores, targets);
  accumulator.add_top_k(scores.to(torch::kCUDA), targets.to(torch::kCUDA));
  EXPECT_EQ(accumulator.top_k_share(), host.top_k_share());
}

TEST(Accumulator, GivesTheCountsOfEachPicture) {
  const auto labels = random_labels({3, 20, 30}, 9);
  auto together = make_accumulator(), apart = make_accumulator();
  together.add(labels.predictions, labels.targets);
  const auto each = apart.add_each(labels.predictions, labels.targets);
  ASSERT_EQ(each.sizes(), (std::vector<std::int64_t>{3, kClasses, kClasses + 1}));
  EXPECT_EQ(apart.confusion().counts, together.confusion().counts);
  for (std::int64_t i = 0; i < 3; ++i) {
    const auto expected = counted_plainly({labels.predictions[i], labels.targets[i]});
    const auto own = each[i].slice(1, 0, kClasses).contiguous();
    const auto* first = own.const_data_ptr<std::int64_t>();
    EXPECT_EQ(std::vector<std::int64_t>(first, first + own.numel()), expected);
  }
}

TEST(Accumulator, CountsOutputsOfNoClassAsWrong) {
  Accumulator counts(2, kIgnored, 1, torch::kCPU, /*has_other=*/true);
  counts.add(torch::tensor({0, 2, 1, 3, 2}, torch::kInt64),
             torch::tensor({0, 0, 1, 1, kIgnored}, torch::kInt64));
  const auto confusion = counts.confusion();
  EXPECT_THAT(confusion.counts, testing::ElementsAre(1, 0, 0, 1));
  EXPECT_THAT(confusion.other, testing::ElementsAre(1, 1));
  EXPECT_EQ(confusion.total(), 4);
  EXPECT_EQ(confusion.support(0), 2);
  EXPECT_DOUBLE_EQ(summarize(confusion).accuracy, 0.5);
  EXPECT_DOUBLE_EQ(per_class(confusion)[0].iou, 0.5);
  EXPECT_EQ(confusion_csv(confusion, {"a", "b"}), "truth,a,b,other\na,1,0,1\nb,0,1,1\n");
}

}  // namespace
}  // namespace carica::metrics
