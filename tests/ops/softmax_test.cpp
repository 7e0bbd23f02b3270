#include "ops/softmax.h"

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/error.h"
#include "tensor_cases.h"

namespace carica::test {
namespace {

constexpr double kInf = INFINITY;

torch::Tensor ours(const torch::Tensor& x, std::int64_t dim, bool log,
                   std::optional<torch::ScalarType> dtype = std::nullopt) {
  return log ? ops::log_softmax(x, dim, dtype) : ops::softmax(x, dim, dtype);
}
torch::Tensor theirs(const torch::Tensor& x, std::int64_t dim, bool log,
                     std::optional<torch::ScalarType> dtype = std::nullopt) {
  return log ? torch::log_softmax(x, dim, dtype) : torch::softmax(x, dim, dtype);
}

// What `float_ulps` of float32 leave after rounding to the type. The reference is in double itself,
// whose x - max is rounded.
double allowed(torch::ScalarType type, double float_ulps) {
  if (type == torch::kDouble) return 128;
  return type == torch::kFloat ? float_ulps : 0.5 + float_ulps / 64;
}

const std::vector<std::vector<std::int64_t>> kShapes = {
    {},         {1},           {5},           {7, 1},          {3, 10},       {130, 21},
    {4, 127},   {3, 129},      {2, 1000},     {2, 4096},       {2, 5, 3},     {2, 21, 7, 9},
    {1, 3, 64}, {2, 150, 130}, {300, 2},      {2, 3, 4, 5, 6}, {1, 300, 3},   {65, 4},
    {4, 255},   {4, 1023},     {3, 1025},     {66, 3},         {3, 17, 1, 1}, {0, 4},
    {4, 0},     {2, 19, 0, 3}, {1, 70, 2, 33}};

void expect_parity(torch::Device device, double limit) {
  torch::manual_seed(1);
  for (const auto& shape : kShapes) {
    const auto values = torch::randn(shape, torch::kDouble) * 8;
    for (const auto type : {torch::kFloat, torch::kDouble, torch::kBFloat16, torch::kHalf}) {
      for (const auto& [layout, x] : layouts_of(values.to(device, type))) {
        for (std::int64_t dim = 0; dim < std::max<std::int64_t>(x.dim(), 1); ++dim) {
          for (const bool log : {false, true}) {
            const auto y = ours(x, dim, log);
            SCOPED_TRACE(c10::str(log ? "log_" : "", "softmax ", type, " ", x.sizes(), " ", layout,
                                  " dim ", dim));
            ASSERT_EQ(y.sizes(), x.sizes());
            ASSERT_EQ(y.scalar_type(), type);
            EXPECT_LE(ulps(y, exact_softmax(x, dim, log)), allowed(type, limit));
          }
        }
      }
    }
  }
}

TEST(Softmax, IsWithinFourUlpOfTorchInDoubleForAllShapesLayoutsAndTypes) {
  expect_parity(torch::kCPU, 4);
}

TEST(GpuSoftmax, IsWithinFourUlpOfTorchInDoubleForAllShapesLayoutsAndTypes) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_parity(*gpu(), 4);
}

TEST(Softmax, StaysExactForAMillionValuesInARow) {
  torch::manual_seed(2);
  const auto x = torch::randn({2, 1 << 20}) * 5;
  EXPECT_LE(ulps(ops::softmax(x, 1), exact_softmax(x, 1, false)), 4);
  EXPECT_LE(ulps(ops::log_softmax(x, 1), exact_softmax(x, 1, true)), 4);
  EXPECT_LE(ulps(ops::softmax(x.t(), 0), exact_softmax(x.t(), 0, false)), 4);
}

TEST(Softmax, StaysExactForColumnsTooTallToOverlap) {
  torch::manual_seed(2);
  const auto x = torch::randn({70001, 3}) * 4;
  for (const bool log : {false, true}) {
    EXPECT_LE(ulps(ours(x, 0, log), exact_softmax(x, 0, log)), 16);
  }
}

TEST(Softmax, KeepsItsDigitsWhereverTheLargestValueLies) {
  torch::manual_seed(3);
  for (const double largest :
       {-1e30, -1e6, -32769.0, -32767.0, -700.0, 700.0, 32767.0, 32769.0, 1e6, 1e30}) {
    for (const auto& shape : {std::vector<std::int64_t>{40, 21}, {5, 300}, {3, 9, 70}, {3, 9001}}) {
      const auto x = (largest - torch::rand(shape, torch::kDouble) * 80).to(torch::kFloat);
      EXPECT_LE(ulps(ours(x, 1, false), exact_softmax(x, 1, false)), 4) << largest << " " << shape;
    }
  }
}

TEST(Softmax, KeepsItsDigitsWhenTheLargestValueGrowsAlongARow) {
  torch::manual_seed(4);
  for (const std::int64_t size : {8192, 20011}) {
    for (const double range : {1.0, 60.0, 200.0, 70000.0}) {
      const auto x = std::get<0>(((torch::rand({4, size}) - 0.5) * range).sort(1));
      const auto both = torch::cat({x, x.flip(1)});
      for (const auto type : {torch::kFloat, torch::kBFloat16}) {
        const auto typed = both.to(type);
        EXPECT_LE(ulps(ours(typed, 1, false), exact_softmax(typed, 1, false)), allowed(type, 4))
            << size << " " << range << " " << type;
      }
    }
  }
}

TEST(Softmax, KeepsTheDigitsOfLogarithmsOfSureRows) {
  torch::manual_seed(5);
  for (const std::int64_t classes : {2, 5, 11, 40, 150}) {
    for (const double scale : {4.0, 20.0, 60.0}) {
      const auto x = torch::randn({200000 / classes, classes}) * scale;
      EXPECT_LE(ulps(ours(x, 1, true), exact_softmax(x, 1, true)), 4) << classes << " " << scale;
    }
  }
}

// Each of the other values alone is nothing beside the first two; all together they count.
void expect_small_powers_to_count(torch::Device device) {
  for (const std::int64_t size : {300, 4096, 9000, 16384, 131072}) {
    auto x = torch::full({3, size}, -15.3F, device);
    x.slice(1, 0, 2).zero_();
    for (const bool log : {false, true}) {
      EXPECT_LE(ulps(ours(x, 1, log), exact_softmax(x, 1, log)), size > 16384 ? 8 : 4) << size;
    }
  }
}

TEST(Softmax, CountsManySmallPowers) { expect_small_powers_to_count(torch::kCPU); }

TEST(GpuSoftmax, CountsManySmallPowers) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_small_powers_to_count(*gpu());
}

