#include "ops/normalize.h"

#include <ATen/Parallel.h>

#include "ops/cpu/normalize_rows.h"
#include "ops/cpu/plan.h"

namespace carica::ops::cpu {

void normalize(const torch::Tensor& pictures, const ChannelAffine& affine, torch::Tensor& out) {
  const std::int64_t height = pictures.size(1), width = pictures.size(2);
  if (pictures.numel() == 0) return;
  const NormalizeRows work{pictures.const_data_ptr<std::uint8_t>(),
                           out.mutable_data_ptr(),
                           out.scalar_type() == torch::kBFloat16,
                           out.stride(1) == 1,
                           static_cast<std::size_t>(width),
                           static_cast<std::size_t>(height),
                           affine};
  at::parallel_for(0, pictures.size(0) * height, 2 * grain(3 * width),
                   [&](std::int64_t begin, std::int64_t end) {
                     normalize_rows(work, static_cast<std::size_t>(begin),
                                    static_cast<std::size_t>(end));
                   });
}

}  // namespace carica::ops::cpu
