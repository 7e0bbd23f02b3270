#include "ops/device_kernels.h"

#include "core/error.h"
#include "core/text.h"

namespace carica::ops {

bool has_kernels_for(const at::Tensor& tensor) {
#ifdef CARICA_HAVE_NVCC
  if (tensor.is_cuda()) return true;
#endif
  return tensor.is_cpu();
}

const DeviceKernels& kernels_for(const at::Tensor& tensor, const char* op) {
  static constexpr DeviceKernels kCpu = {
      cpu::softmax, cpu::softmax_backward,       cpu::weigh_targets,   cpu::cross_entropy,
      cpu::scale,   cpu::upsample_cross_entropy, cpu::upsample_argmax, false,
      false};
  if (tensor.is_cpu()) return kCpu;
#ifdef CARICA_HAVE_NVCC
  static constexpr DeviceKernels kCuda = {
      cuda::softmax, cuda::softmax_backward,       cuda::weigh_targets,   cuda::cross_entropy,
      cuda::scale,   cuda::upsample_cross_entropy, cuda::upsample_argmax, true,
      true};
  if (tensor.is_cuda()) return kCuda;
#endif
  throw Error(ErrorCode::kShape,
              cat(op, ": no kernels for ", tensor.device().str(), " in this build"),
              "carica's CUDA kernels need nvcc when it is built");
}

}  // namespace carica::ops
