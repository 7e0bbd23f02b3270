#include "ops/cross_entropy.h"

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/functional/loss.h>

#include "core/error.h"
#include "tensor_cases.h"

namespace carica::test {
namespace {

namespace F = torch::nn::functional;
using ops::CrossEntropyOptions;
using ops::Reduction;

constexpr double kInf = INFINITY;

// One way to call the operator.
struct Call {
  std::string name;
  CrossEntropyOptions options;
};

std::vector<Call> calls(std::int64_t classes, torch::Device device) {
  const auto weight = torch::rand({classes}, torch::kDouble).to(device) + 0.1;
  std::vector<Call> all;
  for (const auto reduction : {Reduction::kMean, Reduction::kSum, Reduction::kNone}) {
    const auto name = std::to_string(static_cast<int>(reduction));
    all.push_back({"plain " + name, {.reduction = reduction}});
    all.push_back({"ignored " + name, {.ignore_index = 1, .reduction = reduction}});
    all.push_back({"weights " + name, {.weight = weight, .reduction = reduction}});
    all.push_back({"smooth " + name, {.label_smoothing = 0.1, .reduction = reduction}});
    all.push_back(
        {"all " + name,
         {.weight = weight, .ignore_index = 0, .label_smoothing = 0.2, .reduction = reduction}});
  }
  return all;
}

// torch's, in double; a mean of nothing is 0.
torch::Tensor exact(const torch::Tensor& logits, const torch::Tensor& targets,
                    const CrossEntropyOptions& o) {
  F::CrossEntropyFuncOptions options;
  if (o.weight) options.weight(o.weight->cpu().to(torch::kDouble));
  options.ignore_index(o.ignore_index).label_smoothing(o.label_smoothing);
  if (o.reduction == Reduction::kNone) options.reduction(torch::kNone);
  if (o.reduction == Reduction::kSum) options.reduction(torch::kSum);
  const auto y = targets.cpu().to(torch::kLong);
  const auto loss = F::cross_entropy(logits, y, options);
  if (o.reduction == Reduction::kMean && (y == o.ignore_index).all().item<bool>()) {
    return torch::nan_to_num(loss, 0);
  }
  return loss;
}

const std::vector<std::vector<std::int64_t>> kShapes = {
    {64, 10},        {1, 1},       {5, 2},         {67, 3},       {3, 129},
    {2, 1000},       {4, 128},     {2, 5, 3},      {2, 21, 7, 9}, {2, 19, 33, 2},
    {2, 3, 4, 5, 6}, {1, 4, 1, 1}, {1, 150, 9, 70}};

void expect_parity(torch::Device device) {
  torch::manual_seed(1);
  for (const auto& shape : kShapes) {
    auto target_shape = shape;
    target_shape.erase(target_shape.begin() + 1);
    const auto values = torch::randn(shape, torch::kDouble) * 4;
    const auto labels = torch::randint(0, shape[1], target_shape);
    for (const auto& call : calls(shape[1], device)) {
      for (const auto type : {torch::kFloat, torch::kDouble, torch::kBFloat16, torch::kHalf}) {
        for (const auto target_type : {torch::kLong, torch::kInt, torch::kByte}) {
          if (target_type == torch::kByte && shape[1] > 256) continue;
          for (const auto& [layout, given] : layouts_of(values.to(device, type))) {
            SCOPED_TRACE(
                c10::str(call.name, " ", given.sizes(), " ", layout, " ", type, " ", target_type));
            const auto x = given.detach().requires_grad_();
            const auto y = labels.to(device, target_type);
            const auto loss = ops::cross_entropy(x, y, call.options);
            const auto wide = given.cpu().to(torch::kDouble).detach().requires_grad_();
            const auto expected = exact(wide, labels, call.options);
            ASSERT_EQ(loss.sizes(), expected.sizes());
            ASSERT_EQ(loss.scalar_type(), type == torch::kDouble ? torch::kDouble : torch::kFloat);
            const auto upstream = torch::rand(expected.sizes(), torch::kDouble) + 0.5;
            loss.backward(upstream.to(loss.options()));
            expected.backward(upstream);
            const double digits = type == torch::kDouble ? 1e-13 : 2e-6;
            EXPECT_TRUE(torch::allclose(loss.cpu().to(torch::kDouble), expected, digits, digits));
            const double step = type == torch::kBFloat16 ? 8e-3 : type == torch::kHalf ? 1e-3 : 0;
            const auto got = x.grad().cpu().to(torch::kDouble);
            const double largest = wide.grad().abs().max().item<double>();
            EXPECT_TRUE(
                torch::allclose(got, wide.grad(), 4 * digits + step,
                                (digits + step / 500) * (largest + 1e-2) + 1e-7 * (step > 0)))
                << (got - wide.grad()).abs().max();
          }
        }
      }
    }
  }
}

TEST(CrossEntropy, HasTorchsLossAndGradientForAllShapesLayoutsTypesAndOptions) {
  expect_parity(torch::kCPU);
}

TEST(GpuCrossEntropy, HasTorchsLossAndGradientForAllShapesLayoutsTypesAndOptions) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_parity(*gpu());
}

TEST(CrossEntropy, KeepsTheDigitsOfSmallLossesAndGradients) {
  // The target is far ahead: p - 1 and log p would cancel.
  for (const bool long_row : {false, true}) {
    const std::int64_t classes = long_row ? 300 : 3;
    auto values = torch::full({1, classes}, -14.0, torch::kDouble);
    values[0][0] = 3;
    const auto x = values.to(torch::kFloat).requires_grad_();
    const auto loss = ops::cross_entropy(x, torch::zeros({1}, torch::kLong));
    loss.backward();
    const double rest = static_cast<double>(classes - 1) * std::exp(-17.0);
    EXPECT_NEAR(loss.item<double>() / std::log1p(rest), 1, 1e-6);
    EXPECT_NEAR(x.grad()[0][0].item<double>() / (-rest / (1 + rest)), 1, 1e-6);
  }
}

void expect_ignored_counts_nothing(torch::Device device) {
  for (const auto& shape : {std::vector<std::int64_t>{4, 5}, {4, 200}, {2, 5, 3, 3}}) {
    const auto x = torch::randn(shape).to(device).requires_grad_();
    auto target_shape = shape;
    target_shape.erase(target_shape.begin() + 1);
    const auto y = torch::full(target_shape, 255, torch::kByte).to(device);
    const auto loss = ops::cross_entropy(x, y, {.ignore_index = 255, .label_smoothing = 0.1});
    loss.backward();
    EXPECT_EQ(loss.item<float>(), 0);
    EXPECT_TRUE(torch::equal(x.grad().cpu(), torch::zeros(shape)));
    const auto weighted =
        ops::cross_entropy(x, torch::zeros_like(y), {.weight = torch::zeros({shape[1]}, device)});
    EXPECT_EQ(weighted.item<float>(), 0);
  }
}

TEST(CrossEntropy, OfIgnoredOrWeightlessTargetsOnlyIsZero) {
  expect_ignored_counts_nothing(torch::kCPU);
}

TEST(GpuCrossEntropy, OfIgnoredOrWeightlessTargetsOnlyIsZero) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_ignored_counts_nothing(*gpu());
}

