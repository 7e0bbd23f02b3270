#include "ops/cpu/plan.h"

#include <algorithm>

#include "core/error.h"
#include "ops/cpu/room.h"

namespace carica::ops::cpu {

namespace {

// Bytes of results that no cache holds.
constexpr std::size_t kLarge = 8 << 20;

}  // namespace

Element element_of(const at::Tensor& tensor) {
  switch (tensor.scalar_type()) {
    case at::kFloat:
      return Element::kFloat;
    case at::kDouble:
      return Element::kDouble;
    case at::kBFloat16:
      return Element::kBFloat16;
    case at::kHalf:
      return Element::kHalf;
    default:
      throw Error(ErrorCode::kShape, "operators take half, bfloat16, float and double");
  }
}

std::size_t compute_bytes(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kDouble ? sizeof(double) : sizeof(float);
}

bool streams(const at::Tensor& result) { return result.nbytes() >= kLarge; }

bool streams(const at::Tensor& result, std::int64_t row) {
  const auto row_bytes = static_cast<std::size_t>(row) * result.element_size();
  const auto address = reinterpret_cast<std::uintptr_t>(result.const_data_ptr());
  const bool aligned = row_bytes % Room::kAlignment == 0 && address % Room::kAlignment == 0;
  return streams(result) && aligned;
}

std::int64_t grain(std::int64_t values) {
  constexpr std::int64_t kValues = 8192;
  return std::max<std::int64_t>(1, kValues / std::max<std::int64_t>(1, values));
}

}  // namespace carica::ops::cpu