TEST(Softmax, KeepsTheLayoutOfDenseTensors) {
  const auto x =
      torch::randn({2, 5, 7, 3}).contiguous(torch::MemoryFormat::ChannelsLast).transpose(2, 3);
  EXPECT_EQ(ops::softmax(x, 1).strides(), x.strides());
  EXPECT_EQ(ops::log_softmax(x, 2).strides(), x.strides());
}

TEST(Softmax, TakesExpandedTensors) {
  const auto x = torch::randn({4, 1, 6}).expand({4, 5, 6});
  for (const int dim : {0, 1, 2}) {
    EXPECT_LE(ulps(ops::softmax(x, dim), exact_softmax(x, dim, false)), 4);
  }
}

torch::Tensor special_rows() {
  return torch::tensor({{-kInf, -kInf, -kInf},
                        {1.0, -kInf, 2.0},
                        {1.0, kInf, 2.0},
                        {double(NAN), 0.0, 1.0},
                        {kInf, kInf, -kInf},
                        {1e4, -1e4, 0.0},
                        {1.5e38, -1.5e38, 1.5e38}},
                       torch::kDouble);
}

// torch's log_softmax of a row with +inf is NaN only there; a row's answer is one for all.
torch::Tensor expected_of_special(const torch::Tensor& x, bool log) {
  const auto spoilt = ((x.cpu() == kInf) | x.cpu().isnan()).any(1, true);
  return exact_softmax(x, 1, log).masked_fill(spoilt, NAN);
}

