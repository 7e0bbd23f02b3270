#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace carica::data {

/// The order of an epoch: f(seed, epoch) alone. Rank r of w gets places r, r + w, ... of it.
struct Sampler {
  std::size_t size = 0;
  bool shuffle = false;
  std::uint64_t seed = 0;
  int rank = 0, world = 1;

  std::vector<std::int64_t> epoch(std::uint64_t epoch) const;
};

}  // namespace carica::data
