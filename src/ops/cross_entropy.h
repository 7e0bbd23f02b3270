#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

namespace carica::ops {

enum class Reduction : std::int64_t { kNone = 0, kMean = 1, kSum = 2 };  // torch's numbers

/// As in torch.nn.functional.cross_entropy.
struct CrossEntropyOptions {
  std::optional<at::Tensor> weight = std::nullopt;  // float[C], on the logits' device; no gradient
  std::int64_t ignore_index = -100;
  double label_smoothing = 0;  // in [0, 1]
  Reduction reduction = Reduction::kMean;
};

/// Softmax cross-entropy over class dim 1, fused: one read of the logits, and one write of their
/// gradient in the forward pass if it will be wanted. The operator carica::cross_entropy.
/// logits: float|double|half|bfloat16[N,C] or [N,C,d1,...], contiguous and channels_last taken as
/// they are; targets: uint8|int32|int64[N] or [N,d1,...]. Returns float32 (float64 for double)
/// [] or, without reduction, the targets' shape. With w the weights (1 without), the mean divides
/// by the sum of w[y] over counted targets.
///
/// Edges:
///   all targets ignored, or of weight 0   loss 0, gradients 0 (torch: NaN)
///   N = 0                                 loss 0
///   C = 0 with targets                    Error(kShape)
///   a target that is no class             the CPU throws Error(kData) with value and position; on
///                                         CUDA its loss and gradient are NaN, which the caller
///                                         sees without waiting in each step
///   a row of all -inf, +inf, NaN          as log_softmax gives, see softmax.h
/// Gradients for logits only, once: differentiating twice throws. Exponentials below 1e-38 of the
/// largest (1e-308 in double) count as 0.
/// Throws Error(kShape) for other shapes, types and devices.
at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& targets,
                         const CrossEntropyOptions& options = {});

}  // namespace carica::ops
