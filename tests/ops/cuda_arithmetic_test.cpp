// The arithmetic of the CUDA kernels, which compiles for the host, too: there with exp2f() in place
// of the GPU's instruction.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "ops/cuda/normalizer.cuh"
#include "ops/cuda/strips.cuh"

namespace carica::ops::cuda {
namespace {

double ulps(float actual, double exact) {
  int exponent = 0;
  std::frexp(exact, &exponent);
  return std::abs(actual - exact) / std::ldexp(1.0, exponent - 24);
}

TEST(CudaArithmetic, ExponentialsOfDifferencesLoseNothingToTheDifference) {
  std::mt19937_64 engine(1);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (const double scale : {0.0, 1.0, 10.0, 100.0, 255.0, 300.0, 2000.0, 1e5, 1e7, 1e30}) {
    double worst = 0;
    for (int i = 0; i < 100000; ++i) {
      const auto shift = static_cast<float>((2 * uniform(engine) - 1) * scale);
      const double below = uniform(engine);
      const auto x = std::min(static_cast<float>(shift - 87 * below * below), shift);
      const Exponential<Power::kExact, float> exponential(shift);
      worst = std::max(worst, ulps(exponential(x), std::exp(static_cast<double>(x) - shift)));
      ASSERT_EQ(exponential(x), exponential.near(x - exponential.base));
      ASSERT_EQ(exponential(shift), 1) << shift;
    }
    EXPECT_LE(worst, 1) << scale;
  }
}

TEST(CudaArithmetic, ExponentialsOfSpecialValuesAreAsExpected) {
  constexpr float kInf = kInfinity<float>;
  const auto power = [](float x, float shift) {
    return Exponential<Power::kExact, float>(shift)(x);
  };
  EXPECT_EQ(power(-kInf, 0), 0);
  EXPECT_EQ(power(-kInf, -3e38F), 0);
  EXPECT_EQ(power(1, kInf), 0);
  EXPECT_EQ(power(-200, 100), 0);
  EXPECT_TRUE(std::isnan(power(kInf, kInf)));
  EXPECT_TRUE(std::isnan(power(kNaN<float>, 1)));
  EXPECT_TRUE(std::isnan(power(1, kNaN<float>)));
  EXPECT_NEAR(power(-150, -50), std::exp(-100.0), 1e-45);  // no normal number
}

template <typename Sum>
PairSum<float> sum_of(const std::vector<float>& values) {
  Sum sum{};
  for (const float value : values) sum.add(value);
  return sum.partial().pair();
}

TEST(CudaArithmetic, SumsKeepWhatOneOutweighs) {
  const std::vector<float> values = {1e-9F, 1, 2e-9F, 3e-10F};
  for (const auto& sum : {sum_of<PairSum<float>>(values), sum_of<PowerSum<float>>(values)}) {
    const Normalizer<float> normalizer(0, sum);
    EXPECT_NEAR(normalizer.log_sum(), 3.3e-9, 1e-15);
    EXPECT_EQ(normalizer.quotient(1), 1);
  }
  EXPECT_TRUE(std::isnan(sum_of<PowerSum<float>>({1, kNaN<float>}).value()));
}

TEST(CudaArithmetic, LogarithmsAreExactNearZeroAndFarFromIt) {
  std::mt19937_64 engine(6);
  std::normal_distribution<float> normal;
  for (const float scale : {0.1F, 1.0F, 8.0F, 40.0F, 300.0F, 2000.0F}) {
    double worst = 0;
    for (int trial = 0; trial < 50000; ++trial) {
      const auto shared = 3 * scale * normal(engine);
      std::vector<float> row(1 + trial % 7);
      for (float& x : row) x = shared + scale * normal(engine);
      const float max = *std::max_element(row.begin(), row.end());
      const Exponential<Power::kExact, float> exponential(max);
      PowerSum<float> sum;
      for (const float x : row) sum.add(exponential(x));
      double others = 0;  // all but the largest
      for (const float x : row) others += x == max ? 0 : std::exp(static_cast<double>(x) - max);
      others += static_cast<double>(std::count(row.begin(), row.end(), max) - 1);
      const LogNormalizer<float> normalizer(Normalizer<float>(max, sum.partial()));
      for (const float x : row) {
        const double exact = static_cast<double>(x) - max - std::log1p(others);
        if (std::abs(exact) < 1.2e-38) continue;
        worst = std::max(worst, ulps(normalizer.log_softmax(x), exact));
      }
    }
    EXPECT_LE(worst, 3) << scale;
  }
  const LogNormalizer<float> dead(Normalizer<float>(0, PairSum<float>{0, 0}));
  EXPECT_EQ(dead.log_softmax(-kInfinity<float>), -kInfinity<float>);
}

TEST(CudaArithmetic, LogarithmsCountManySmallPowers) {
  const float small = std::exp(-15.3F);
  for (const int count : {100, 4000, 16384}) {
    // As threads hold them, some each.
    PairSum<float> all{2, 0};
    for (int done = 2; done < count; done += 32) {
      const int some = std::min(32, count - done);
      all.add(sum_of<PowerSum<float>>(std::vector<float>(static_cast<std::size_t>(some), small)));
    }
    const Normalizer<float> normalizer(0, all);
    const double exact = std::log(2 + (count - 2) * static_cast<double>(small));
    EXPECT_LE(ulps(normalizer.log_sum(), exact), 1.5) << count;
  }
}

TEST(CudaArithmetic, SumsOfManyValuesAreExactInTheLastPlace) {
  std::mt19937_64 engine(2);
  std::uniform_real_distribution<float> uniform(0, 1);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<float> values(1 + static_cast<std::size_t>(trial) * 7);
    double exact = 0;
    for (float& value : values) exact += value = uniform(engine);
    EXPECT_LE(ulps(sum_of<PairSum<float>>(values).value(), exact), 0.51);
    EXPECT_LE(ulps(sum_of<GroupedSum<float>>(values).value(), exact), 1.1);
  }
}

TEST(CudaArithmetic, QuotientsAreRoundedOnce) {
  std::mt19937_64 engine(3);
  std::uniform_real_distribution<float> uniform(0, 1);
  for (int i = 0; i < 100000; ++i) {
    const float total = 1 + 30 * uniform(engine), power = uniform(engine);
    const Normalizer<float> normalizer(0, {total, 0});
    EXPECT_LE(ulps(normalizer.quotient(power), static_cast<double>(power) / total), 0.501);
  }
  EXPECT_EQ(Normalizer<float>(0, PairSum<float>{0, 0}).quotient(0), 0);
}

TEST(CudaArithmetic, PartsMergeWhateverTheirMaxima) {
  std::mt19937_64 engine(5);
  std::uniform_real_distribution<float> uniform(0, 1);
  for (const float scale : {1.0F, 50.0F, 255.9F, 600.0F, 1e6F}) {
    for (int trial = 0; trial < 1000; ++trial) {
      std::vector<float> values(2 + engine() % 6);
      for (float& value : values) value = scale * (uniform(engine) - 0.5F + trial % 3 - 1.0F);
      auto all = MaxSum<float>::none();
      for (const float value : values) all.merge({value, {1, 0}});
      double exact = 0;
      for (const float value : values) exact += std::exp(static_cast<double>(value) - all.max);
      EXPECT_LE(ulps(all.sum.value(), exact), 2) << scale;
    }
  }
}

TEST(CudaArithmetic, DividersDivide) {
  std::mt19937_64 engine(4);
  for (std::uint32_t i = 1; i < 20000; ++i) {
    const std::uint32_t divisor = i < 5000 ? i : 1 + engine() % 0x7fffffff;
    const Divider by(divisor);
    for (const std::uint64_t n : {engine() % 0x80000000, std::uint64_t{divisor} - 1,
                                  std::uint64_t{divisor}, std::uint64_t{0x7fffffff}}) {
      ASSERT_EQ(by.quotient(static_cast<std::uint32_t>(n)), n / divisor) << n << " / " << divisor;
    }
  }
}

}  // namespace
}  // namespace carica::ops::cuda
