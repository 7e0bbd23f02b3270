#include "ops/normalize.h"

#include "core/error.h"
#include "core/text.h"

namespace carica::ops {

torch::Tensor normalize(const torch::Tensor& pictures, const std::array<float, 3>& mean,
                        const std::array<float, 3>& std, torch::ScalarType dtype,
                        bool channels_last) {
  if (pictures.scalar_type() != torch::kByte || pictures.dim() != 4 || pictures.size(3) != 3 ||
      !pictures.is_contiguous()) {
    throw Error(ErrorCode::kShape, cat("normalize: pictures are ", pictures.toString(), " ",
                                       pictures.sizes(), "; must be contiguous uint8[N,H,W,3]"));
  }
  if (dtype != torch::kFloat && dtype != torch::kBFloat16) {
    throw Error(ErrorCode::kShape, "normalize: the result must be float32 or bfloat16");
  }
  ChannelAffine affine{};
  for (int c = 0; c < 3; ++c) {
    affine.scale[c] = 1.0f / (255.0f * std[c]);
    affine.shift[c] = -mean[c] / std[c];
  }
  auto out = torch::empty(
      {pictures.size(0), 3, pictures.size(1), pictures.size(2)},
      torch::TensorOptions().dtype(dtype).device(pictures.device()),
      channels_last ? torch::MemoryFormat::ChannelsLast : torch::MemoryFormat::Contiguous);
  if (pictures.is_cpu()) {
    cpu::normalize(pictures, affine, out);
    return out;
  }
#ifdef CARICA_HAVE_NVCC
  if (pictures.is_cuda()) {
    cuda::normalize(pictures, affine, out);
    return out;
  }
#endif
  // Without kernels of our own for the device: the same arithmetic by torch's operators, on scalars
  // since a tensor of them would have to be copied to the device, and waited for.
  for (int c = 0; c < 3; ++c) {
    const auto plane = pictures.select(3, c).to(torch::kFloat);
    out.select(1, c).copy_(plane.mul(affine.scale[c]).add_(affine.shift[c]));
  }
  return out;
}

}  // namespace carica::ops
