#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace carica::data {

using Shares = std::array<double, 3>;        // of train, val and test
using Counts = std::array<std::int64_t, 3>;  // their samples

/// n samples by largest remainders, and at least one for every split with a share as long as there
/// are enough.
Counts whole_shares(std::int64_t n, const Shares& shares);

/// The same for each class of `sizes` samples, so that the splits get their shares of all samples
/// too. Each class is rounded on its own; only where classes are so small that this misses a share
/// of all samples by more than 1 % of them, and by more than two, or leaves a split with a share
/// empty, remainders are carried from class to class in the order of `sizes` (small ones first
/// serve best). Then a class may have no sample in val or test, but each has one in train. Classes
/// that have a sample or more by the smallest share are always rounded on their own.
std::vector<Counts> class_shares(std::span<const std::int64_t> sizes, const Shares& shares);

}  // namespace carica::data
