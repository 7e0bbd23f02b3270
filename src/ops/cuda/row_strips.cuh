// Strips of contiguous values: rows (layout.inner = 1). See strips.cuh.
#pragma once

#include <cuda_pipeline_primitives.h>

#include "ops/cuda/launch.cuh"
#include "ops/cuda/reductions.cuh"
#include "ops/cuda/strips.cuh"
#include "ops/cuda/vector_access.cuh"

namespace carica::ops::cuda {

/// Short rows: each is held by one thread, which has kRows of them. A block's rows lie side by
/// side, so that they are moved with all threads through shared memory, which has kRows *
/// kStagedThreads * size values of Compute<T>.
constexpr int kStagedThreads = 128;

template <typename T, int kHeld, int kRows>
class StagedRow {
 public:
  using A = Compute<T>;
  static constexpr int kStrips = kRows, kCount = kHeld, kGroup = kHeld > 8 ? 4 : 2;
  static constexpr int kMaxThreads = kStagedThreads;
  static constexpr bool kClusters = false, kFetches = false, kPuts = false;
  static constexpr int kMinBlocks = (kHeld > 16 ? 20 : 32) / sizeof(A);
  static constexpr int kTileRows = kRows * kStagedThreads;

  __device__ StagedRow(const StripGrid& grid, std::int64_t tile)
      : size_(static_cast<int>(grid.size)), first_(tile * kTileRows) {
    const std::int64_t left = grid.strips - first_;
    rows_ = static_cast<int>(left < kTileRows ? left : kTileRows);
  }

  __device__ std::int64_t id(int w) const { return first_ + row(w); }
  __device__ bool active(int w) const { return row(w) < rows_; }
  __device__ bool leads(int w) const { return active(w); }
  __device__ int index(int k) const { return k; }
  __device__ bool holds(int w, int k) const { return k < size_ && active(w); }
  __device__ int used() const { return size_; }
  __device__ std::int64_t offset(int w, std::int64_t c) const { return id(w) * size_ + c; }

  __device__ void load(const T* __restrict__ data, A (&values)[kRows][kCount], A fill) const {
    data += first_ * size_;
    const int count = rows_ * size_;
    A* stage = staging();
    __syncthreads();  // what lies there has been read
    if (moves_vectors(data)) {
      // All loads first: they are under way together.
      Words<kWidth, T> moved[kVectors];
#pragma unroll
      for (int v = 0; v < kVectors; ++v) {
        if (place(v) < count) moved[v] = load_words<kWidth>(data + place(v));
      }
#pragma unroll
      for (int v = 0; v < kVectors; ++v) {
        A vector[kWidth];
        convert<kWidth, T>(moved[v], vector);
        if (place(v) < count) store_vector<kWidth>(stage + place(v), vector);
      }
    } else {
#pragma unroll 1
      for (int e = threadIdx.x; e < count; e += kStagedThreads) {
        stage[e] = static_cast<A>(data[e]);
      }
    }
    __syncthreads();
    each([&](int w, int k) { values[w][k] = k < size_ ? stage[row(w) * size_ + k] : fill; });
  }

  template <typename Out>
  __device__ void store(Out* __restrict__ data, const A (&values)[kRows][kCount]) const {
    data += first_ * size_;
    const int count = rows_ * size_;
    A* stage = staging();
    __syncthreads();
    each([&](int w, int k) {
      if (k < size_) stage[row(w) * size_ + k] = values[w][k];
    });
    __syncthreads();
    if (moves_vectors(data)) {
#pragma unroll
      for (int v = 0; v < kVectors; ++v) {
        if (place(v) >= count) continue;
        A moved[kWidth];
#pragma unroll
        for (int i = 0; i < kWidth; ++i) moved[i] = stage[place(v) + i];
        store_vector<kWidth>(data + place(v), moved);
      }
    } else {
#pragma unroll 1
      for (int e = threadIdx.x; e < count; e += kStagedThreads) {
        data[e] = static_cast<Out>(stage[e]);
      }
    }
  }

  __device__ void max(A (&)[kRows]) const {}
  template <typename S>
  __device__ void sum(S (&)[kRows]) const {}

