#include "data/checks/distribution.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace carica::data {
namespace {

// The least nice width of bins with which `bins` of them reach from low to high.
double bin_width(double low, double high, int bins) {
  const double least = (high - low) / bins;
  for (double power = std::pow(10.0, std::floor(std::log10(least)) - 1);; power *= 10) {
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
      const double width = factor * power;
      if ((std::floor(high / width) + 1 - std::floor(low / width)) <= bins) return width;
    }
  }
}

}  // namespace

std::vector<std::int64_t> counts_between(const std::vector<double>& edges,
                                         const std::vector<double>& values) {
  if (edges.size() < 2) return {};
  std::vector<std::int64_t> counts(edges.size() - 1, 0);
  for (const double value : values) {
    const auto above = std::upper_bound(edges.begin(), edges.end(), value) - edges.begin();
    const auto bin =
        std::clamp<std::ptrdiff_t>(above - 1, 0, static_cast<std::ptrdiff_t>(counts.size()) - 1);
    ++counts[static_cast<std::size_t>(bin)];
  }
  return counts;
}

Distribution distribution(std::vector<double> values, int bins) {
  Distribution result;
  if (values.empty()) return result;
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  result.min = values.front();
  result.max = values.back();
  result.median = n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
  result.mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(n);
  if (result.min == result.max) {
    result.edges = {result.min, result.max};
  } else {
    const double width = bin_width(result.min, result.max, bins);
    const double first = std::floor(result.min / width), last = std::floor(result.max / width);
    for (double i = first; i <= last + 1; i += 1) result.edges.push_back(i * width);
  }
  result.counts = counts_between(result.edges, values);
  return result;
}

}  // namespace carica::data
