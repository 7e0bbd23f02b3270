#pragma once

#include "ops/kernels.h"

namespace carica::ops {

/// The kernels of one device; ops/kernels.h has their contracts.
struct DeviceKernels {
  decltype(&cpu::softmax) softmax;
  decltype(&cpu::softmax_backward) softmax_backward;
  decltype(&cpu::weigh_targets) weigh_targets;
  decltype(&cpu::cross_entropy) cross_entropy;
  decltype(&cpu::scale) scale;
  decltype(&cpu::upsample_cross_entropy) upsample_cross_entropy;
  decltype(&cpu::upsample_argmax) upsample_argmax;
  bool takes_mean;     // CrossEntropyWork::mean is known
  bool changes_types;  // softmax and its gradient may have results of another type
};

/// Throws Error(kShape) for a device without kernels; naming the operator.
const DeviceKernels& kernels_for(const at::Tensor& tensor, const char* op);

/// Whether this build has kernels for the tensor's device.
bool has_kernels_for(const at::Tensor& tensor);

}  // namespace carica::ops