// Weights of which 1 / sum is no float32.
TEST(CrossEntropy, OfTinyWeightsIsTheMeanOfTheirTargets) {
  torch::manual_seed(4);
  for (const auto& shape : {std::vector<std::int64_t>{4, 2}, {4, 200}, {2, 3, 5, 5}}) {
    for (const double tiny : {1e-36, 1e-40, 1e-45}) {
      const auto x = torch::randn(shape).requires_grad_();
      auto target_shape = shape;
      target_shape.erase(target_shape.begin() + 1);
      const auto y = torch::zeros(target_shape, torch::kLong);
      auto weight = torch::full({shape[1]}, 1e6);
      weight[0] = tiny;
      const auto expected = ops::cross_entropy(x, y);
      const auto gradient = torch::autograd::grad({expected}, {x})[0];
      const auto loss = ops::cross_entropy(x, y, {.weight = weight});
      EXPECT_NEAR(loss.item<float>() / expected.item<float>(), 1, 1e-5) << tiny;
      EXPECT_TRUE(torch::allclose(torch::autograd::grad({loss}, {x})[0], gradient, 1e-5, 1e-7));
      EXPECT_FLOAT_EQ(weight[0].item<float>(), static_cast<float>(tiny)) << "the caller's";
    }
  }
}

// The gradient is scaled in place where the graph is not kept.
void expect_gradients_of_each_pass(torch::Device device) {
  torch::manual_seed(12);
  for (const auto type : {torch::kFloat, torch::kBFloat16}) {
    const auto x = torch::randn({6, 5, 7}, device).to(type).requires_grad_();
    const auto y = torch::randint(0, 5, {6, 7}, torch::device(device).dtype(torch::kLong));
    const auto loss = ops::cross_entropy(x, y);
    const auto gradient = [&](double factor, bool keep) {
      return torch::autograd::grad({loss * factor}, {x}, {}, keep)[0].to(torch::kDouble);
    };
    const auto one = gradient(1, true), three = gradient(3, true), again = gradient(1, true);
    const double step = type == torch::kBFloat16 ? 8e-3 : 1e-6;
    EXPECT_TRUE(torch::allclose(three, 3 * one, step, 0));
    EXPECT_TRUE(torch::equal(again, one));
    // It is the caller's: what is done to it does not reach the next pass.
    torch::autograd::grad({loss}, {x}, {}, true)[0].mul_(0.5);
    EXPECT_TRUE(torch::equal(gradient(1, true), one));
    EXPECT_TRUE(torch::equal(gradient(3, false), three));
  }
}

