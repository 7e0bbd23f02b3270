#include "data/loading/sampler.h"

#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"

namespace carica::data {
namespace {

constexpr std::uint32_t kShuffling = 1;  // RandomStream's purpose; transforms draw from 0

void check(const Sampler& sampler) {
  if (sampler.world >= 1 && sampler.rank >= 0 && sampler.rank < sampler.world) return;
  throw Error(ErrorCode::kUsage, cat("sampler: rank ", sampler.rank, " of ", sampler.world,
                                     "; must be at least 0 and below the world size"));
}

}  // namespace

std::size_t Sampler::share() const {
  check(*this);
  const auto first = static_cast<std::size_t>(rank), step = static_cast<std::size_t>(world);
  return first >= size ? 0 : (size - first + step - 1) / step;
}

std::vector<std::int64_t> Sampler::epoch(std::uint64_t epoch) const {
  const std::size_t count = share();
  std::vector<std::int64_t> order;
  if (shuffle) {
    RandomStream random(seed, epoch, 0, kShuffling);
    order = permutation(static_cast<std::int64_t>(size), random);
  } else {
    order.resize(size);
    std::iota(order.begin(), order.end(), std::int64_t{0});
  }
  if (world == 1) return order;
  std::vector<std::int64_t> slice(count);
  for (std::size_t i = 0; i < count; ++i) {
    slice[i] = order[static_cast<std::size_t>(rank) + i * static_cast<std::size_t>(world)];
  }
  return slice;
}

}  // namespace carica::data
