#include "ops/normalize.h"

#include <ATen/Parallel.h>

namespace carica::ops::cpu {

namespace {

// One row of the batch, uint8[width,3] in; `step` and `plane` place channel c of pixel x at out[x *
// step + c * plane].
template <typename T>
void normalize_row(const std::uint8_t* in, T* out, std::int64_t width, std::int64_t step,
                   std::int64_t plane, const ChannelAffine& affine) {
  for (std::int64_t x = 0; x < width; ++x) {
    for (int c = 0; c < 3; ++c) {
      out[x * step + c * plane] =
          static_cast<T>(static_cast<float>(in[3 * x + c]) * affine.scale[c] + affine.shift[c]);
    }
  }
}

template <typename T>
void normalize_all(const torch::Tensor& pictures, const ChannelAffine& affine, torch::Tensor& out) {
  const std::int64_t height = pictures.size(1), width = pictures.size(2);
  const bool channels_last = out.stride(1) == 1;
  const auto* in = pictures.data_ptr<std::uint8_t>();
  auto* result = out.data_ptr<T>();
  at::parallel_for(0, pictures.size(0) * height, 64, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const std::uint8_t* from = in + row * width * 3;
      if (channels_last) {
        normalize_row(from, result + row * width * 3, width, 3, 1, affine);
      } else {
        const std::int64_t n = row / height, y = row % height;
        normalize_row(from, result + n * 3 * height * width + y * width, width, 1, height * width,
                      affine);
      }
    }
  });
}

}  // namespace

void normalize(const torch::Tensor& pictures, const ChannelAffine& affine, torch::Tensor& out) {
  if (out.scalar_type() == torch::kBFloat16) {
    normalize_all<at::BFloat16>(pictures, affine, out);
  } else {
    normalize_all<float>(pictures, affine, out);
  }
}

}  // namespace carica::ops::cpu