void expect_edges(torch::Device device) {
  const auto rows = special_rows();
  const auto least = [](std::int64_t size) {
    return torch::full({7, size}, -kInf, torch::kDouble);
  };
  // The same rows as columns, as short rows, and at an end of long ones.
  const std::vector<torch::Tensor> tables = {rows, torch::cat({least(500), rows}, 1),
                                             torch::cat({least(9000), rows}, 1),
                                             torch::cat({rows, least(9000)}, 1)};
  for (const auto type : {torch::kFloat, torch::kDouble, torch::kBFloat16, torch::kHalf}) {
    for (const auto& values : tables) {
      const auto x = values.to(type).to(device);
      for (const bool log : {false, true}) {
        SCOPED_TRACE(c10::str(log ? "log " : "", type, " ", x.sizes()));
        const auto expected = expected_of_special(x, log);
        EXPECT_LE(ulps(ours(x, 1, log), expected), allowed(type, 4));
        const auto columns = x.t().contiguous();
        EXPECT_LE(ulps(ours(columns, 0, log), expected.t()), allowed(type, 4));
      }
    }
  }
}

TEST(Softmax, AnswersSpecialValuesAsItsHeaderSays) { expect_edges(torch::kCPU); }

TEST(GpuSoftmax, AnswersSpecialValuesAsItsHeaderSays) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_edges(*gpu());
}

// So many that they are fetched ahead, by blocks and by clusters; so long that they are read twice.
TEST(GpuSoftmax, AnswersSpecialValuesInLongRows) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  const auto rows = special_rows();
  for (const auto& [times, size] : {std::pair(40, 9001), {20, 40001}, {1, 300001}}) {
    const auto least = torch::full({7, size}, -kInf, torch::kDouble);
    const auto values = torch::cat({rows, least}, 1).repeat({times, 1});
    for (const auto type : {torch::kFloat, torch::kBFloat16}) {
      const auto x = values.to(type).to(*gpu());
      for (const bool log : {false, true}) {
        SCOPED_TRACE(c10::str(log ? "log " : "", type, " ", x.sizes()));
        const auto leaf = x.detach().requires_grad_();
        const auto y = ours(leaf, 1, log);
        EXPECT_LE(ulps(y.detach(), expected_of_special(x, log)), allowed(type, 4));
        y.backward(torch::ones_like(y));
        const auto dead = leaf.grad().select(0, 0), spoilt = leaf.grad().select(0, 3);
        EXPECT_TRUE(log || dead.eq(0).all().item<bool>());
        EXPECT_TRUE(spoilt.isnan().all().item<bool>());
      }
    }
  }
}

void expect_gradients(torch::Device device) {
  torch::manual_seed(3);
  for (const auto& shape : kShapes) {
    const auto values = torch::randn(shape, torch::kDouble) * 3;
    const auto upstream = torch::randn(shape, torch::kDouble);
    for (const auto type : {torch::kFloat, torch::kDouble}) {
      for (const auto& [layout, given] : layouts_of(values.to(device, type))) {
        for (std::int64_t dim = 0; dim < std::max<std::int64_t>(given.dim(), 1); ++dim) {
          for (const bool log : {false, true}) {
            SCOPED_TRACE(c10::str(log ? "log_" : "", "softmax ", type, " ", given.sizes(), " ",
                                  layout, " dim ", dim));
            const auto x = given.detach().requires_grad_();
            ours(x, dim, log).backward(upstream.to(device, type));
            const auto wide = given.cpu().to(torch::kDouble).detach().requires_grad_();
            (log ? torch::log_softmax(wide, dim) : torch::softmax(wide, dim)).backward(upstream);
            EXPECT_TRUE(torch::allclose(x.grad().cpu().to(torch::kDouble), wide.grad(), 1e-6,
                                        1e-6 * std::sqrt(1 + double(values.numel()))));
          }
        }
      }
    }
  }
}

TEST(Softmax, HasTorchsGradients) { expect_gradients(torch::kCPU); }

TEST(GpuSoftmax, HasTorchsGradients) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_gradients(*gpu());
}

void expect_second_gradients(torch::Device device) {
  torch::manual_seed(4);
  const auto values = torch::randn({3, 5, 4}, torch::kDouble).to(device);
  const auto u = torch::randn_like(values), v = torch::randn_like(values);
  for (const bool log : {false, true}) {
    const auto second = [&](auto&& function) {
      const auto x = values.clone().requires_grad_();
      const auto g = torch::autograd::grad({function(x)}, {x}, {u}, true, true)[0];
      return torch::autograd::grad({g}, {x}, {v})[0];
    };
    const auto mine = second([&](const torch::Tensor& x) { return ours(x, 1, log); });
    const auto torchs = second([&](const torch::Tensor& x) { return theirs(x, 1, log); });
    EXPECT_TRUE(torch::allclose(mine, torchs, 1e-12, 1e-13)) << (mine - torchs).abs().max();
  }
}

