// Strips of values `inner` apart: columns. Neighbouring threads hold neighbouring columns. See
// strips.cuh.
#pragma once

#include "ops/cuda/launch.cuh"
#include "ops/cuda/reductions.cuh"
#include "ops/cuda/strips.cuh"
#include "ops/cuda/vector_access.cuh"

namespace carica::ops::cuda {

/// The place of value 0 of column `id` (in the order of (o, i)).
__device__ __forceinline__ std::int64_t column_start(const StripGrid& grid, std::int64_t id) {
  if (!grid.is_small()) return id / grid.inner * grid.size * grid.inner + id % grid.inner;
  const std::uint32_t i = static_cast<std::uint32_t>(id), o = grid.by_inner.quotient(i);
  return o * (grid.size * grid.inner) + (i - o * grid.by_inner.divisor);
}

/// Warps that may share columns, with few or many values in a thread. Of 16 bits, values need fewer
/// registers, which leaves room for more of them.
template <typename T>
constexpr int kSharedWarps = sizeof(T) == 2 ? 14 : 12;
constexpr int kWideSharedWarps = 6;

/// Columns, kPack side by side in a thread (1, or 2 for a tile whose pairs allow it), each held by
/// `grid.lanes` warps of a block, one value in `lanes` each; with kAlone by one thread.
template <typename T, int kHeld, bool kAlone, int kPack>
class Column {
 public:
  using A = Compute<T>;
  static constexpr int kStrips = kPack, kCount = kHeld, kGroup = 4;
  static constexpr bool kClusters = false, kFetches = false;
  // Of 32 bits, the sectors of memory that it writes once more cost more than to ask for each
  // value.
  static constexpr bool kPuts = sizeof(T) == 2;
  static constexpr bool kWide = !kAlone && kHeld * kPack * sizeof(A) > 128;
  static constexpr int kMaxThreads =
      kAlone ? 128 : 32 * (kWide ? kWideSharedWarps : kSharedWarps<T>);
  // Of one array; see strip_kernel().
  static constexpr int kMinBlocks = kWide     ? 2
                                    : !kAlone ? (kHeld * kPack * sizeof(A) > 64 ? 2 : 4)
                                              : (kHeld * kPack > 32   ? 20
                                                 : kHeld * kPack > 24 ? 24
                                                 : kHeld * kPack > 8  ? 32
                                                                      : 40) /
                                                    sizeof(A);

  __device__ Column(const StripGrid& grid, std::int64_t tile)
      : inner_(static_cast<int>(grid.inner)) {
    const int x = kAlone ? threadIdx.x : threadIdx.x % 32;
    lanes_ = kAlone ? 1 : grid.lanes;
    lane_ = kAlone ? 0 : threadIdx.x / 32;
    id_ = (tile * (kAlone ? blockDim.x : 32) + x) * kPack;
    active_ = id_ < grid.strips;
    start_ = column_start(grid, active_ ? id_ : 0);  // without one of its own it reads another
    whole_ = grid.whole;
    used_ = grid.used;
    held_ = kAlone || lane_ < static_cast<int>(grid.size) - whole_ * lanes_ ? used_ : whole_;
    by_lanes_ = grid.by_lanes;
  }

  __device__ std::int64_t id(int w) const { return id_ + w; }
  __device__ bool active(int) const { return active_; }
  __device__ bool leads(int) const { return active_ && lane_ == 0; }
  __device__ int index(int k) const { return k * lanes_ + lane_; }
  __device__ bool holds(int, int k) const { return active_ && k < held_; }
  __device__ int used() const { return used_; }
  __device__ std::int64_t offset(int w, std::int64_t c) const { return start_ + c * inner_ + w; }

  __device__ void load(const T* __restrict__ data, A (&values)[kPack][kCount], A fill) const {
    data += offset(0, lane_);
    const std::uint32_t step = separate(lanes_ * inner_ * static_cast<std::uint32_t>(sizeof(T)));
    Words<kPack, T> packs[kCount];
    each<false>([&](int k) { packs[k] = load_words<kPack>(at_step(data, k, step)); },
                [&](int k) { packs[k] = filled_words<kPack, T>(fill); });
#pragma unroll
    for (int k = 0; k < kCount; ++k) {
      A pack[kPack];
      convert<kPack, T>(packs[k], pack);
#pragma unroll
      for (int w = 0; w < kPack; ++w) values[w][k] = pack[w];
    }
  }
  template <typename Out>
  __device__ void store(Out* __restrict__ data, const A (&values)[kPack][kCount]) const {
    if (!active_) return;
    data += offset(0, lane_);
    const std::uint32_t step = separate(lanes_ * inner_ * static_cast<std::uint32_t>(sizeof(Out)));
    each<true>(
        [&](int k) {
          A pack[kPack];
#pragma unroll
          for (int w = 0; w < kPack; ++w) pack[w] = values[w][k];
          store_vector<kPack>(at_step(data, k, step), pack);
        },
        [](int) {});
  }

  template <typename Out>
  __device__ void put(Out* __restrict__ data, int w, int c, A value) const {
    if (!active_ || c < 0) return;
    const auto place = static_cast<std::uint32_t>(c);
    const bool mine =
        kAlone || static_cast<int>(place - by_lanes_.quotient(place) * lanes_) == lane_;
    if (mine) data[offset(w, c)] = static_cast<Out>(value);
  }

  __device__ void max(A (&values)[kPack]) const { over<Max>(values); }
  template <typename S>
  __device__ void sum(S (&sums)[kPack]) const {
    over<Sum>(sums);
  }

 private:
  /// visit(k) where this thread holds a value; in groups without asking where all threads do.
  /// Elsewhere, first, empty(k): with kStops not in groups of which no thread holds any.
  template <bool kStops, typename Visit, typename Empty>
  __device__ __forceinline__ void each(const Visit& visit, const Empty& empty) const {
#pragma unroll
    for (int k = 0; k < kCount; k += kGroup) {
      if (k + kGroup <= whole_) {
#pragma unroll
        for (int i = k; i < k + kGroup; ++i) visit(i);
      } else {
        if (kStops && k >= used_) break;
#pragma unroll
        for (int i = k; i < k + kGroup; ++i) {
          empty(i);
          if (i < held_) visit(i);
        }
      }
    }
  }

  template <typename Merge, typename S>
  __device__ void over(S (&values)[kPack]) const {
    if constexpr (!kAlone) {
      __shared__ S parts[kMaxThreads / 32][kPack][32];
      const int x = threadIdx.x % 32;
      __syncthreads();  // the parts of the call before have been read
#pragma unroll
      for (int w = 0; w < kPack; ++w) parts[lane_][w][x] = values[w];
      __syncthreads();
#pragma unroll
      for (int w = 0; w < kPack; ++w) {
        values[w] = parts[0][w][x];
        for (int lane = 1; lane < lanes_; ++lane) Merge::merge(values[w], parts[lane][w][x]);
      }
    }
  }

  int lanes_, lane_, held_, whole_, used_, inner_;  // held by this thread, each, any
  Divider by_lanes_;
  std::int64_t id_, start_;
  bool active_;
};

}  // namespace carica::ops::cuda
