#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace carica::data {

/// The order of an epoch: f(seed, epoch) alone. Rank r of w gets places r, r + w, ... of it, as
/// torch's DistributedSampler, but nothing is repeated to even out the ranks: where `size` is not a
/// multiple of `world`, the first ranks get one place more.
struct Sampler {
  std::size_t size = 0;
  bool shuffle = false;
  std::uint64_t seed = 0;
  int rank = 0, world = 1;

  /// Throws Error(kUsage) when rank is not in [0, world).
  std::vector<std::int64_t> epoch(std::uint64_t epoch) const;
  /// Places of this rank: the length of every epoch().
  std::size_t share() const;
};

}  // namespace carica::data
