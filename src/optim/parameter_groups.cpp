#include <algorithm>
#include <cmath>
#include <regex>
#include <unordered_set>

#include "core/error.h"
#include "core/text.h"
#include "optim/layers.h"
#include "optim/optimizer.h"

namespace carica::optim {
namespace {

/// One entry of lr_scale, and what became of it.
struct Pattern {
  std::string text;
  std::regex regex;
  double factor;
  std::size_t matched = 0;  // parameters
  std::size_t decided = 0;  // parameters that no earlier pattern took
};

std::vector<Pattern> compile(const std::map<std::string, double>& lr_scale) {
  std::vector<Pattern> patterns;
  for (const auto& [text, factor] : lr_scale) {
    if (!(factor >= 0) || std::isinf(factor)) {
      throw Error(ErrorCode::kConfig, cat("optim.lr_scale: \"", text, "\": ", factor,
                                          "; must be finite and at least 0"));
    }
    try {
      patterns.push_back({text, std::regex(text), factor});
    } catch (const std::regex_error& e) {
      throw Error(ErrorCode::kConfig, cat("optim.lr_scale: \"", text, "\" is malformed (", e.what(),
                                          "); must be a regular expression (ECMAScript)"));
    }
  }
  return patterns;
}

double scale_of(const std::string& name, std::vector<Pattern>& patterns) {
  const Pattern* first = nullptr;
  for (auto& pattern : patterns) {
    if (!std::regex_search(name, pattern.regex)) continue;
    ++pattern.matched;
    if (first == nullptr) {
      first = &pattern;
      ++pattern.decided;
    }
  }
  return first == nullptr ? 1.0 : first->factor;
}

void check_all_used(const std::vector<Pattern>& patterns) {
  for (const auto& pattern : patterns) {
    if (pattern.decided > 0) continue;
    throw Error(ErrorCode::kConfig,
                cat("optim.lr_scale: \"", pattern.text, "\": ",
                    pattern.matched == 0 ? "matches no trainable parameter"
                                         : "an earlier pattern takes all that it matches",
                    "; each pattern must decide for at least one"),
                "patterns match anywhere in a parameter's name, in alphabetical order");
  }
}

/// Biases, and what scales or shifts channels as a norm does: convnext's layer_scale is one number
/// for each, and a vit's tokens and positions are added. As timm leaves them out.
bool is_norm_or_bias(const std::string& name, const torch::Tensor& parameter) {
  const auto part = name.substr(name.find_last_of('.') + 1);
  return parameter.dim() <= 1 || part == "bias" || part == "layer_scale" || is_embedding(name);
}

}  // namespace

std::vector<ParameterGroup> parameter_groups(const torch::nn::Module& network,
                                             const config::OptimConfig& config) {
  auto patterns = compile(config.lr_scale);
  std::vector<ParameterGroup> groups;
  std::unordered_set<const void*> seen;
  const auto all = network.named_parameters().pairs();
  const auto layers = layers_of(all);
  const auto last = layers.empty() ? 0 : *std::ranges::max_element(layers);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [name, parameter] = all[i];
    if (!parameter.requires_grad() || !seen.insert(parameter.unsafeGetTensorImpl()).second) {
      continue;
    }
    const double scale = scale_of(name, patterns) *
                         std::pow(config.layer_decay, static_cast<double>(last - layers[i]));
    const bool decays = !(config.no_decay_norm_bias && is_norm_or_bias(name, parameter));
    const double decay = decays ? config.weight_decay : 0;
    auto group = std::find_if(groups.begin(), groups.end(), [&](const ParameterGroup& g) {
      return g.lr_scale == scale && g.weight_decay == decay;
    });
    if (group == groups.end()) {
      groups.push_back({.names = {}, .parameters = {}, .lr_scale = scale, .weight_decay = decay});
      group = groups.end() - 1;
    }
    group->names.push_back(name);
    group->parameters.push_back(parameter);
  }
  if (groups.empty()) {
    throw Error(ErrorCode::kConfig, "optim: the network has no trainable parameter");
  }
  check_all_used(patterns);
  return groups;
}

}  // namespace carica::optim
