#include "checkpoint/finite.h"

#include <cstdint>

#include "checkpoint/header.h"
#include "core/error.h"
#include "core/text.h"

namespace carica::checkpoint {
namespace {

/// True when no element has all the bits of `exponent` set, which NaN and infinity alone have.
/// On bits, because it needs no temporary and vectorises for every type.
template <typename Bits>
bool all_finite(const torch::Tensor& tensor, Bits exponent) {
  const auto* bits = static_cast<const Bits*>(tensor.const_data_ptr());
  Bits found = 0;
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    found |= static_cast<Bits>((bits[i] & exponent) == exponent);
  }
  return found == 0;
}

}  // namespace

bool is_finite(const torch::Tensor& tensor) {
  switch (tensor.scalar_type()) {
    case torch::kFloat64:
      return all_finite<std::uint64_t>(tensor, 0x7ff0'0000'0000'0000);
    case torch::kFloat32:
      return all_finite<std::uint32_t>(tensor, 0x7f80'0000);
    case torch::kBFloat16:
      return all_finite<std::uint16_t>(tensor, 0x7f80);
    case torch::kFloat16:
      return all_finite<std::uint16_t>(tensor, 0x7c00);
    default:
      return true;
  }
}

void require_finite(const NamedTensors& tensors) {
  for (const auto& [name, tensor] : tensors) {
    if (is_finite(tensor)) continue;
    throw Error(ErrorCode::kNumeric,
                cat("checkpoint: tensor ", quoted_name(name),
                    " has a value that is not finite; such weights are not saved"),
                "lower the learning rate, or clip gradients with optim.clip_grad_norm");
  }
}

}  // namespace carica::checkpoint
