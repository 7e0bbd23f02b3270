#include "weights/diff.h"

#include <algorithm>
#include <limits>
#include <map>

#include "checkpoint/header.h"
#include "core/text.h"

namespace carica::weights {
namespace {

// Copies as doubles stay in the caches, and small beside the tensors.
constexpr std::int64_t kPiece = 1 << 18;

void compare_piece(const torch::Tensor& first, const torch::Tensor& second,
                   TensorDifference& result) {
  const auto a = first.to(torch::kFloat64), b = second.to(torch::kFloat64);
  // Whole numbers beyond 2^53 would lose digits as doubles.
  const bool float_among = first.is_floating_point() || second.is_floating_point();
  const auto differ = float_among ? a.ne(b) : first.ne(second);
  const auto unequal = differ.logical_and(a.isnan().logical_and(b.isnan()).logical_not());
  const auto count = unequal.sum().item<std::int64_t>();
  if (count == 0) return;
  result.count += count;
  const double infinite = std::numeric_limits<double>::infinity();
  const auto x = a.masked_select(unequal), y = b.masked_select(unequal);
  const auto gap = (x - y).abs();
  const auto scale = torch::maximum(x.abs(), y.abs());
  const auto largest = [&](const torch::Tensor& values) {
    return values.nan_to_num(infinite, infinite).max().item<double>();
  };
  result.absolute = std::max(result.absolute, largest(gap));
  result.relative = std::max(result.relative, largest(gap / scale));
}

TensorDifference compare(const std::string& name, const torch::Tensor& first,
                         const torch::Tensor& second) {
  TensorDifference result{.name = name};
  const auto a = first.reshape(-1), b = second.reshape(-1);
  for (std::int64_t begin = 0; begin < a.numel(); begin += kPiece) {
    const auto end = std::min(begin + kPiece, a.numel());
    compare_piece(a.slice(0, begin, end), b.slice(0, begin, end), result);
  }
  return result;
}

}  // namespace

bool WeightsDiff::same() const {
  return only_in_first.empty() && only_in_second.empty() && shapes.empty() && types.empty() &&
         values.empty();
}

WeightsDiff diff(const checkpoint::NamedTensors& first, const checkpoint::NamedTensors& second) {
  WeightsDiff result;
  std::map<std::string, torch::Tensor> others(second.begin(), second.end());
  for (const auto& [name, tensor] : first) {
    const auto found = others.find(name);
    if (found == others.end()) {
      result.only_in_first.push_back(name);
      continue;
    }
    const torch::Tensor other = found->second;
    others.erase(found);
    if (tensor.sizes() != other.sizes()) {
      result.shapes.push_back(cat(name, ": ", tensor.sizes(), " and ", other.sizes()));
      continue;
    }
    const bool same_type = tensor.scalar_type() == other.scalar_type();
    if (!same_type) {
      result.types.push_back(cat(name, ": ", tensor.scalar_type(), " and ", other.scalar_type()));
    }
    const auto difference = compare(name, tensor, other);
    if (difference.count > 0) {
      result.values.push_back(difference);
      result.absolute = std::max(result.absolute, difference.absolute);
      result.relative = std::max(result.relative, difference.relative);
    } else if (same_type) {
      ++result.equal;
    }
  }
  for (const auto& [name, tensor] : others) result.only_in_second.push_back(name);
  std::ranges::stable_sort(result.values, std::ranges::greater{}, &TensorDifference::absolute);
  return result;
}

}  // namespace carica::weights
