#include "analysis/inference_text.h"

#include <vector>

#include "core/text.h"

namespace carica::analysis {

std::string inference_text(const Page::Json& results) {
  const auto found = results.find("inference");
  if (found == results.end() || !found->is_object()) return kPlainInference;
  std::vector<std::string> parts;
  if (found->value("flip", false)) parts.emplace_back("flips");
  std::vector<std::string> scales;
  for (const auto& scale : found->value("scales", Page::Json::array())) {
    if (scale.is_number()) scales.push_back(number(scale.get<double>()));
  }
  if (scales != std::vector<std::string>{number(1)}) {
    parts.push_back(cat("scales ", join(scales)));
  }
  if (const auto window = found->value("window", std::int64_t{0}); window > 0) {
    parts.push_back(cat("windows of ", window, " px that overlap by ",
                        number(found->value("window_overlap", 0.0))));
  }
  return parts.empty() ? kPlainInference : cat("with ", join(parts));
}

void add_inference_fact(const Page::Json& results, const std::string& split, Page& page) {
  const auto text = inference_text(results);
  if (text != kPlainInference) page.fact("Inference", split, text);
}

}  // namespace carica::analysis
