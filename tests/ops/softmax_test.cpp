#include "ops/softmax.h"

#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/error.h"
#include "softmax_cases.h"

namespace carica::test {
namespace {

constexpr double kInf = INFINITY;

// What `float_ulps` of float32 leave after rounding to the type. The reference is in double itself,
// whose x - max is rounded.
double allowed(torch::ScalarType type, double float_ulps) {
  if (type == torch::kDouble) return 128;
  return type == torch::kFloat ? float_ulps : 0.5 + float_ulps / 64;
}

void expect_parity(torch::Device device, double limit) {
  torch::manual_seed(1);
  const auto types = {torch::kFloat, torch::kDouble, torch::kBFloat16, torch::kHalf};
  for_softmax_cases(device, types, 8, [&](const torch::Tensor& x, std::int64_t dim, bool log) {
    const auto y = ours(x, dim, log);
    ASSERT_EQ(y.sizes(), x.sizes());
    ASSERT_EQ(y.scalar_type(), x.scalar_type());
    EXPECT_LE(ulps(y, exact_softmax(x, dim, log)), allowed(x.scalar_type(), limit));
  });
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
  const auto types = {torch::kFloat, torch::kDouble};
  for_softmax_cases(device, types, 3, [](const torch::Tensor& given, std::int64_t dim, bool log) {
    const auto upstream = torch::randn(given.sizes(), torch::kDouble);
    const auto x = given.detach().requires_grad_();
    ours(x, dim, log).backward(upstream.to(x.device(), x.scalar_type()));
    const auto wide = given.cpu().to(torch::kDouble).detach().requires_grad_();
    theirs(wide, dim, log).backward(upstream);
    EXPECT_TRUE(torch::allclose(x.grad().cpu().to(torch::kDouble), wide.grad(), 1e-6,
                                1e-6 * std::sqrt(1 + double(x.numel()))));
  });
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