TEST(CrossEntropy, HasTheGradientOfEachPassOverAKeptGraph) {
  expect_gradients_of_each_pass(torch::kCPU);
}

TEST(GpuCrossEntropy, HasTheGradientOfEachPassOverAKeptGraph) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_gradients_of_each_pass(*gpu());
}

TEST(CrossEntropy, OfOneClassHasNoGradient) {
  torch::manual_seed(4);
  // Smoothings that have no rounding of their own: p must be 1, exactly.
  for (const double smoothing : {0.0, 0.125, 0.25, 0.5}) {
    const auto x = (torch::randn({300, 1}) * 9).requires_grad_();
    const auto y = torch::zeros({300}, torch::kLong);
    ops::cross_entropy(x, y, {.label_smoothing = smoothing}).backward();
    EXPECT_EQ(x.grad().abs().max().item<float>(), 0) << smoothing;
  }
}

TEST(CrossEntropy, DoesNotTakeUint8ValuesForNegativeOnes) {
  // -100 as uint8 would be 156.
  const auto x = torch::randn({2, 200});
  const auto y = torch::full({2}, 156, torch::kByte);
  EXPECT_GT(ops::cross_entropy(x, y).item<float>(), 0);
}

TEST(CrossEntropy, NamesATargetThatIsNoClassAndItsPlace) {
  auto y = torch::zeros({2, 4, 5}, torch::kLong);
  y[1][2][3] = 7;
  try {
    ops::cross_entropy(torch::randn({2, 3, 4, 5}), y);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kData);
    EXPECT_THAT(error.what(), testing::HasSubstr("target 7 at [1, 2, 3]"));
    EXPECT_THAT(error.what(), testing::HasSubstr("0 to 2"));
  }
  y[1][2][3] = -1;
  EXPECT_THROW(ops::cross_entropy(torch::randn({2, 3, 4, 5}), y), Error);
}

