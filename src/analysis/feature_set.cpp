#include "analysis/feature_set.h"

#include <torch/utils.h>

#include "core/error.h"
#include "core/text.h"

namespace carica::analysis {

void FeatureSet::add(const torch::Tensor& features, const std::vector<std::int64_t>& labels,
                     const std::vector<std::int64_t>& samples) {
  const auto rows = static_cast<std::int64_t>(labels.size());
  const bool fits = features.dim() == 2 && features.is_floating_point() &&
                    features.size(0) == rows && samples.size() == labels.size() &&
                    (parts_.empty() || features.size(1) == parts_[0].size(1));
  if (!fits) {
    throw Error(
        ErrorCode::kShape,
        cat("features: ", features.scalar_type(), features.sizes(), " with ", rows, " labels of ",
            samples.size(), " samples; must be floating[B,",
            parts_.empty() ? std::string("F") : cat(parts_[0].size(1)), "] with as many of each"));
  }
  torch::NoGradGuard no_grad;
  // Batches come in memory that is used again: always a copy.
  parts_.push_back(features.to(torch::kCPU, torch::kFloat, /*non_blocking=*/false, /*copy=*/true));
  labels_.insert(labels_.end(), labels.begin(), labels.end());
  samples_.insert(samples_.end(), samples.begin(), samples.end());
}

torch::Tensor FeatureSet::features() const {
  return parts_.empty() ? torch::empty({0, 0}) : torch::cat(parts_);
}

}  // namespace carica::analysis
