// Every way in which kernels hold a row or a column, found by its size: against torch in double.
// What is asked of results is in the other tests; here it is that no size is left out.
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "ops/cpu/instruction_set_scope.h"
#include "ops/cross_entropy.h"
#include "ops/softmax.h"
#include "tensor_cases.h"

namespace carica::test {
namespace {

using Shape = std::vector<std::int64_t>;

// On a GPU. Rows: several in a vector, one in a thread, in a few lanes, with cut vectors and
// without, in a warp, a block, a cluster, fetched by these ahead, and too long for any. Columns:
// alone, by twos, shared, wide, too tall.
const std::vector<Shape> kGpuStrips = {
    {4001, 2},          {4100, 2},        {16, 2},         {1002, 4},           {1001, 7},
    {999, 16},          {700, 32},        {501, 33},       {500, 64},           {301, 100},
    {300, 102},         {200, 150},       {201, 257},      {200, 258},          {128, 320},
    {100, 515},         {101, 601},       {80, 1000},      {50, 1025},          {48, 1200},
    {40, 1281},         {33, 2047},       {32, 4096},      {9, 8200},           {11, 12000},
    {8, 16384},         {1000, 12001},    {208, 20001},    {3, 20000},          {203, 65536},
    {40, 120001},       {2, 65537},       {2, 300000},     {1, 5, 300, 200},    {2, 12, 33, 32},
    {1, 20, 64, 64},    {1, 24, 63, 65},  {2, 64, 40, 40}, {1, 33, 1024, 1026}, {2, 150, 64, 64},
    {1, 150, 31, 33},   {2, 440, 20, 20}, {1, 449, 9, 10}, {2, 700, 17, 16},    {1, 20000, 5, 7},
    {1, 12, 1024, 1030}};

// On the CPU: results larger than 8 MiB, which are stored past the caches. Rows are turned, or lie
// within a line, fill lines, are joined to blocks of many and of one, and too long for the first
// cache.
const std::vector<Shape> kLargeRows = {{220000, 10}, {131072, 16}, {126001, 17}, {90000, 29},
                                       {65536, 33},  {21500, 100}, {8190, 257},  {2111, 1000},
                                       {257, 8191},  {256, 8193},  {131, 16385}, {16, 131073}};

// Maps whose columns begin anywhere in a line, large enough to be stored past the caches: a strip
// of few values, of many, too many for three strips at once, and maps that are narrower than a
// strip.
const std::vector<Shape> kLargeMaps = {
    {1, 5, 1001, 1003}, {3, 150, 97, 101}, {1, 70001, 5, 13}, {700, 256, 5, 5}};

torch::Tensor values(const Shape& shape, torch::ScalarType type, double scale,
                     torch::Device device) {
  return (torch::randn(shape, device) * scale).to(type);
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

void expect_softmax(const torch::Tensor& x, torch::ScalarType type) {
  const double limit = type == torch::kFloat ? 4 : 0.5625;
  const auto dy = values(x.sizes().vec(), type, 1, x.device());
  const auto wide_dy = dy.to(torch::kDouble);
  for (const bool log : {false, true}) {
    SCOPED_TRACE(c10::str(log ? "logarithm" : "softmax", " in ", type));
    const auto leaf = x.detach().requires_grad_();
    const auto y = log ? ops::log_softmax(leaf, 1, type) : ops::softmax(leaf, 1, type);
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

void expect_softmax(const torch::Tensor& x) { expect_softmax(x, x.scalar_type()); }

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
  if (!gpu()) GTEST_SKIP() << "no GPU";
  torch::manual_seed(5);
  for (const auto& shape : kGpuStrips) {
    for (const auto type : {torch::kFloat, torch::kBFloat16, torch::kHalf}) {
      SCOPED_TRACE(c10::str(type, " ", shape));
      const auto x = values(shape, type, 4, *gpu());
      expect_softmax(x);
      if (type != torch::kFloat) expect_softmax(x, torch::kFloat);
      expect_cross_entropy(x);
      // Rows of the same sizes that begin at no multiple of 16 bytes.
      if (shape.size() > 2 || shape[0] > 300) continue;
      const auto shifted =
          torch::cat({x.flatten(), x.flatten().slice(0, 0, 1)}).slice(0, 1).view(shape);
      expect_softmax(shifted);
      if (type != torch::kFloat) expect_softmax(shifted, torch::kFloat);
      expect_cross_entropy(shifted);
    }
  }
}

// The results of all operators, in one tensor.
torch::Tensor results(const torch::Tensor& x, const torch::Tensor& dy,
                      const torch::Tensor& targets) {
  std::vector<torch::Tensor> all;
  const auto keep = [&](const torch::Tensor& leaf, const torch::Tensor& y) {
    all.push_back(y.detach().to(torch::kDouble).flatten());
    all.push_back(leaf.grad().to(torch::kDouble).flatten());
  };
  for (const bool log : {false, true}) {
    const auto leaf = x.detach().requires_grad_();
    const auto y = log ? ops::log_softmax(leaf, 1) : ops::softmax(leaf, 1);
    y.backward(dy);
    keep(leaf, y);
  }
  const auto leaf = x.detach().requires_grad_();
  const auto loss = ops::cross_entropy(leaf, targets);
  loss.backward();
  keep(leaf, loss);
  return torch::cat(all);
}

// For any number of threads.
void expect_same_bits(const Shape& shape, torch::ScalarType type) {
  SCOPED_TRACE(c10::str(type, " ", shape));
  const auto x = values(shape, type, 4, torch::kCPU), dy = values(shape, type, 1, torch::kCPU);
  Shape places = shape;
  places.erase(places.begin() + 1);
  const auto targets = torch::randint(shape[1], places, torch::kLong);
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto alone = results(x, dy, targets);
  for (const int n : {2, 3}) {
    at::set_num_threads(n);
    EXPECT_TRUE(torch::equal(results(x, dy, targets), alone)) << n;
  }
  at::set_num_threads(threads);
}

TEST(LargeRows, OfAllSizesAgreeWithTorchInDouble) {
  torch::manual_seed(6);
  for (const auto& shape : kLargeRows) {
    SCOPED_TRACE(shape);
    const auto x = values(shape, torch::kFloat, 4, torch::kCPU);
    expect_softmax(x);
    expect_cross_entropy(x);
  }
  for (const Shape& shape : {Shape{43000, 100}, Shape{131072, 33}, Shape{257, 16385}}) {
    SCOPED_TRACE(shape);
    const auto x = values(shape, torch::kBFloat16, 4, torch::kCPU);
    expect_softmax(x);
    expect_cross_entropy(x);
  }
}

// A thread's first row begins within a cache line, or not, with their number.
TEST(LargeRows, AreTheSameBitsForAnyNumberOfThreads) {
  torch::manual_seed(7);
  for (const auto type : {torch::kFloat, torch::kHalf}) {
    for (const Shape& shape : {Shape{43001, 101}, Shape{259, 16387}}) expect_same_bits(shape, type);
  }
}

TEST(LargeMaps, OfAllSizesAgreeWithTorchInDouble) {
  torch::manual_seed(9);
  for (const auto& shape : kLargeMaps) {
    SCOPED_TRACE(shape);
    const auto x = values(shape, torch::kFloat, 4, torch::kCPU);
    expect_softmax(x);
    expect_cross_entropy(x);
  }
  const auto x = values({3, 60, 311, 331}, torch::kBFloat16, 4, torch::kCPU);
  expect_softmax(x);
  expect_cross_entropy(x);
}

// What a strip leaves to the one behind it, or not, if that is another thread's.
TEST(LargeMaps, AreTheSameBitsForAnyNumberOfThreads) {
  torch::manual_seed(10);
  expect_same_bits({2, 21, 333, 317}, torch::kDouble);
  expect_same_bits({2, 150, 233, 243}, torch::kHalf);
}

TEST(LargeRows, AgreeForEachInstructionSet) {
  torch::manual_seed(8);
  for (const auto& set : ops::cpu::instruction_sets()) {
    const ops::cpu::InstructionSetScope scope(set);
    for (const Shape& shape : {Shape{21500, 100}, Shape{258, 8195}}) {
      SCOPED_TRACE(c10::str(set, " ", shape));
      const auto x = values(shape, torch::kFloat, 4, torch::kCPU);
      expect_softmax(x);
      expect_cross_entropy(x);
    }
    const auto x = values({43001, 101}, torch::kBFloat16, 4, torch::kCPU);
    expect_softmax(x);
    expect_cross_entropy(x);
  }
}

TEST(SlowLargeMaps, AgreeForEachInstructionSet) {
  torch::manual_seed(11);
  for (const auto& set : ops::cpu::instruction_sets()) {
    const ops::cpu::InstructionSetScope scope(set);
    SCOPED_TRACE(set);
    const auto x = values({2, 21, 333, 311}, torch::kFloat, 4, torch::kCPU);
    expect_softmax(x);
    expect_cross_entropy(x);
    expect_softmax(values({3, 60, 311, 331}, torch::kBFloat16, 4, torch::kCPU));
  }
}

}  // namespace
}  // namespace carica::test
