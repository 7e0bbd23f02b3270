#include "core/random.h"

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/text.h"

namespace carica {
namespace {

using Words4 = std::array<std::uint32_t, 4>;
using Words2 = std::array<std::uint32_t, 2>;

std::uint32_t low_word(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high_word(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

Words4 philox_round(const Words4& counter, const Words2& key) {
  const std::uint64_t product0 = std::uint64_t{0xD2511F53} * counter[0];
  const std::uint64_t product1 = std::uint64_t{0xCD9E8D57} * counter[2];
  return {high_word(product1) ^ counter[1] ^ key[0], low_word(product1),
          high_word(product0) ^ counter[3] ^ key[1], low_word(product0)};
}

std::uint64_t next64(RandomStream& random) {
  const std::uint64_t high = random.next();
  return high << 32 | random.next();
}

}  // namespace

Words4 philox4x32(Words4 counter, Words2 key) {
  for (int round = 0; round < 10; ++round) {
    if (round > 0) {
      key[0] += 0x9E3779B9;  // golden ratio
      key[1] += 0xBB67AE85;  // sqrt(3) - 1
    }
    counter = philox_round(counter, key);
  }
  return counter;
}

RandomStream::RandomStream(std::uint64_t seed, std::uint64_t epoch, std::uint64_t index,
                           std::uint32_t purpose)
    : counter_{0, low_word(epoch), low_word(index), purpose << 16 | high_word(index)},
      key_{low_word(seed), high_word(seed)} {
  if (epoch >> 32 != 0 || index >> 48 != 0 || purpose >> 16 != 0) {
    throw Error(ErrorCode::kUsage,
                cat("random stream: epoch ", epoch, ", index ", index, ", purpose ", purpose,
                    "; below 2^32, 2^48 and 2^16 are allowed"));
  }
}

std::uint32_t RandomStream::next() {
  if (used_ == 4) {
    block_ = philox4x32(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

double RandomStream::uniform() { return static_cast<double>(next64(*this) >> 11) * 0x1p-53; }

double RandomStream::uniform(double low, double high) {
  const double value = low + (high - low) * uniform();
  return value < high ? value : std::nextafter(high, low);  // rounding may reach `high`
}

// Lemire 2019, "Fast random integer generation in an interval".
std::uint64_t RandomStream::below(std::uint64_t n) {
  using Wide = unsigned __int128;
  Wide product = Wide{next64(*this)} * n;
  if (static_cast<std::uint64_t>(product) < n) {
    const std::uint64_t threshold = (0 - n) % n;
    while (static_cast<std::uint64_t>(product) < threshold) product = Wide{next64(*this)} * n;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

double RandomStream::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));  // 1 - u is never 0
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

bool RandomStream::chance(double probability) { return uniform() < probability; }

std::vector<std::int64_t> permutation(std::int64_t n, RandomStream& random) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  return order;
}

}  // namespace carica
