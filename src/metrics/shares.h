#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace carica::metrics {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// part / whole; 0/0 is `of_nothing`.
inline double share(std::int64_t part, std::int64_t whole, double of_nothing) {
  return whole == 0 ? of_nothing : static_cast<double>(part) / static_cast<double>(whole);
}

/// The mean of the values that are numbers; NaN when none is.
double mean_of_defined(std::span<const double> values);

/// The sum in ascending order: the same bits in whatever order the values come. NaN if one is.
double ordered_sum(std::vector<double> values);

/// ordered_sum / number of values; NaN of none.
double ordered_mean(std::vector<double> values);

}  // namespace carica::metrics
