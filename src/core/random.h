#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace carica {

/// Philox4x32-10: a counter-based generator, block i of a key is a pure function of (key, i).
/// Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"; its published test
/// vectors are in the tests.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// A stream of random numbers that depends on its key alone: (seed, epoch, sample index, purpose).
/// Streams of different keys are independent, so pixels do not depend on who draws first. Cheap to
/// make; not thread-safe.
///
/// Layout: the Philox key is the seed (low word, high word). The counter's words, first to last,
/// are the number of the block within the stream, the epoch, the low 32 bits of the index, and
/// purpose << 16 | the high 16 bits of the index. Each part has bits of its own, so no two streams
/// share a block, whatever their keys; a stream repeats after 2^34 words.
class RandomStream {
 public:
  /// `purpose` keeps the uses of one sample apart, e.g. transforms 0, shuffling 1.
  /// epoch < 2^32, index < 2^48, purpose < 2^16; otherwise throws Error(kUsage).
  RandomStream(std::uint64_t seed, std::uint64_t epoch, std::uint64_t index,
               std::uint32_t purpose = 0);

  std::uint32_t next();
  /// In [0, 1), 53 bits.
  double uniform();
  /// In [low, high).
  double uniform(double low, double high);
  /// In [0, n), without bias. n >= 1.
  std::uint64_t below(std::uint64_t n);
  /// Standard normal (Box-Muller).
  double normal();
  bool chance(double probability);

 private:
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
};

/// 0..n-1 in random order (Fisher-Yates).
std::vector<std::int64_t> permutation(std::int64_t n, RandomStream& random);

}  // namespace carica
