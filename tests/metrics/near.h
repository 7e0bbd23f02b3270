#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace carica::metrics {

inline constexpr double kFloat64 = 1e-12;

/// NaN is near NaN alone.
inline void expect_near(double actual, double expected, double bound, const std::string& what) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(actual)) << what << " is " << actual;
  } else {
    EXPECT_NEAR(actual, expected, bound) << what;
  }
}

inline void expect_near(const std::vector<double>& actual, const std::vector<double>& expected,
                        double bound, const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size()) << what;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    expect_near(actual[i], expected[i], bound, what + " " + std::to_string(i));
  }
}

}  // namespace carica::metrics