 private:
  static constexpr int kWidth = kVector<T>;
  static constexpr int kVectors = kRows * kHeld / kWidth;  // of a thread

  static __device__ A* staging() {
    extern __shared__ __align__(16) unsigned char staging_bytes[];
    return reinterpret_cast<A*>(staging_bytes);
  }
  /// Rows beyond the last have room in shared memory, too, and what they hold is not stored.
  template <typename Visit>
  __device__ __forceinline__ void each(const Visit& visit) const {
#pragma unroll
    for (int w = 0; w < kRows; ++w) {
      for_values(*this, [&](int k) { visit(w, k); });
    }
  }
  __device__ bool moves_vectors(const void* data) const {
    return rows_ * size_ % kWidth == 0 && allows_vectors(data);
  }
  // Neighbouring threads have neighbouring rows.
  static __device__ int row(int w) { return w * kStagedThreads + threadIdx.x; }
  static __device__ int place(int v) { return (v * kStagedThreads + threadIdx.x) * kWidth; }

  int size_, rows_;
  std::int64_t first_;
};

/// Rows of kSize values of which several make up a vector, which a thread holds whole. The data
/// begin and end at a multiple of it.
template <typename T, int kSize>
class PackedRow {
 public:
  using A = Compute<T>;
  static constexpr int kThreads = 128, kVectors = 64 / (kVector<T> * sizeof(A));
  static constexpr int kRows = kVector<T> / kSize;  // of a vector
  static constexpr int kStrips = kVectors * kRows, kCount = kSize, kGroup = kSize;
  static constexpr int kMaxThreads = kThreads, kMinBlocks = 32 / sizeof(A);
  static constexpr bool kClusters = false, kFetches = false, kPuts = false;
  static constexpr int kTileRows = kThreads * kStrips;

  __device__ PackedRow(const StripGrid& grid, std::int64_t tile)
      : first_(tile * kTileRows), rows_(min(grid.strips - first_, std::int64_t{kTileRows})) {}

  __device__ std::int64_t id(int w) const { return first_ + row(w); }
  __device__ bool active(int w) const { return row(w) < rows_; }
  __device__ bool leads(int w) const { return active(w); }
  __device__ int index(int k) const { return k; }
  __device__ bool holds(int w, int) const { return active(w); }
  __device__ int used() const { return kSize; }
  __device__ std::int64_t offset(int w, std::int64_t c) const { return id(w) * kSize + c; }

  __device__ void load(const T* __restrict__ data, A (&values)[kStrips][kCount], A fill) const {
    data += first_ * kSize;
    Words<kVector<T>, T> vectors[kVectors];
#pragma unroll
    for (int v = 0; v < kVectors; ++v) {
      const int w = v * kRows;
      vectors[v] = filled_words<kVector<T>, T>(fill);
      if (active(w)) vectors[v] = load_words<kVector<T>>(data + row(w) * kSize);
    }
#pragma unroll
    for (int v = 0; v < kVectors; ++v) {
      A vector[kVector<T>];
      convert<kVector<T>, T>(vectors[v], vector);
#pragma unroll
      for (int i = 0; i < kVector<T>; ++i) values[v * kRows + i / kSize][i % kSize] = vector[i];
    }
  }
  template <typename Out>
  __device__ void store(Out* __restrict__ data, const A (&values)[kStrips][kCount]) const {
    data += first_ * kSize;
#pragma unroll
    for (int v = 0; v < kVectors; ++v) {
      const int w = v * kRows;
      A vector[kVector<T>];
#pragma unroll
      for (int i = 0; i < kVector<T>; ++i) vector[i] = values[w + i / kSize][i % kSize];
      if (active(w)) store_vector<kVector<T>>(data + row(w) * kSize, vector);
    }
  }

  __device__ void max(A (&)[kStrips]) const {}
  template <typename S>
  __device__ void sum(S (&)[kStrips]) const {}

 private:
  /// Neighbouring threads have neighbouring vectors.
  static __device__ int row(int w) {
    return (w / kRows * kThreads + static_cast<int>(threadIdx.x)) * kRows + w % kRows;
  }

