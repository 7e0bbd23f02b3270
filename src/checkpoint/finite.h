#pragma once

#include "checkpoint/safetensors.h"

namespace carica::checkpoint {

/// False when a number is NaN or infinite. Integers are finite. tensor: on the host, contiguous.
bool is_finite(const torch::Tensor& tensor);

/// Throws Error(kNumeric) naming the first tensor with a NaN or an infinity. Integers pass.
/// tensors: on the host, contiguous (on_host()).
void require_finite(const NamedTensors& tensors);

}  // namespace carica::checkpoint
