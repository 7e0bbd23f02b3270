#include "data/splits/shares.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace carica::data {
namespace {

std::int64_t sum(std::span<const std::int64_t> sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
}

// Every split with a share is due a sample of every class.
bool all_large(std::span<const std::int64_t> sizes, const Shares& shares) {
  double smallest = 1;
  for (const double share : shares) {
    if (share > 0) smallest = std::min(smallest, share);
  }
  return std::all_of(sizes.begin(), sizes.end(),
                     [&](std::int64_t n) { return smallest * static_cast<double>(n) >= 1 - 1e-9; });
}

bool meets(const std::vector<Counts>& counts, std::int64_t all, const Shares& shares) {
  const double allowed = std::max(2.0, 0.01 * static_cast<double>(all));
  for (std::size_t s = 0; s < shares.size(); ++s) {
    std::int64_t total = 0;
    for (const auto& of_class : counts) total += of_class[s];
    const double exact = shares[s] * static_cast<double>(all);
    if (std::abs(static_cast<double>(total) - exact) > allowed) return false;
    if (shares[s] > 0 && total == 0) return false;
  }
  return true;
}

std::size_t place_of_largest(const Counts& counts) {
  return static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

std::size_t place_of_smallest(const Counts& counts) {
  return static_cast<std::size_t>(std::min_element(counts.begin(), counts.end()) - counts.begin());
}

// Remainders go from class to class. Whole numbers throughout: `owed` is what a split was due so
// far and did not get, in parts of `all`.
std::vector<Counts> carried_shares(std::span<const std::int64_t> sizes, const Shares& shares) {
  const std::int64_t all = sum(sizes);
  const Counts wanted = whole_shares(all, shares);
  std::vector<Counts> counts;
  Counts owed{};
  for (const std::int64_t n : sizes) {
    Counts& of_class = counts.emplace_back();
    std::int64_t left = n;
    for (std::size_t s = 0; s < wanted.size(); ++s) {
      of_class[s] = n * wanted[s] / all;
      owed[s] += n * wanted[s] - of_class[s] * all;
      left -= of_class[s];
    }
    for (; left > 0; --left) {
      const std::size_t s = of_class[0] == 0 && wanted[0] > 0 ? 0 : place_of_largest(owed);
      ++of_class[s];
      owed[s] -= all;
    }
  }
  // What train got too much of, for classes with one sample or two, others make up for: one sample
  // of a class at a time, the last classes first.
  for (bool moved = true; moved;) {
    moved = false;
    for (auto of_class = counts.rbegin(); of_class != counts.rend(); ++of_class) {
      const std::size_t from = place_of_smallest(owed), to = place_of_largest(owed);
      if (owed[to] <= 0) return counts;
      if ((*of_class)[from] <= (from == 0 ? 1 : 0)) continue;
      --(*of_class)[from];
      ++(*of_class)[to];
      owed[from] += all;
      owed[to] -= all;
      moved = true;
    }
  }
  return counts;
}

}  // namespace

Counts whole_shares(std::int64_t n, const Shares& shares) {
  Counts counts{};
  Shares rest{};
  std::int64_t given = 0;
  for (std::size_t s = 0; s < shares.size(); ++s) {
    const double exact = shares[s] * static_cast<double>(n);
    counts[s] = static_cast<std::int64_t>(exact + 1e-9);
    rest[s] = exact - static_cast<double>(counts[s]);
    given += counts[s];
  }
  for (; given < n; ++given) {
    const auto s = std::max_element(rest.begin(), rest.end()) - rest.begin();
    ++counts[static_cast<std::size_t>(s)];
    rest[static_cast<std::size_t>(s)] -= 1;
  }
  const auto wanted = std::count_if(shares.begin(), shares.end(), [](double s) { return s > 0; });
  for (std::size_t s = 0; n >= wanted && s < shares.size(); ++s) {
    if (shares[s] > 0 && counts[s] == 0) {
      --*std::max_element(counts.begin(), counts.end());
      ++counts[s];
    }
  }
  return counts;
}

std::vector<Counts> class_shares(std::span<const std::int64_t> sizes, const Shares& shares) {
  std::vector<Counts> counts;
  for (const auto n : sizes) counts.push_back(whole_shares(n, shares));
  if (all_large(sizes, shares) || meets(counts, sum(sizes), shares)) return counts;
  return carried_shares(sizes, shares);
}

}  // namespace carica::data
