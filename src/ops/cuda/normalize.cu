// Includes only the parts of torch that it needs, not ops/normalize.h: nvcc takes a minute for all
// of it.
#include <ATen/core/Tensor.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <c10/util/BFloat16.h>

#include <cstdint>

#include "ops/channel_affine.h"

namespace carica::ops {

namespace cuda {

namespace {

// One thread a pixel: three bytes in, three values out. Bound by memory; neighbours share sectors.
template <typename T, bool kChannelsLast>
__global__ void normalize_kernel(const std::uint8_t* __restrict__ in, T* __restrict__ out,
                                 std::int64_t pixels, std::int64_t plane, ChannelAffine affine) {
  const std::int64_t stride = static_cast<std::int64_t>(blockDim.x) * gridDim.x;
  for (std::int64_t i = blockIdx.x * static_cast<std::int64_t>(blockDim.x) + threadIdx.x;
       i < pixels; i += stride) {
    const std::int64_t n = i / plane, p = i % plane;
#pragma unroll
    for (int c = 0; c < 3; ++c) {
      const float value = static_cast<float>(in[3 * i + c]) * affine.scale[c] + affine.shift[c];
      out[kChannelsLast ? 3 * i + c : (n * 3 + c) * plane + p] = static_cast<T>(value);
    }
  }
}

template <typename T>
void launch(const at::Tensor& pictures, const ChannelAffine& affine, at::Tensor& out) {
  const std::int64_t plane = pictures.size(1) * pictures.size(2);
  const std::int64_t pixels = pictures.size(0) * plane;
  if (pixels == 0) return;
  constexpr int kThreads = 256;
  const std::int64_t blocks = std::min<std::int64_t>((pixels + kThreads - 1) / kThreads, 1 << 20);
  const auto stream = c10::cuda::getCurrentCUDAStream(pictures.get_device());
  const auto* in = pictures.const_data_ptr<std::uint8_t>();
  auto* result = out.mutable_data_ptr<T>();
  if (out.stride(1) == 1) {
    normalize_kernel<T, true><<<blocks, kThreads, 0, stream>>>(in, result, pixels, plane, affine);
  } else {
    normalize_kernel<T, false><<<blocks, kThreads, 0, stream>>>(in, result, pixels, plane, affine);
  }
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}

}  // namespace

void normalize(const at::Tensor& pictures, const ChannelAffine& affine, at::Tensor& out) {
  const c10::cuda::CUDAGuard guard(pictures.device());
  if (out.scalar_type() == at::kBFloat16) {
    launch<at::BFloat16>(pictures, affine, out);
  } else {
    launch<float>(pictures, affine, out);
  }
}

}  // namespace cuda
}  // namespace carica::ops