TEST(GpuCrossEntropy, OfATargetThatIsNoClassIsNan) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  const auto x = torch::randn({3, 4}, *gpu()).requires_grad_();
  const auto y = torch::tensor({0, 9, 1}).to(*gpu());
  const auto losses = ops::cross_entropy(x, y, {.reduction = Reduction::kNone});
  EXPECT_TRUE(torch::equal(losses.isnan().cpu(), torch::tensor({false, true, false})));
  EXPECT_TRUE(std::isnan(ops::cross_entropy(x, y).item<float>()));
  losses.sum().backward();
  EXPECT_TRUE(torch::equal(x.grad().isnan().all(1).cpu(), torch::tensor({false, true, false})));
  EXPECT_TRUE(torch::equal(x.grad().isfinite().all(1).cpu(), torch::tensor({true, false, true})));
}

void expect_long_rows_to_keep_their_digits(torch::Device device) {
  torch::manual_seed(14);
  for (const std::int64_t size : {4096, 16384, 131072}) {
    auto x = torch::full({2, size}, -15.3F, device);
    x.slice(1, 0, 2).zero_();
    const auto loss = ops::cross_entropy(x, torch::zeros({2}, torch::kLong).to(device));
    const double exact = std::log(2 + static_cast<double>(size - 2) * std::exp(double(-15.3F)));
    EXPECT_NEAR(loss.item<float>(), exact, 5e-7 * exact) << size;
  }
  // Far from 0, where the smoothed loss is the difference of large sums.
  const auto x = (torch::randn({2, 300000}) * 4 + 1e5).to(device);
  const auto y = torch::randint(300000, {2}).to(device);
  const auto loss = ops::cross_entropy(x, y, {.label_smoothing = 0.1});
  const auto log = exact_softmax(x, 1, true);
  const double exact =
      -(0.9 * log.gather(1, y.cpu().unsqueeze(1)).mean() + 0.1 * log.mean()).item<double>();
  EXPECT_NEAR(loss.item<float>(), exact, 1e-6 * exact);
}

TEST(CrossEntropy, KeepsTheDigitsOfLongRows) { expect_long_rows_to_keep_their_digits(torch::kCPU); }

TEST(GpuCrossEntropy, KeepsTheDigitsOfLongRows) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_long_rows_to_keep_their_digits(*gpu());
}

TEST(GpuCrossEntropy, GivesTheSameBitsEachTime) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  torch::manual_seed(15);
  for (std::vector<std::int64_t> shape :
       {std::vector<std::int64_t>{4, 21, 65, 67}, {3000, 10}, {40, 9001}}) {
    const auto x = torch::randn(shape, *gpu());
    shape.erase(shape.begin() + 1);
    const auto y = torch::randint(0, 10, shape).to(*gpu());
    const auto run = [&] {
      const auto leaf = x.detach().requires_grad_();
      const auto loss = ops::cross_entropy(leaf, y);
      loss.backward();
      return std::pair(loss.item<float>(), leaf.grad());
    };
    const auto one = run(), two = run();
    EXPECT_EQ(one.first, two.first) << x.sizes();
    EXPECT_TRUE(torch::equal(one.second, two.second)) << x.sizes();
  }
}

TEST(CrossEntropy, AnswersInfiniteLogits) {
  const auto x = torch::tensor(
      {{0.0f, -INFINITY, 1.0f}, {-INFINITY, -INFINITY, -INFINITY}, {0.0f, INFINITY, 1.0f}});
  const auto loss =
      ops::cross_entropy(x, torch::tensor({1, 0, 0}), {.reduction = Reduction::kNone});
  EXPECT_EQ(loss[0].item<float>(), INFINITY);
  EXPECT_EQ(loss[1].item<float>(), INFINITY);
  EXPECT_TRUE(std::isnan(loss[2].item<float>()) || loss[2].item<float>() == INFINITY);
  const auto smooth = ops::cross_entropy(x.slice(0, 0, 1), torch::tensor({0}),
                                         {.label_smoothing = 0.1, .reduction = Reduction::kNone});
  EXPECT_FALSE(std::isfinite(smooth[0].item<float>())) << smooth;
}

