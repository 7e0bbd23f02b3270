#include "ops/cpu/target_work.h"

namespace carica::ops::cpu {

TargetElement target_element(const at::Tensor& values) {
  switch (values.scalar_type()) {
    case at::kByte:
      return TargetElement::kUint8;
    case at::kInt:
      return TargetElement::kInt32;
    default:
      return TargetElement::kInt64;
  }
}

TargetWork target_work(const CrossEntropyWork& work, std::int64_t classes) {
  const auto& targets = work.targets;
  const bool weighted = targets.weight.defined();
  return {target_element(targets.values),
          targets.values.const_data_ptr(),
          targets.ignore_index,
          weighted ? targets.weight.const_data_ptr() : nullptr,
          weighted ? targets.weight.sum(at::kDouble).item<double>() : static_cast<double>(classes),
          targets.label_smoothing,
          targets.label_smoothing / static_cast<double>(classes),
          work.scale.defined() ? work.scale.const_data_ptr() : nullptr,
          work.scale.defined() && work.scale.dim() > 0};
}

}  // namespace carica::ops::cpu
