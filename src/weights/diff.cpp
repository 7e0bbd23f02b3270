#include "weights/diff.h"

#include <algorithm>
#include <limits>
#include <map>

#include "checkpoint/header.h"
#include "core/text.h"

namespace carica::weights {
namespace {

TensorDifference compare(const std::string& name, const torch::Tensor& first,
                         const torch::Tensor& second) {
  TensorDifference result{.name = name};
  if (first.numel() == 0) return result;
  // Whole numbers beyond 2^53 would lose digits as doubles.
  const auto differ = first.is_floating_point() || second.is_floating_point()
                          ? first.to(torch::kFloat64).ne(second.to(torch::kFloat64))
                          : first.ne(second);
  const auto a = first.to(torch::kFloat64), b = second.to(torch::kFloat64);
  const auto unequal = differ.logical_and(a.isnan().logical_and(b.isnan()).logical_not());
  result.count = unequal.sum().item<std::int64_t>();
  if (result.count == 0) return result;
  const double infinite = std::numeric_limits<double>::infinity();
  const auto x = a.masked_select(unequal), y = b.masked_select(unequal);
  const auto gap = (x - y).abs();
  const auto scale = torch::maximum(x.abs(), y.abs());
  result.absolute = gap.nan_to_num(infinite, infinite).max().item<double>();
  result.relative = (gap / scale).nan_to_num(infinite, infinite).max().item<double>();
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
