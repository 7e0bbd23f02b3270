#include "ops/cpu/plan.h"

#include <algorithm>

#include "core/error.h"
#include "ops/cpu/room.h"
#include "ops/cpu/strip_cut.h"

namespace carica::ops::cpu {

namespace {

// Bytes of results that no cache holds.
constexpr std::size_t kLarge = 8 << 20, kFar = 16 << 20;

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

bool streams(const at::Tensor& result, const DimLayout& layout) {
  if (layout.inner == 1) return streams(result, layout.size * std::int64_t{StripCut::kGroup});
  // Measured. Columns that begin anywhere in a line share some with what is stored as usual, and
  // are more work.
  constexpr std::int64_t kMany = 512;
  const bool pays = result.nbytes() >= (result.element_size() == 2 ? 2 * kFar : kFar);
  return streams(result, layout.inner) || (layout.inner >= kMany && pays);
}

bool is_far(const at::Tensor& result) { return result.nbytes() >= kFar; }

std::int64_t grain(std::int64_t values) {
  constexpr std::int64_t kValues = 8192;
  return std::max<std::int64_t>(1, kValues / std::max<std::int64_t>(1, values));
}

}  // namespace carica::ops::cpu
