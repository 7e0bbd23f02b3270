#pragma once

#include <cstdint>
#include <vector>

namespace carica::data {

/// How numbers are spread.
struct Distribution {
  double min = 0, median = 0, max = 0, mean = 0;
  std::vector<double> edges;         // ascending, one more than bins; bins hold their lower edge
  std::vector<std::int64_t> counts;  // the last bin holds its upper edge too
};

/// At most `bins` bins whose edges are whole multiples of 1, 2, 2.5 or 5 times a power of ten. The
/// median of an even number of values lies between the middle two. Zeros and no bins for no values.
Distribution distribution(std::vector<double> values, int bins = 20);
/// Bins of one distribution for other values: counts by the same edges. Values beyond them count in
/// the first and the last bin.
std::vector<std::int64_t> counts_between(const std::vector<double>& edges,
                                         const std::vector<double>& values);

}  // namespace carica::data
