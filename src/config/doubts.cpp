#include "config/doubts.h"

#include "core/text.h"

namespace carica::config {

std::vector<std::string> doubts(const Config& config) {
  std::vector<std::string> found;
  const auto& list = config.transforms.train;
  const bool normalises = !list.empty() && std::holds_alternative<Normalize>(list.back());
  if (!config.model.pretrained.empty() && !normalises) {
    found.push_back(cat("model.pretrained = ", config.model.pretrained,
                        ": its weights expect normalised pictures; add Normalize to "
                        "transforms.train and transforms.eval"));
  }
  return found;
}

}  // namespace carica::config