TEST(Softmax, HasTorchsSecondGradients) { expect_second_gradients(torch::kCPU); }

TEST(GpuSoftmax, HasTorchsSecondGradients) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_second_gradients(*gpu());
}

// float32 of 16 bits and back: the results of the converted tensor, their gradient rounded once.
void expect_float_of_narrow(torch::Device device) {
  torch::manual_seed(8);
  for (const auto& shape : kShapes) {
    const auto values = torch::randn(shape, torch::kDouble) * 8;
    const auto upstream = torch::randn(shape).to(device);
    for (const auto type : {torch::kBFloat16, torch::kHalf}) {
      for (const auto& [layout, given] : layouts_of(values.to(device, type))) {
        for (std::int64_t dim = 0; dim < std::max<std::int64_t>(given.dim(), 1); ++dim) {
          for (const bool log : {false, true}) {
            SCOPED_TRACE(c10::str(log ? "log_" : "", "softmax ", type, " ", given.sizes(), " ",
                                  layout, " dim ", dim));
            const auto x = given.detach().requires_grad_();
            const auto y = ours(x, dim, log, torch::kFloat);
            ASSERT_EQ(y.scalar_type(), torch::kFloat);
            EXPECT_LE(ulps(y.detach(), exact_softmax(given, dim, log)), 4);
            y.backward(upstream);
            ASSERT_EQ(x.grad().scalar_type(), type);
            const auto wide = given.cpu().to(torch::kDouble).detach().requires_grad_();
            theirs(wide, dim, log).backward(upstream.cpu().to(torch::kDouble));
            const double step = type == torch::kHalf ? 5e-4 : 4e-3;
            const double least = type == torch::kHalf ? 1e-6 : 1e-7;
            EXPECT_TRUE(torch::allclose(x.grad().cpu().to(torch::kDouble), wide.grad(), 1.01 * step,
                                        least * std::sqrt(1 + double(values.numel()))));
          }
        }
      }
    }
  }
}

TEST(Softmax, GivesFloatOfSixteenBitsAndTheGradientInThem) { expect_float_of_narrow(torch::kCPU); }

TEST(GpuSoftmax, GivesFloatOfSixteenBitsAndTheGradientInThem) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_float_of_narrow(*gpu());
}

TEST(Softmax, ConvertsToTheTypeThatIsAskedForAsTorchsDoes) {
  torch::manual_seed(9);
  const auto values = torch::randn({3, 40, 7}, torch::kDouble) * 4;
  const auto upstream = torch::randn_like(values);
  for (const auto from : {torch::kDouble, torch::kFloat, torch::kHalf}) {
    for (const auto to : {torch::kDouble, torch::kFloat, torch::kHalf, torch::kBFloat16}) {
      for (const bool log : {false, true}) {
        SCOPED_TRACE(c10::str(log ? "log_" : "", "softmax ", from, " to ", to));
        const auto x = values.to(from, /*non_blocking=*/false, /*copy=*/true).requires_grad_();
        const auto leaf = x.detach().clone().requires_grad_();
        const auto y = ours(x, 1, log, to), expected = theirs(leaf, 1, log, to);
        ASSERT_EQ(y.scalar_type(), to);
        const bool narrow = to == torch::kHalf || to == torch::kBFloat16 || from == torch::kHalf;
        const double step = narrow ? 1e-2 : 2e-6;
        EXPECT_TRUE(torch::allclose(y, expected, step, step / 10));
        y.backward(upstream.to(to));
        expected.backward(upstream.to(to));
        ASSERT_EQ(x.grad().scalar_type(), from);
        EXPECT_TRUE(torch::allclose(x.grad(), leaf.grad(), step, step));
      }
    }
  }
  const auto whole = torch::tensor({{1, 2, 3}});
  EXPECT_TRUE(torch::allclose(ops::softmax(whole, 1, torch::kFloat),
                              torch::softmax(whole, 1, torch::kFloat)));
}

