#pragma once

#include <cstddef>
#include <cstdint>

#include "data/pixels/resize_weights.h"

namespace carica::data {

/// The two passes of a bilinear resize. Every set of kernels gives the same bits: sums are
/// integers.
struct ResizeKernels {
  /// Rows of `in_width` RGB pixels, `from_bytes` apart, to rows of `out_width`, packed. axis.taps
  /// is a multiple of 4.
  void (*horizontal)(const std::uint8_t* from, std::size_t from_bytes, int rows, int in_width,
                     const AxisWeights& axis, std::uint8_t* to, int out_width);
  /// One result row of `bytes`: the weighted sum of `taps` rows, an even number.
  void (*vertical)(const std::uint8_t* const* rows, const std::int16_t* weights, int taps,
                   int precision, std::uint8_t* to, std::size_t bytes);
};

/// Plain C++.
const ResizeKernels& portable_resize_kernels();
/// Null where the CPU or the build has no AVX2.
const ResizeKernels* avx2_resize_kernels();
/// The fastest of this CPU.
const ResizeKernels& resize_kernels();

}  // namespace carica::data