  std::int64_t first_;
  int rows_;
};

enum class Scope { kLanes, kBlock, kCluster };

constexpr int kWideThreads = 512;

/// Longer rows: held by `grid.lanes` threads of a warp, by a block, or by a cluster of blocks, in
/// vectors of kWidth: 1, or kVector where the data begin and end at a multiple of it. Rows need
/// not: a thread's vectors lie where memory wants them, and of the first and the last only a part
/// may be the row's.
///
/// kFetched: while the block works on a row, its next one is on the way to shared memory, into
/// places of the thread's own: kHeld values of T for each thread and array. For vectors of 16
/// bytes.
template <typename T, int kWidth, int kHeld, Scope kScope, bool kFetched = false>
class SharedRow {
 public:
  using A = Compute<T>;
  static constexpr int kStrips = 1, kCount = kHeld, kGroup = 4;
  static constexpr bool kClusters = kScope == Scope::kCluster, kFetches = kFetched;
  static constexpr bool kPuts = false;
  // The block that holds most, of which two shall share a multiprocessor.
  static constexpr bool kWide =
      kFetched || (kScope == Scope::kBlock && kHeld > 64 / static_cast<int>(sizeof(A)));
  static constexpr int kMaxThreads = kScope == Scope::kLanes ? 128 : kWide ? kWideThreads : 1024;
  static constexpr int kMinBlocks = kScope == Scope::kLanes
                                        ? (kHeld > (sizeof(T) == 2 ? 32 : 16) ? 24 : 32) / sizeof(A)
                                    : kFetched ? 64 / kHeld
                                    : kWide    ? 2
                                               : 1;

  /// Values that a row may fill, with those beside it in its first and last vector.
  CARICA_BOTH static std::int64_t span(std::int64_t size) {
    return size % kWidth == 0 ? size : size / kWidth * kWidth + 2 * kWidth;
  }
  /// Values that none of `lanes` threads holds more than, in whole groups.
  static int used(std::int64_t size, std::int64_t lanes) {
    const std::int64_t vectors = ceil_div(span(size) / kWidth, lanes);
    return static_cast<int>(ceil_div(vectors * kWidth, kGroup) * kGroup);
  }

  __device__ SharedRow(const StripGrid& grid, std::int64_t tile)
      : grid_(grid), size_(static_cast<int>(grid.size)) {
    if (kScope == Scope::kLanes) {
      lanes_ = grid.lanes;
      lane_ = threadIdx.x & (lanes_ - 1);
      const int shift = __ffs(lanes_) - 1;
      id_ = tile * (blockDim.x >> shift) + (threadIdx.x >> shift);
    } else {
      lanes_ = blockDim.x * grid.blocks;
      lane_ = (blockIdx.x % grid.blocks) * blockDim.x + threadIdx.x;
      id_ = tile;
    }
    active_ = id_ < grid.strips;
    used_ = grid.used;
    start_ = active_ ? id_ * size_ : 0;
    first_ = lane_ * kWidth - (static_cast<int>(start_) & (kWidth - 1));
    end_ = active_ ? size_ : 0;
    ragged_ = size_ % kWidth != 0;
  }

  __device__ std::int64_t id(int) const { return id_; }
  __device__ bool active(int) const { return active_; }
  __device__ bool leads(int) const { return active_ && lane_ == 0; }
  __device__ int index(int k) const { return k / kWidth * lanes_ * kWidth + first_ + k % kWidth; }
  __device__ bool holds(int, int k) const { return index(k) >= 0 && index(k) < end_; }
  __device__ int used() const { return used_; }
  __device__ std::int64_t offset(int, std::int64_t c) const { return start_ + c; }

  __device__ void load(const T* __restrict__ data, A (&values)[1][kCount], A fill) const {
    data += start_;
    take(values, fill, [&](int, int place) { return load_words<kWidth>(data + place); });
  }

