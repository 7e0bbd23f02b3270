#pragma once

#include "ops/cpu/cross_entropy_work.h"
#include "ops/kernels.h"

namespace carica::ops::cpu {

/// The type of targets: uint8, int32 or int64.
TargetElement target_element(const at::Tensor& targets);

/// Targets, weights and scales of `work` as kernels see them; points into its tensors.
TargetWork target_work(const CrossEntropyWork& work, std::int64_t classes);

}  // namespace carica::ops::cpu
