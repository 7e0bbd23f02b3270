#pragma once

#include <string>
#include <vector>

#include "analysis/collected_sets.h"

namespace carica::analysis {

/// Which labels come together: a row for each true label, counted in pictures that have it.
struct CoOccurrence {
  using Counts = std::vector<std::vector<std::int64_t>>;  // [K,K]

  Counts truth;      // that have the column's label as well; the diagonal is the support
  Counts predicted;  // for which the column's label is predicted; the diagonal is what was found

  std::int64_t support(std::size_t label) const { return truth[label][label]; }
};

CoOccurrence co_occurrence(const CollectedSets& collected);

/// truth,NAME,NAME,...: a row for each label.
std::string co_occurrence_csv(const CoOccurrence::Counts& counts,
                              const std::vector<std::string>& classes);

}  // namespace carica::analysis
