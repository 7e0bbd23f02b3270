#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace carica::data {

using ClassCounts = std::map<std::int64_t, std::size_t>;  // samples of each class

/// The fold of each group, where groups hold samples of several classes: those with the most
/// uneven counts first, in their order where equal, each to the fold that leaves the shares of the
/// classes most even, then to the one with the fewest samples. No fold stays empty while there are
/// groups enough.
/// Source: StratifiedGroupKFold of scikit-learn 1.5, without its shuffling.
std::vector<std::size_t> folds_of_mixed_groups(const std::vector<ClassCounts>& groups,
                                               std::size_t folds);

}  // namespace carica::data
