#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

namespace carica::ops {

/// Softmax and its logarithm along `dim`, stable for any logits; the operators carica::softmax and
/// carica::log_softmax. x: float|double|half|bfloat16[..., C, ...] in any layout, on the CPU or
/// CUDA; returns the same shape and type, in x's layout where x is dense. Computed in float (double
/// for double), with the rounding error of x - max made good, and rounded once. The same bits from
/// run to run and for any number of threads. Differentiable twice. Throws Error(kShape) for another
/// type and a dim out of range.
///
/// dtype: x is converted to it first, as torch's softmax does; under autocast float32 is meant
/// where none is given. On CUDA, float of 16 bits is one pass, and so is the gradient back to 16
/// bits.
///
/// Rows with special values, along dim (all as torch, but the first):
///   all -inf                    softmax 0, log_softmax -inf (torch: NaN)
///   -inf beside finite values   0 and -inf there; the others as if it were absent
///   +inf or NaN present         NaN for the whole row
///   C = 1                       1 and 0 (of a finite value)
///   C = 0 or no rows            an empty tensor
/// Gradients of a row of all -inf are 0.
/// Source: Milakov & Gimelshein 2018, "Online normalizer calculation for softmax".
at::Tensor softmax(const at::Tensor& x, std::int64_t dim,
                   std::optional<at::ScalarType> dtype = std::nullopt);
at::Tensor log_softmax(const at::Tensor& x, std::int64_t dim,
                       std::optional<at::ScalarType> dtype = std::nullopt);

}  // namespace carica::ops
