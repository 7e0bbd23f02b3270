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
  // Without kernels of our own for the device: the same arithmetic by torch's operators.
  auto options = torch::TensorOptions().dtype(torch::kFloat);
  auto scale = torch::from_blob(affine.scale, {3, 1, 1}, options).to(pictures.device());
  auto shift = torch::from_blob(affine.shift, {3, 1, 1}, options).to(pictures.device());
  out.copy_(torch::addcmul(shift, pictures.permute({0, 3, 1, 2}).to(torch::kFloat), scale));
  return out;
}

}  // namespace carica::ops