void expect_float_under_autocast(torch::Device device) {
  torch::manual_seed(10);
  for (const auto type : {torch::kBFloat16, torch::kFloat, torch::kDouble}) {
    const auto values = torch::randn({6, 33}).to(device, type);
    const auto asked = type == torch::kDouble ? type : torch::kFloat;
    for (const bool log : {false, true}) {
      const auto x = values.detach().requires_grad_(), leaf = values.detach().requires_grad_();
      at::autocast::set_autocast_enabled(device.type(), true);
      const auto y = ours(x, 1, log);
      at::autocast::set_autocast_enabled(device.type(), false);
      const auto expected = ours(leaf, 1, log, asked);
      ASSERT_EQ(y.scalar_type(), asked);
      EXPECT_TRUE(torch::equal(y, expected));
      const auto upstream = torch::randn_like(y);
      y.backward(upstream);
      expected.backward(upstream);
      ASSERT_EQ(x.grad().scalar_type(), type);
      EXPECT_TRUE(torch::equal(x.grad(), leaf.grad()));
    }
  }
}

TEST(Softmax, IsFloatUnderAutocastWithTheGradientInTheLogitsType) {
  expect_float_under_autocast(torch::kCPU);
}

TEST(GpuSoftmax, IsFloatUnderAutocastWithTheGradientInTheLogitsType) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_float_under_autocast(*gpu());
}

TEST(GpuSoftmax, GivesTheSameBitsEachTime) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  torch::manual_seed(5);
  for (const auto& shape :
       {std::vector<std::int64_t>{4, 21, 65, 67}, {3000, 10}, {300, 9001}, {9, 70001}}) {
    const auto x = torch::randn(shape, *gpu()), dy = torch::randn(shape, *gpu());
    for (const bool log : {false, true}) {
      const auto run = [&] {
        const auto leaf = x.detach().requires_grad_();
        const auto y = ours(leaf, 1, log);
        y.backward(dy);
        return std::pair(y.detach(), leaf.grad());
      };
      const auto one = run(), two = run();
      EXPECT_TRUE(torch::equal(one.first, two.first)) << x.sizes();
      EXPECT_TRUE(torch::equal(one.second, two.second)) << x.sizes();
    }
  }
}

void expect_no_gradient_of_minus_infinity(torch::Device device) {
  for (const auto& shape : {std::vector<std::int64_t>{2, 3}, {2, 300}, {2, 3, 5}}) {
    for (const bool log : {false, true}) {
      const auto x = torch::full(shape, -INFINITY, device).requires_grad_();
      ours(x, 1, log).backward(torch::ones(shape, device));
      EXPECT_TRUE(torch::equal(x.grad().cpu(), torch::zeros(shape))) << x.sizes() << log;
    }
  }
}

TEST(Softmax, ARowOfMinusInfinityHasNoGradient) {
  expect_no_gradient_of_minus_infinity(torch::kCPU);
}

TEST(GpuSoftmax, ARowOfMinusInfinityHasNoGradient) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_no_gradient_of_minus_infinity(*gpu());
}

TEST(Softmax, GivesTheSameBitsForAnyNumberOfThreads) {
  torch::manual_seed(5);
  const int threads = at::get_num_threads();
  for (const auto& x : {torch::randn({4, 21, 65, 67}), torch::randn({3000, 10}),
                        torch::randn({50, 4097}), torch::randn({9, 9001})}) {
    at::set_num_threads(1);
    const auto one = ops::softmax(x, 1), one_log = ops::log_softmax(x, 1);
    for (const int n : {2, 3, 8}) {
      at::set_num_threads(n);
      EXPECT_TRUE(torch::equal(ops::softmax(x, 1), one));
      EXPECT_TRUE(torch::equal(ops::log_softmax(x, 1), one_log));
    }
  }
  at::set_num_threads(threads);
}

TEST(Softmax, RefusesOtherTypesAndDims) {
  const auto message = [](const torch::Tensor& x, std::int64_t dim) -> std::string {
    try {
      ops::softmax(x, dim);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message(torch::ones({2, 3}), 2), testing::HasSubstr("dim = 2"));
  EXPECT_THAT(message(torch::ones({2, 3}), 2), testing::HasSubstr("must be in -2 to 1"));
  EXPECT_THAT(message(torch::ones({2}, torch::kLong), 0), testing::HasSubstr("must be float"));
  EXPECT_THROW(ops::softmax(torch::ones({2, 3}), 1, torch::kLong), Error);
}

}  // namespace
}  // namespace carica::test
