// What a device must offer to the operators: the same functions for the CPU (cpu/) and CUDA
// (cuda/). Front functions have checked all arguments and allocated all results; kernels throw
// nothing but a bad target on the CPU. C++17, and only the parts of torch that nvcc can take.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "ops/dim_layout.h"

namespace carica::ops {

/// The type in which tensors of `type` are computed: double for double, else float.
inline at::ScalarType compute_type(at::ScalarType type) {
  return type == at::kDouble ? at::kDouble : at::kFloat;
}

/// Targets and how they count. With w the class weights (1 without), s the smoothing and p the
/// softmax of the logits, the loss of a target y is
///   (1 - s) w[y] * -log p[y]  +  s / C * sum_c w[c] * -log p[c],  and 0 if y is ignore_index.
struct Targets {
  at::Tensor values;  // uint8, int32 or int64, contiguous, in the order of (o, i)
  at::Tensor weight;  // compute type [C], contiguous; undefined: all 1
  std::int64_t ignore_index = -100;
  double label_smoothing = 0;
};

/// One pass over logits. Results that are undefined are not computed. `scale` multiplies loss and
/// gradient (not losses): undefined (1), compute type [] or compute type, one for each target.
/// A target that is neither a class nor ignore_index makes its loss and gradient NaN on CUDA; the
/// CPU has thrown in weigh_targets().
struct CrossEntropyWork {
  at::Tensor logits;  // half, bfloat16, float or double
  Targets targets;
  at::Tensor scale;
  at::Tensor loss;      // compute type []: the sum over targets of scale * loss
  bool mean = false;    // loss is divided by the sum over counted targets of w[y], if that is not 0
  at::Tensor losses;    // compute type, one for each target
  at::Tensor gradient;  // like logits: scale * d loss / d logits
};

/// Source coordinates of bilinear interpolation, as torch.nn.functional.interpolate: from `in`
/// to `out` places; align_corners puts the outer places on each other.
struct Resampling {
  std::int64_t in_height, in_width, out_height, out_width;
  bool align_corners;
};

// Declared once for each device. CUDA: on the current stream, without waiting for the device; the
// same bits from run to run on both.
#define CARICA_DECLARE_KERNELS                                                                    \
  /* y = softmax(x), or its logarithm; x and y of one layout. y is of x's type; on CUDA it may be \
     of float where x is of 16 bits. */                                                           \
  void softmax(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout, bool log);      \
  /* dx from dy and y, the result of softmax(); all of one layout. dx is of the type of dy and y; \
     on CUDA it may be of 16 bits where they are of float. */                                     \
  void softmax_backward(const at::Tensor& dy, const at::Tensor& y, const at::Tensor& dx,          \
                        const DimLayout& layout, bool log);                                       \
  /* inverse: compute type [], 1 / the sum over counted targets of w[y], and 0 for a sum of 0;    \
     undefined: not wanted. The CPU throws Error(kData) for the first target that is neither a    \
     class nor ignore_index, with its value and position. */                                      \
  void weigh_targets(const Targets& targets, std::int64_t classes, const at::Tensor& inverse);    \
  void cross_entropy(const CrossEntropyWork& work, const DimLayout& layout);                      \
  /* values *= factor, of compute type []; by 1 without a look at them. values: dense. */         \
  void scale(const at::Tensor& values, const at::Tensor& factor);                                 \
  /* The same with work.logits [N,C,h,w], contiguous or channels_last, upsampled to the targets   \
     [N,H,W]; the upsampled logits are never stored. Gradients are gathered: no atomics. */       \
  void upsample_cross_entropy(const CrossEntropyWork& work, const Resampling& resampling);        \
  /* labels: uint8[N,H,W], the class of the largest upsampled logit (of equal ones the first; NaN \
     is larger than all). logits [N,C,h,w] as above, C <= 256. */                                 \
  void upsample_argmax(const at::Tensor& logits, const Resampling& resampling,                    \
                       const at::Tensor& labels);

namespace cpu {
CARICA_DECLARE_KERNELS
}
namespace cuda {
CARICA_DECLARE_KERNELS
}
#undef CARICA_DECLARE_KERNELS

}  // namespace carica::ops
