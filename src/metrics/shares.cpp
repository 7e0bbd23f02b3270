#include "metrics/shares.h"

#include <algorithm>
#include <cmath>

namespace carica::metrics {

double mean_of_defined(std::span<const double> values) {
  double sum = 0;
  std::int64_t defined = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++defined;
  }
  return defined == 0 ? kNaN : sum / static_cast<double>(defined);
}

double ordered_sum(std::vector<double> values) {
  for (const double value : values) {
    if (std::isnan(value)) return kNaN;  // has no place in an order
  }
  std::sort(values.begin(), values.end());
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

double ordered_mean(std::vector<double> values) {
  if (values.empty()) return kNaN;
  const auto count = static_cast<double>(values.size());
  return ordered_sum(std::move(values)) / count;
}

}  // namespace carica::metrics
