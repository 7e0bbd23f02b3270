#pragma once

#include "checkpoint/safetensors.h"

namespace carica::checkpoint {

/// Throws Error(kNumeric) naming the first tensor with a NaN or an infinity. Integers pass.
/// tensors: on the host, contiguous (on_host()).
void require_finite(const NamedTensors& tensors);

}  // namespace carica::checkpoint
