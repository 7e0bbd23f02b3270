#pragma once

#include <torch/types.h>

namespace carica::models {

enum class Activation { kNone, kRelu, kRelu6, kHardswish, kSilu, kSigmoid, kHardsigmoid };

/// The activation of `x`, which the caller gives away: it may be overwritten. ReLU always works in
/// place, so `x` must not be what a backward pass needs; a norm's or convolution's output is not.
torch::Tensor activate(Activation activation, torch::Tensor x);

}  // namespace carica::models