  /// With kFetched. What this thread holds of the row goes to where load_fetched() looks for it.
  template <int kArray>
  __device__ void fetch(const T* __restrict__ data) const {
    data += start_;
    each_vector<false>([&](int k, int place) {
      if (reaches(k, place)) __pipeline_memcpy_async(fetched<kArray>(k), data + place, 16);
    });
  }
  template <int kArray>
  __device__ void load_fetched(A (&values)[1][kCount], A fill) const {
    __pipeline_wait_prior(0);
    asm volatile("" ::: "memory");  // which the wait does not tell the compiler
    take(values, fill, [&](int k, int) { return load_words<kWidth>(fetched<kArray>(k)); });
  }
  __device__ bool has_next() const { return id_ + stride() < grid_.tiles; }
  __device__ SharedRow next() const { return SharedRow(grid_, id_ + stride()); }

  template <typename Out>
  __device__ void store(Out* __restrict__ data, const A (&values)[1][kCount]) const {
    data += start_;
    each_vector<true>([&](int k, int place) {
      if (!ragged_ ? place < end_ : is_whole(k, place)) {
        store_vector<kWidth>(data + place, &values[0][k]);
      }
      if (!ragged_ || is_whole(k, place)) return;
#pragma unroll
      for (int i = 0; i < kWidth; ++i) {
        if (place + i >= 0 && place + i < end_)
          data[place + i] = static_cast<Out>(values[0][k + i]);
      }
    });
  }

  __device__ void max(A (&values)[1]) const { values[0] = over<Max>(values[0]); }
  template <typename S>
  __device__ void sum(S (&sums)[1]) const {
    sums[0] = over<Sum>(sums[0]);
  }

 private:
  /// Whether a vector has values of the row. Only a thread's first one may begin before it.
  __device__ bool reaches(int k, int place) const {
    return (k > 0 || place > -kWidth) && place < end_;
  }
  __device__ bool is_whole(int k, int place) const {
    return (k > 0 || place >= 0) && place + kWidth <= end_;
  }

  /// visit(k, place) for each vector that may be held, and its place in the row; kStops: up to
  /// used().
  template <bool kStops, typename Visit>
  __device__ __forceinline__ void each_vector(const Visit& visit) const {
    const int step = lanes_ * kWidth;
    int place = first_;
#pragma unroll
    for (int k = 0; k < kCount; k += kWidth, place += step) {
      if (kStops && k >= used_) break;
      visit(k, place);
    }
  }

  __device__ std::int64_t stride() const { return gridDim.x / (kClusters ? grid_.blocks : 1); }
  template <int kArray>
  static __device__ T* fetched(int k) {
    extern __shared__ __align__(16) unsigned char fetched_bytes[];
    const int vector = (kArray * kCount + k) / kWidth * static_cast<int>(blockDim.x) + threadIdx.x;
    return reinterpret_cast<T*>(fetched_bytes) + vector * kWidth;
  }

  /// values from load(k, place), a vector each; `fill` beside the row.
  template <typename Load>
  __device__ __forceinline__ void take(A (&values)[1][kCount], A fill, const Load& load) const {
    // All loads first: they are under way together.
    Words<kWidth, T> vectors[kCount / kWidth];
    each_vector<false>([&](int k, int place) {
      auto& vector = vectors[k / kWidth];
      vector = filled_words<kWidth, T>(fill);
      if (reaches(k, place)) vector = load(k, place);
    });
#pragma unroll
    for (int k = 0; k < kCount; k += kWidth) {
      convert<kWidth, T>(vectors[k / kWidth], &values[0][k]);
    }
    if (!ragged_) return;
    each_vector<false>([&](int k, int place) {
      if (is_whole(k, place)) return;
#pragma unroll
      for (int i = 0; i < kWidth; ++i) {
        if (place + i < 0 || place + i >= end_) values[0][k + i] = fill;
      }
    });
  }

  template <typename Merge, typename S>
  __device__ S over(const S& value) const {
    if constexpr (kScope == Scope::kLanes) return over_lanes<Merge>(value, lanes_);
    if constexpr (kScope == Scope::kBlock) return over_block<Merge>(value);
    if constexpr (kScope == Scope::kCluster) return over_cluster<Merge>(value);
  }

  const StripGrid& grid_;
  std::int64_t id_, start_;
  int size_, lanes_, lane_, used_, first_, end_;
  bool active_, ragged_;  // ragged: a vector may be of two rows
};

}  // namespace carica::ops::cuda
