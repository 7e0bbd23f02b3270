// Every way in which the CUDA kernels hold a row or a column, found by its size: against torch in
// double. What is asked of results is in the other tests; here it is that no size is left out.
#include <gtest/gtest.h>

#include "ops/cross_entropy.h"
#include "ops/softmax.h"
#include "tensor_cases.h"

namespace carica::test {
namespace {

using Shape = std::vector<std::int64_t>;

// Rows: several in a vector, one in a thread, in a few lanes, with cut vectors and without, in a
// warp, a block, a cluster, and too long for any. Columns: alone, by twos, shared, wide, too tall.
const std::vector<Shape> kStrips = {
    {4001, 2},       {4100, 2},           {16, 2},          {1002, 4},          {1001, 7},
    {999, 16},       {700, 32},           {501, 33},        {500, 64},          {301, 100},
    {300, 102},      {200, 150},          {201, 257},       {200, 258},         {128, 320},
    {100, 515},      {101, 601},          {80, 1000},       {50, 1025},         {48, 1200},
    {40, 1281},      {33, 2047},          {32, 4096},       {9, 8200},          {11, 12000},
    {8, 16384},      {210, 20000},        {3, 20000},       {203, 65536},       {2, 65537},
    {2, 300000},     {1, 5, 300, 200},    {2, 12, 33, 32},  {1, 20, 64, 64},    {1, 24, 63, 65},
    {2, 64, 40, 40}, {1, 33, 1024, 1026}, {2, 150, 64, 64}, {1, 150, 31, 33},   {2, 440, 20, 20},
    {1, 449, 9, 10}, {2, 700, 17, 16},    {1, 20000, 5, 7}, {1, 12, 1024, 1030}};

torch::Tensor gpu_values(const Shape& shape, torch::ScalarType type, double scale) {
  return (torch::randn(shape, torch::device(torch::kCUDA)) * scale).to(type);
}

// Of a result's last place, what rounding to the type may leave.
double precision(torch::ScalarType type) {
  return type == torch::kFloat ? 1e-6 : type == torch::kHalf ? 5e-4 : 4e-3;
}

// |actual - exact| <= precision * scale, for all values.
void expect_near(const torch::Tensor& actual, const torch::Tensor& exact,
                 const torch::Tensor& scale) {
  const double least = actual.scalar_type() == torch::kHalf ? 1e-7 : 1e-37;
  const auto allowed = scale.abs() * precision(actual.scalar_type()) + least;
  const auto error = (actual.to(torch::kDouble) - exact).abs();
  EXPECT_TRUE((error <= allowed).all().item<bool>())
      << "up to " << (error / allowed).max().item<double>() << " of what is allowed";
}

void expect_softmax(const torch::Tensor& x) {
  const double limit = x.scalar_type() == torch::kFloat ? 4 : 0.5625;
  const auto dy = gpu_values(x.sizes().vec(), x.scalar_type(), 1);
  const auto wide_dy = dy.to(torch::kDouble);
  for (const bool log : {false, true}) {
    SCOPED_TRACE(log ? "logarithm" : "softmax");
    const auto leaf = x.detach().requires_grad_();
    const auto y = log ? ops::log_softmax(leaf, 1) : ops::softmax(leaf, 1);
    EXPECT_LE(ulps(y.detach(), exact_softmax_there(x, 1, log)), limit);
    y.backward(dy);
    const auto wide_y = y.detach().to(torch::kDouble);
    if (log) {
      const auto part = wide_y.exp() * wide_dy.sum(1, true);
      const auto scale = wide_dy.abs() + wide_y.exp() * wide_dy.abs().sum(1, true);
      expect_near(leaf.grad(), wide_dy - part, scale);
    } else {
      const auto sum = (wide_dy * wide_y).sum(1, true);
      const auto scale = wide_y * (wide_dy.abs() + (wide_dy * wide_y).abs().sum(1, true));
      expect_near(leaf.grad(), wide_y * (wide_dy - sum), scale);
    }
  }
}

void expect_cross_entropy(const torch::Tensor& x) {
  Shape shape = x.sizes().vec();
  const auto classes = shape[1];
  shape.erase(shape.begin() + 1);
  const auto targets = torch::randint(classes, shape, x.options().dtype(torch::kLong));
  const auto index = targets.unsqueeze(1);
  const auto exact = exact_softmax_there(x, 1, true);
  const auto power = exact.exp();
  for (const double smoothing : {0.0, 0.1}) {
    SCOPED_TRACE(smoothing);
    const auto leaf = x.detach().requires_grad_();
    ops::CrossEntropyOptions options;
    options.reduction = ops::Reduction::kNone;
    options.label_smoothing = smoothing;
    const auto losses = ops::cross_entropy(leaf, targets, options);
    const auto own = exact.gather(1, index).squeeze(1);
    const auto all = exact.mean(1);
    const auto expected = -(1 - smoothing) * own - smoothing * all;
    const auto error = (losses.detach().to(torch::kDouble) - expected).abs();
    EXPECT_TRUE((error <= 1e-6 * expected.abs() + 1e-37).all().item<bool>());
    losses.sum().backward();
    const double each = smoothing / static_cast<double>(classes);
    auto gradient = power - each;
    const auto others = power.scatter(1, index, 0).sum(1, true);
    gradient.scatter_(1, index,
                      smoothing == 0 ? -others : power.gather(1, index) - (1 - smoothing) - each);
    expect_near(leaf.grad(), gradient, smoothing == 0 ? gradient : power + each + gradient.abs());
  }
}

TEST(GpuStrips, OfAllSizesAgreeWithTorchInDouble) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no GPU";
  torch::manual_seed(5);
  for (const auto& shape : kStrips) {
    for (const auto type : {torch::kFloat, torch::kBFloat16, torch::kHalf}) {
      SCOPED_TRACE(c10::str(type, " ", shape));
      const auto x = gpu_values(shape, type, 4);
      expect_softmax(x);
      expect_cross_entropy(x);
      // Rows of the same sizes that begin at no multiple of 16 bytes.
      if (shape.size() > 2 || shape[0] > 300) continue;
      const auto shifted =
          torch::cat({x.flatten(), x.flatten().slice(0, 0, 1)}).slice(0, 1).view(shape);
      expect_softmax(shifted);
      expect_cross_entropy(shifted);
    }
  }
}

}  // namespace
}  // namespace carica::test