TEST(CrossEntropy, OfNothingIsZero) {
  const auto x = torch::zeros({0, 3}).requires_grad_();
  const auto loss = ops::cross_entropy(x, torch::zeros({0}, torch::kLong));
  loss.backward();
  EXPECT_EQ(loss.item<float>(), 0);
  EXPECT_EQ(x.grad().sizes(), x.sizes());
}

TEST(CrossEntropy, RefusesShapesThatDoNotFit) {
  const auto y = torch::zeros({2, 4, 5}, torch::kLong);
  const auto code = [](auto&& call) {
    try {
      call();
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(code([&] {
                ops::cross_entropy(torch::randn({2, 3, 4, 6}), y);
              }),
              testing::HasSubstr("logits [2, 3, 4, 6] and targets [2, 4, 5]"));
  EXPECT_THAT(code([&] {
                ops::cross_entropy(torch::randn({2, 0, 4, 5}), y);
              }),
              testing::HasSubstr("at least one class"));
  EXPECT_THAT(code([&] {
                ops::cross_entropy(torch::randn({2, 3, 4, 5}), y.to(torch::kFloat));
              }),
              testing::HasSubstr("must be uint8, int32 or int64"));
  EXPECT_THAT(code([&] {
                ops::cross_entropy(torch::randn({2, 3, 4, 5}), y, {.weight = torch::ones({4})});
              }),
              testing::HasSubstr("weight [4] for 3 classes"));
}

TEST(CrossEntropy, CannotBeDifferentiatedTwice) {
  const auto x = torch::randn({3, 4}).requires_grad_();
  const auto loss = ops::cross_entropy(x, torch::tensor({0, 1, 2}));
  const auto g = torch::autograd::grad({loss}, {x}, {}, true, true)[0];
  EXPECT_THROW(g.sum().backward(), std::exception);
}

TEST(CrossEntropy, TakesBfloat16LogitsUnderAutocastAsTheyAre) {
  const auto x = torch::randn({2, 21, 8, 8}).to(torch::kBFloat16);
  const auto y = torch::randint(0, 21, {2, 8, 8});
  const auto outside = ops::cross_entropy(x, y);
  at::autocast::set_autocast_enabled(at::kCPU, true);
  const auto inside = ops::cross_entropy(x, y);
  at::autocast::set_autocast_enabled(at::kCPU, false);
  EXPECT_EQ(inside.scalar_type(), torch::kFloat);
  EXPECT_TRUE(torch::equal(inside, outside));
}

TEST(CrossEntropy, GivesTheSameBitsForAnyNumberOfThreads) {
  torch::manual_seed(5);
  const int threads = at::get_num_threads();
  for (const auto& x :
       {torch::randn({4, 21, 65, 67}), torch::randn({3000, 10}), torch::randn({500, 400})}) {
    auto shape = x.sizes().vec();
    shape.erase(shape.begin() + 1);
    const auto y = torch::randint(0, 10, shape);
    const auto run = [&] {
      const auto leaf = x.detach().requires_grad_();
      const auto loss = ops::cross_entropy(leaf, y);
      loss.backward();
      return std::pair(loss.item<float>(), leaf.grad());
    };
    at::set_num_threads(1);
    const auto one = run();
    for (const int n : {2, 3, 8}) {
      at::set_num_threads(n);
      const auto many = run();
      EXPECT_EQ(many.first, one.first);
      EXPECT_TRUE(torch::equal(many.second, one.second));
    }
  }
  at::set_num_threads(threads);
}

}  // namespace
}  // namespace carica::test
