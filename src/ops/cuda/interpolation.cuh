// Bilinear interpolation as torch's, seen from the low resolution: the places of an axis that lie
// between the same two of the source form its cell. Compiles for the host too.
#pragma once

#include <algorithm>
#include <cstdint>

#include "ops/cuda/normalizer.cuh"
#ifdef __CUDACC__
#include "ops/cuda/launch.cuh"
#endif

namespace carica::ops::cuda {

/// One axis, `in` to `out` places. Cell i reaches from source i to i + 1 (the last one: to itself).
template <typename A>
struct Axis {
  int in, out;
  A scale;
  bool align_corners;

  CARICA_BOTH Axis(std::int64_t in_places, std::int64_t out_places, bool align_corners)
      : in(static_cast<int>(in_places)),
        out(static_cast<int>(out_places)),
        align_corners(align_corners) {
    if (!align_corners) {
      scale = static_cast<A>(in) / static_cast<A>(out);
    } else {
      scale = out > 1 ? static_cast<A>(in - 1) / static_cast<A>(out - 1) : A(0);
    }
  }

  /// Where `place` of the output lies in the source, at least 0. Never falls as place grows.
  CARICA_BOTH A source(int place) const {
    if (align_corners) return scale * static_cast<A>(place);
    return max_of(fma_of(scale, static_cast<A>(place) + A(0.5), A(-0.5)), A(0));
  }
  CARICA_BOTH int cell(int place) const {
    const int cell = static_cast<int>(source(place));
    return cell < in ? cell : in - 1;
  }
  CARICA_BOTH int next(int cell) const { return cell < in - 1 ? cell + 1 : cell; }

  /// The first place of the output in `cell` or a later one; `out` if there is none.
  CARICA_BOTH int first(int cell_wanted) const {
    if (cell_wanted <= 0) return 0;
    if (cell_wanted >= in || !(scale > 0)) return out;
    // A guess that rounding may put beside the place.
    const A guess = static_cast<A>(cell_wanted) / scale;
    int place = guess < static_cast<A>(out) ? static_cast<int>(guess) : out;
    while (place > 0 && cell(place - 1) >= cell_wanted) --place;
    while (place < out && cell(place) < cell_wanted) ++place;
    return place;
  }

  /// No cell has more places than this.
  CARICA_BOTH int longest_cell() const {
    if (in == 1 || !(scale > 0)) return out;
    const A places = (align_corners ? A(1) : A(1.5)) / scale + A(2);
    return places < static_cast<A>(out) ? static_cast<int>(places) : out;
  }
};

/// The cells of an axis, each cut evenly into `per_cell` chunks of at most `length` places (some
/// may be empty). Chunks follow each other without gaps.
template <typename A>
struct Chunks {
  Axis<A> axis;
  int per_cell, length;

  CARICA_BOTH Chunks(const Axis<A>& axis, int longest) : axis(axis) {
    const int places = axis.longest_cell();
    per_cell = (places + longest - 1) / longest;
    length = (places + per_cell - 1) / per_cell;
  }

  CARICA_BOTH std::int64_t count() const { return static_cast<std::int64_t>(axis.in) * per_cell; }
  CARICA_BOTH int cell(std::int64_t chunk) const { return static_cast<int>(chunk / per_cell); }
  CARICA_BOTH int begin(std::int64_t chunk) const {
    const int of_cell = cell(chunk), first = axis.first(of_cell);
    const std::int64_t part = chunk % per_cell;
    if (part == 0) return first;
    return first + static_cast<int>((axis.first(of_cell + 1) - first) * part / per_cell);
  }
};

#ifdef __CUDACC__
/// The four neighbours of an output place, for all classes.
template <typename T>
struct Corners {
  using A = Compute<T>;
  const T* values[2][2];  // [y][x]
  A left, right;          // weights

  __device__ __forceinline__ void blend(std::int64_t offset, A& top, A& bottom) const {
    top =
        left * static_cast<A>(values[0][0][offset]) + right * static_cast<A>(values[0][1][offset]);
    bottom =
        left * static_cast<A>(values[1][0][offset]) + right * static_cast<A>(values[1][1][offset]);
  }
};

/// float[N,C,h,w] in any layout.
template <typename T>
struct Picture {
  T* data;
  std::int64_t n, c, y, x;  // strides
};

template <typename T>
Picture<T> view_picture(const at::Tensor& tensor, T* data) {
  return {data, tensor.stride(0), tensor.stride(1), tensor.stride(2), tensor.stride(3)};
}

template <typename T>
__device__ __forceinline__ Corners<T> corners_at(const Picture<const T>& picture,
                                                 const Axis<Compute<T>>& vertical,
                                                 const Axis<Compute<T>>& horizontal, std::int64_t n,
                                                 int cell_y, int out_x) {
  using A = Compute<T>;
  const A source = horizontal.source(out_x);
  const int x = horizontal.cell(out_x);
  const T* top = picture.data + n * picture.n + cell_y * picture.y;
  const T* bottom = picture.data + n * picture.n + vertical.next(cell_y) * picture.y;
  const std::int64_t left = x * picture.x, right = horizontal.next(x) * picture.x;
  const A weight = source - static_cast<A>(x);
  return {{{top + left, top + right}, {bottom + left, bottom + right}}, A(1) - weight, weight};
}

/// Weights of the two source rows for kRows output rows from `y`, all of one cell; beyond `end` the
/// last one's again.
template <int kRows, typename A>
__device__ __forceinline__ void row_weights(const Axis<A>& vertical, int cell, int y, int end,
                                            A (&upper)[kRows], A (&lower)[kRows]) {
#pragma unroll
  for (int r = 0; r < kRows; ++r) {
    lower[r] = vertical.source(min(y + r, end - 1)) - static_cast<A>(cell);
    upper[r] = A(1) - lower[r];
  }
}

#endif

}  // namespace carica::ops::cuda
