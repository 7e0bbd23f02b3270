#include "ops/upsample.h"

#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/functional/loss.h>
#include <torch/nn/functional/upsampling.h>

#include "core/error.h"
#include "tensor_cases.h"

namespace carica::test {
namespace {

namespace F = torch::nn::functional;
using ops::CrossEntropyOptions;
using ops::Reduction;

torch::Tensor upsampled(const torch::Tensor& x, std::int64_t height, std::int64_t width,
                        bool align_corners) {
  return F::interpolate(x, F::InterpolateFuncOptions()
                               .size(std::vector<std::int64_t>{height, width})
                               .mode(torch::kBilinear)
                               .align_corners(align_corners));
}

torch::Tensor exact(const torch::Tensor& logits, const torch::Tensor& targets,
                    const CrossEntropyOptions& o, bool align_corners) {
  F::CrossEntropyFuncOptions options;
  if (o.weight) options.weight(o.weight->cpu().to(torch::kDouble));
  options.ignore_index(o.ignore_index).label_smoothing(o.label_smoothing);
  if (o.reduction == Reduction::kNone) options.reduction(torch::kNone);
  if (o.reduction == Reduction::kSum) options.reduction(torch::kSum);
  const auto y = targets.cpu().to(torch::kLong);
  return F::cross_entropy(upsampled(logits, y.size(1), y.size(2), align_corners), y, options);
}

struct Shape {
  std::vector<std::int64_t> logits;
  std::int64_t height, width;
};

const std::vector<Shape> kShapes = {
    {{2, 5, 4, 6}, 32, 48},  {{1, 21, 16, 16}, 128, 128}, {{2, 3, 5, 7}, 13, 19},
    {{1, 2, 1, 1}, 9, 70},   {{2, 4, 8, 8}, 8, 8},        {{1, 6, 20, 30}, 7, 11},
    {{1, 1, 3, 3}, 6, 6},    {{1, 150, 4, 4}, 16, 90},    {{1, 3, 6, 5}, 1, 1},
    {{3, 7, 9, 17}, 33, 65}, {{1, 19, 2, 130}, 3, 517},   {{1, 3, 5, 33}, 60, 264}};

void expect_parity(torch::Device device) {
  torch::manual_seed(1);
  for (const auto& shape : kShapes) {
    const std::int64_t n = shape.logits[0], classes = shape.logits[1];
    const auto values = torch::randn(shape.logits, torch::kDouble) * 4;
    const auto labels = torch::randint(0, classes, {n, shape.height, shape.width});
    const auto weight = torch::rand({classes}, torch::kDouble).to(device) + 0.1;
    for (const auto reduction : {Reduction::kMean, Reduction::kSum, Reduction::kNone}) {
      for (const auto& options :
           {CrossEntropyOptions{.reduction = reduction}, CrossEntropyOptions{.weight = weight,
                                                         .ignore_index = classes > 1 ? 0 : -100,
                                                         .label_smoothing = 0.1,
                                                         .reduction = reduction}}) {
        for (const bool align_corners : {false, true}) {
          for (const auto type : {torch::kFloat, torch::kDouble, torch::kBFloat16, torch::kHalf}) {
            for (const auto& [layout, given] : layouts_of(values.to(device, type))) {
              SCOPED_TRACE(c10::str(given.sizes(), " to ", shape.height, "x", shape.width, " ",
                                    layout, " ", type, " reduction ", int(reduction),
                                    align_corners ? " corners" : "",
                                    options.weight ? " weights" : ""));
              const auto x = given.detach().requires_grad_();
              const auto y = labels.to(device, torch::kByte);
              const auto loss = ops::upsample_cross_entropy(x, y, options, align_corners);
              const auto wide = given.cpu().to(torch::kDouble).detach().requires_grad_();
              // torch's mean of nothing is NaN.
              const auto expected = torch::nan_to_num(exact(wide, labels, options, align_corners));
              ASSERT_EQ(loss.sizes(), expected.sizes());
              const auto upstream = torch::rand(expected.sizes(), torch::kDouble) + 0.5;
              loss.backward(upstream.to(loss.options()));
              expected.backward(upstream);
              // Source places are computed in float32, too.
              const double digits = type == torch::kDouble ? 1e-12 : 1e-5;
              const double largest_loss = expected.abs().max().item<double>();
              EXPECT_TRUE(torch::allclose(loss.cpu().to(torch::kDouble), expected, digits,
                                          digits * (1 + largest_loss)));
              const double step = type == torch::kBFloat16 ? 8e-3 : type == torch::kHalf ? 1e-3 : 0;
              const auto got = x.grad().cpu().to(torch::kDouble);
              const auto gradient = torch::nan_to_num(wide.grad());
              const double largest = gradient.abs().max().item<double>();
              EXPECT_TRUE(torch::allclose(got, gradient, digits + step,
                                          digits * (largest + 1e-2) + 1e-6 * (step > 0)))
                  << (got - gradient).abs().max() << " of " << largest;
            }
          }
        }
      }
    }
  }
}

TEST(UpsampleCrossEntropy, HasTorchsLossAndGradient) { expect_parity(torch::kCPU); }

TEST(GpuUpsampleCrossEntropy, HasTorchsLossAndGradient) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_parity(*gpu());
}

TEST(UpsampleCrossEntropy, OfIgnoredTargetsOnlyIsZero) {
  const auto x = torch::randn({1, 3, 4, 4}).requires_grad_();
  const auto loss = ops::upsample_cross_entropy(x, torch::full({1, 16, 16}, 255, torch::kByte),
                                                {.ignore_index = 255});
  loss.backward();
  EXPECT_EQ(loss.item<float>(), 0);
  EXPECT_TRUE(torch::equal(x.grad(), torch::zeros({1, 3, 4, 4})));
}

TEST(UpsampleCrossEntropy, GivesTheSameBitsForAnyNumberOfThreads) {
  torch::manual_seed(2);
  const int threads = at::get_num_threads();
  const auto x = torch::randn({2, 19, 33, 31});
  const auto y = torch::randint(0, 19, {2, 130, 127});
  const auto run = [&] {
    const auto leaf = x.detach().requires_grad_();
    const auto loss = ops::upsample_cross_entropy(leaf, y);
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
  at::set_num_threads(threads);
}

TEST(UpsampleCrossEntropy, RefusesShapesThatDoNotFit) {
  EXPECT_THROW(ops::upsample_cross_entropy(torch::randn({2, 3, 4, 4}),
                                           torch::zeros({1, 8, 8}, torch::kLong)),
               Error);
  EXPECT_THROW(ops::upsample_cross_entropy(torch::randn({2, 3}), torch::zeros({2}, torch::kLong)),
               Error);
}

void expect_labels(torch::Device device) {
  torch::manual_seed(3);
  for (const auto& shape : kShapes) {
    const auto values = torch::randn(shape.logits, torch::kDouble);
    for (const bool align_corners : {false, true}) {
      for (const auto type : {torch::kFloat, torch::kDouble, torch::kBFloat16, torch::kHalf}) {
        for (const auto& [layout, x] : layouts_of(values.to(device, type))) {
          SCOPED_TRACE(
              c10::str(x.sizes(), " to ", shape.height, "x", shape.width, " ", layout, " ", type));
          const auto labels = ops::upsample_argmax(x, shape.height, shape.width, align_corners);
          const auto wide =
              upsampled(x.cpu().to(torch::kDouble), shape.height, shape.width, align_corners);
          ASSERT_EQ(labels.scalar_type(), torch::kByte);
          // Where two classes are as good as equal, either will do.
          const auto chosen = wide.gather(1, labels.cpu().to(torch::kLong).unsqueeze(1)).squeeze(1);
          EXPECT_TRUE((chosen >= std::get<0>(wide.max(1)) - 1e-5).all().item<bool>());
        }
      }
    }
  }
}

TEST(UpsampleArgmax, FindsTheLargestClass) { expect_labels(torch::kCPU); }

TEST(GpuUpsampleArgmax, FindsTheLargestClass) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_labels(*gpu());
}

TEST(UpsampleArgmax, TakesTheFirstOfEqualsAndNanBeforeAll) {
  auto x = torch::zeros({1, 4, 1, 1});
  EXPECT_EQ(ops::upsample_argmax(x, 1, 1).item<std::uint8_t>(), 0);
  x[0][2] = 1;
  x[0][3] = 1;
  EXPECT_EQ(ops::upsample_argmax(x, 1, 1).item<std::uint8_t>(), 2);
  x[0][1] = std::nanf("");
  x[0][3] = std::nanf("");
  EXPECT_EQ(ops::upsample_argmax(x, 1, 1).item<std::uint8_t>(), 1);
}

TEST(UpsampleArgmax, RefusesWhatDoesNotFitUint8) {
  EXPECT_THROW(ops::upsample_argmax(torch::zeros({1, 257, 2, 2}), 4, 4), Error);
  EXPECT_THROW(ops::upsample_argmax(torch::zeros({1, 3, 2, 2}), 0, 4), Error);
}

}  // namespace
}  // namespace carica::test
