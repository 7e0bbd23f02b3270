#include "loss/loss.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn.h>

#include <string>
#include <vector>

#include "core/error.h"
#include "golden/loss.h"

namespace carica::loss {
namespace {

using Terms = std::vector<config::LossTerm>;

constexpr int kIgnore = 255;

config::CrossEntropyLoss cross_entropy(double smoothing, const std::string& class_weights = "none",
                                       std::vector<double> list = {}) {
  return {.label_smoothing = smoothing,
          .class_weights = class_weights,
          .class_weight_list = std::move(list)};
}

config::CrossEntropyLoss weighted(double smoothing) {
  return cross_entropy(smoothing, "list", {0.5, 2.0, 1.25});
}

Terms terms_of(const std::string& name) {
  if (name == "cross_entropy") return {config::CrossEntropyLoss{}};
  if (name == "cross_entropy_smoothed") return {cross_entropy(0.2)};
  if (name == "cross_entropy_weighted") return {weighted(0)};
  if (name == "cross_entropy_weighted_smoothed") return {weighted(0.1)};
  if (name == "bce_one_vs_rest" || name == "bce_binary") return {config::BceLoss{}};
  if (name == "bce_one_vs_rest_smoothed" || name == "bce_binary_smoothed") {
    return {config::BceLoss{.label_smoothing = 0.1}};
  }
  if (name == "dice") return {config::DiceLoss{}};
  if (name == "dice_unsmoothed") return {config::DiceLoss{.smooth = 0}};
  if (name == "focal_2") return {config::FocalLoss{.gamma = 2}};
  if (name == "focal_half") return {config::FocalLoss{.gamma = 0.5}};
  if (name == "cross_entropy_and_dice") {
    auto lighter = cross_entropy(0);
    lighter.weight = 0.75;
    return {lighter, config::DiceLoss{.weight = 2}};
  }
  if (name == "bce_and_dice") return {config::BceLoss{}, config::DiceLoss{.weight = 0.5}};
  throw std::logic_error(name);
}

/// Logits, targets and number of classes of a golden input.
struct Input {
  torch::Tensor logits, targets;
  int classes;
};

Input input_of(const std::string& name) {
  using namespace golden;
  auto real = [](const std::vector<double>& v) { return torch::tensor(v, torch::kDouble); };
  auto whole = [](const std::vector<int>& v) { return torch::tensor(v, torch::kLong); };
  if (name == "rows") return {real(k_rows_logits).view({5, 3}), whole(k_rows_targets), 3};
  if (name == "maps") {
    return {real(k_maps_logits).view({2, 3, 2, 3}), whole(k_maps_targets).view({2, 4, 5}), 3};
  }
  return {real(k_binary_logits).view({2, 1, 2, 3}), whole(k_binary_targets).view({2, 4, 5}), 2};
}

/// Value and gradient of a loss.
struct Result {
  torch::Tensor value, gradient;
};

Result evaluate(const Terms& terms, int classes, const torch::Tensor& logits,
                const torch::Tensor& targets, int ignore_index = kIgnore) {
  const Loss loss(terms, {.classes = classes, .ignore_index = ignore_index, .class_counts = {}});
  auto x = logits.detach().clone().requires_grad_();
  auto value = loss(x, targets);
  value.backward();
  return {value.detach(), x.grad()};
}

Loss loss_with_counts(const config::CrossEntropyLoss& config, std::vector<double> counts,
                      std::vector<double> around = {}) {
  const int classes = static_cast<int>(counts.size());
  return Loss(
      Terms{config},
      {.classes = classes, .class_counts = std::move(counts), .counts_around = std::move(around)});
}

TEST(Loss, AgreesWithTorchInDouble) {
  for (const auto& golden : golden::k_loss_cases) {
    SCOPED_TRACE(std::string(golden.loss) + " on " + golden.input);
    const auto input = input_of(golden.input);
    const auto got = evaluate(terms_of(golden.loss), input.classes, input.logits, input.targets);
    const auto gradient = torch::tensor(golden.gradient, torch::kDouble).view_as(got.gradient);
    EXPECT_EQ(got.value.scalar_type(), torch::kDouble);
    EXPECT_NEAR(got.value.item<double>(), golden.value, 1e-13);
    EXPECT_LT((got.gradient - gradient).abs().max().item<double>(), 1e-13);
  }
}

TEST(Loss, ComputesInFloat32AndGivesGradientsOfTheLogitsType) {
  for (const auto& golden : golden::k_loss_cases) {
    SCOPED_TRACE(std::string(golden.loss) + " on " + golden.input);
    const auto input = input_of(golden.input);
    const auto got = evaluate(terms_of(golden.loss), input.classes, input.logits.to(torch::kFloat),
                              input.targets);
    EXPECT_NEAR(got.value.item<double>(), golden.value, 2e-6);
    const auto half = evaluate(terms_of(golden.loss), input.classes,
                               input.logits.to(torch::kBFloat16), input.targets);
    EXPECT_EQ(half.value.scalar_type(), torch::kFloat);
    EXPECT_EQ(half.gradient.scalar_type(), torch::kBFloat16);
    EXPECT_NEAR(half.value.item<double>(), golden.value, 0.02);
  }
}

TEST(Loss, TakesUint8MasksAndChannelsLastLogits) {
  for (const auto& golden : golden::k_loss_cases) {
    if (std::string(golden.input) == "rows") continue;
    SCOPED_TRACE(golden.loss);
    const auto input = input_of(golden.input);
    const auto got = evaluate(terms_of(golden.loss), input.classes,
                              input.logits.contiguous(at::MemoryFormat::ChannelsLast),
                              input.targets.to(torch::kByte));
    EXPECT_NEAR(got.value.item<double>(), golden.value, 1e-13);
  }
}

TEST(Loss, IsZeroWithZeroGradientWhenAllIsIgnored) {
  for (const auto& golden : golden::k_loss_cases) {
    SCOPED_TRACE(std::string(golden.loss) + " on " + golden.input);
    const auto input = input_of(golden.input);
    const auto targets = torch::full_like(input.targets, kIgnore);
    const auto got = evaluate(terms_of(golden.loss), input.classes, input.logits, targets);
    EXPECT_EQ(got.value.item<double>(), 0.0);
    EXPECT_TRUE(torch::equal(got.gradient, torch::zeros_like(got.gradient)));
  }
}

TEST(Loss, GivesIgnoredTargetsNoGradient) {
  for (const char* name :
       {"cross_entropy_weighted_smoothed", "bce_one_vs_rest_smoothed", "dice", "focal_half"}) {
    SCOPED_TRACE(name);
    const auto input = input_of("rows");
    const auto got = evaluate(terms_of(name), 3, input.logits, input.targets);
    const auto counts = (input.targets != kIgnore).unsqueeze(1);
    EXPECT_TRUE(torch::equal(got.gradient.abs() > 0, counts.expand_as(got.gradient)));
  }
}

TEST(Loss, LeavesNothingOutWhenNoUint8CanBeTheIgnoreIndex) {
  const auto input = input_of("maps");
  // -100 as uint8 is 156; the value must not be taken for ignored.
  const auto targets = torch::full_like(input.targets, 156).to(torch::kByte);
  EXPECT_GT(evaluate({config::BceLoss{}}, 3, input.logits, targets, -100).value.item<double>(), 0);
  EXPECT_THROW(evaluate({config::CrossEntropyLoss{}}, 3, input.logits, targets, -100), Error);
}

TEST(Loss, MayIgnoreARealClass) {
  const auto input = input_of("rows");
  const auto targets = input.targets.masked_fill(input.targets == kIgnore, 0);
  for (const char* name : {"cross_entropy", "dice", "bce_one_vs_rest", "focal_2"}) {
    SCOPED_TRACE(name);
    const auto all = evaluate(terms_of(name), 3, input.logits, targets, 0);
    const auto kept = targets.nonzero().squeeze(1);
    const auto some = evaluate(terms_of(name), 3, input.logits.index_select(0, kept),
                               targets.index_select(0, kept), 0);
    EXPECT_NEAR(all.value.item<double>(), some.value.item<double>(), 1e-13);
  }
}

TEST(Loss, CountsMoreTargetsThanFloat32CanTell) {
  const std::int64_t n = (1 << 24) + 3;
  auto targets = torch::zeros({1, 1, n}, torch::kByte);
  const auto got = evaluate({config::BceLoss{}}, 2, torch::zeros({1, 1, 1, n}), targets);
  EXPECT_NEAR(got.value.item<double>(), std::log(2.0), 1e-6);
}

TEST(Loss, WeighsClassesByTheInverseOfTheirCounts) {
  const auto logits = torch::randn({6, 3}, torch::kDouble);
  const auto targets = torch::tensor({0, 1, 2, 0, 1, 0}, torch::kLong);
  auto expect = [&](const char* kind, std::vector<double> counts, std::vector<double> weights,
                    std::vector<double> around = {}) {
    SCOPED_TRACE(kind);
    const auto loss =
        loss_with_counts(cross_entropy(0, kind), std::move(counts), std::move(around));
    const auto reference = torch::nn::functional::cross_entropy(
        logits, targets,
        torch::nn::functional::CrossEntropyFuncOptions().weight(
            torch::tensor(weights, torch::kDouble)));
    EXPECT_NEAR(loss(logits, targets).item<double>(), reference.item<double>(), 1e-14);
  };
  expect("inverse", {60, 30, 10}, {100.0 / 180, 100.0 / 90, 100.0 / 30});
  expect("median_frequency", {60, 30, 10}, {0.5, 1, 3});
  expect("median_frequency", {60, 0, 10}, {35.0 / 60, 1, 3.5});
  expect("inverse", {60, 0, 10}, {35.0 / 60, 1, 3.5});
  // Frequencies among the masks with the class: 0.5, 0.25, 0.1.
  expect("median_frequency", {50, 10, 2}, {0.5, 1, 2.5}, {100, 40, 20});
  expect("inverse", {60, 30, 10}, {100.0 / 180, 100.0 / 90, 100.0 / 30}, {100, 40, 20});
}

TEST(Loss, IsZeroWhereAllTargetsWeighNothing) {
  for (const bool fused : {true, false}) {
    for (const double smoothing : {0.0, 0.1}) {
      SCOPED_TRACE(testing::Message() << "fused " << fused << ", smoothing " << smoothing);
      auto config = cross_entropy(smoothing, "list", {0, 1});
      config.fused = fused;
      const auto got =
          evaluate({config}, 2, torch::tensor({{0.3, -0.1}, {2.0, 1.0}}), torch::tensor({0, 0}));
      EXPECT_EQ(got.value.item<double>(), 0);
      EXPECT_TRUE(torch::equal(got.gradient, torch::zeros_like(got.gradient)));
    }
  }
}

TEST(Loss, RejectsClassWeightsThatDoNotFit) {
  auto message = [](const config::CrossEntropyLoss& config, std::vector<double> counts) {
    try {
      Loss(Terms{config}, {.classes = 3, .class_counts = std::move(counts)});
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::kConfig);
      return std::string(e.what());
    }
    return std::string();
  };
  using testing::HasSubstr;
  EXPECT_THAT(message(cross_entropy(0, "list", {1, 2}), {}),
              HasSubstr("class_weight_list: 2 numbers for 3 classes"));
  EXPECT_THAT(message(cross_entropy(0, "list", {1, 2, -1}), {}),
              HasSubstr("class_weight_list: -1"));
  EXPECT_THAT(message(cross_entropy(0, "list", {0, 0, 0}), {}), HasSubstr("all are 0"));
  EXPECT_THAT(message(cross_entropy(0, "inverse"), {}), HasSubstr("must be counted"));
  EXPECT_THAT(message(cross_entropy(0, "inverse"), {0, 0, 0}), HasSubstr("must be counted"));
  EXPECT_THAT(message(cross_entropy(0, "sqrt"), {1, 2, 3}), HasSubstr("class_weights = sqrt"));
}

TEST(Loss, RejectsTensorsThatDoNotFit) {
  const Loss loss(Terms{config::CrossEntropyLoss{}}, {.classes = 3});
  auto code = [&](const torch::Tensor& logits, const torch::Tensor& targets) {
    try {
      loss(logits, targets);
    } catch (const Error& e) {
      return e.code();
    }
    return ErrorCode::kUsage;
  };
  const auto rows = torch::zeros({4, 3});
  EXPECT_EQ(code(rows, torch::zeros({5}, torch::kLong)), ErrorCode::kShape);
  EXPECT_EQ(code(torch::zeros({4, 2}), torch::zeros({4}, torch::kLong)), ErrorCode::kShape);
  EXPECT_EQ(code(rows, torch::zeros({4, 2, 2}, torch::kLong)), ErrorCode::kShape);
  EXPECT_EQ(code(rows, torch::zeros({4})), ErrorCode::kShape);
  EXPECT_EQ(code(rows.to(torch::kLong), torch::zeros({4}, torch::kLong)), ErrorCode::kShape);
  EXPECT_EQ(code(rows, torch::full({4}, 7, torch::kLong)), ErrorCode::kData);
}

TEST(Loss, NeverLooksAtAValue) {
  // Meta tensors have shapes but no values: whatever would wait for a device throws. torch has no
  // meta kernel for the log_sigmoid in bce and for nll_loss over maps; gpu_test.cpp covers those.
  const auto meta = torch::TensorOptions().device(torch::kMeta);
  for (const auto& golden : golden::k_loss_cases) {
    const std::string name = golden.loss;
    if (std::string(golden.input) != "rows" || name.starts_with("bce")) continue;
    SCOPED_TRACE(name);
    Loss loss(terms_of(name), {.classes = 3, .ignore_index = kIgnore});
    loss.to(torch::kMeta);
    auto x = torch::empty({5, 3}, meta).requires_grad_();
    const auto value = loss(x, torch::empty({5}, meta.dtype(torch::kLong)));
    EXPECT_EQ(value.dim(), 0);
    EXPECT_TRUE(value.is_meta());
  }
}

TEST(Loss, ListsItsTermsInTheOrderOfTheConfig) {
  std::vector<std::string> names;
  for (const auto& row : losses()) names.push_back(row.name);
  EXPECT_THAT(names, testing::ElementsAre("cross_entropy", "bce", "dice", "focal"));
}

}  // namespace
}  // namespace carica::loss
