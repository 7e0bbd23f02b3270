#include "optim/freeze.h"

#include <algorithm>
#include <regex>
#include <unordered_set>

#include "core/error.h"
#include "core/text.h"

namespace carica::optim {
namespace {

std::regex compile(const std::string& pattern) {
  try {
    return std::regex(pattern);
  } catch (const std::regex_error& e) {
    throw Error(ErrorCode::kConfig, cat("train.freeze.names: \"", pattern, "\" is malformed (",
                                        e.what(), "); must be a regular expression (ECMAScript)"));
  }
}

bool has_statistics(const torch::nn::Module& module) {
  return module.named_buffers(/*recurse=*/false).contains("running_mean");
}

}  // namespace

Freeze::Freeze(torch::nn::Module& network, const config::FreezeConfig& config) : config_(config) {
  const auto all = network.named_parameters();
  std::unordered_set<const void*> frozen;
  for (const auto& pattern : config.names) {
    const auto regex = compile(pattern);
    bool matches = false;
    for (const auto& [name, parameter] : all.pairs()) {
      if (!std::regex_search(name, regex)) continue;
      matches = true;
      if (!parameter.requires_grad()) continue;  // frozen by its network, for good
      if (!frozen.insert(parameter.unsafeGetTensorImpl()).second) continue;
      parameters_.push_back(parameter);
      names_.push_back(name);
    }
    if (matches) continue;
    throw Error(ErrorCode::kConfig,
                cat("train.freeze.names: \"", pattern, "\": matches no parameter; must match some"),
                cat("the network's first parameters: ", all.size() > 0 ? all[0].key() : "none",
                    all.size() > 1 ? ", " + all[1].key() : ""));
  }
  const bool some_left = std::ranges::any_of(all.values(), [&](const auto& parameter) {
    return parameter.requires_grad() && !frozen.contains(parameter.unsafeGetTensorImpl());
  });
  if (!frozen.empty() && !some_left) {
    throw Error(ErrorCode::kConfig,
                "train.freeze.names: all parameters are frozen; some must be left to train");
  }
  for (const auto& module : network.modules()) {
    const auto own = module->parameters(/*recurse=*/false);
    const auto is_frozen = [&](const torch::Tensor& parameter) {
      return frozen.contains(parameter.unsafeGetTensorImpl());
    };
    if (has_statistics(*module) && !own.empty() && std::ranges::all_of(own, is_frozen)) {
      norms_.push_back(module);
    }
  }
}

bool Freeze::apply(std::int64_t epoch) {
  const bool freeze = !parameters_.empty() && (config_.epochs == 0 || epoch < config_.epochs);
  const bool changes = freeze != frozen_;
  frozen_ = freeze;
  for (auto& parameter : parameters_) {
    parameter.set_requires_grad(!freeze);
    if (freeze) parameter.mutable_grad().reset();
  }
  if (freeze) hold_norms();
  return changes;
}

void Freeze::hold_norms() const {
  for (const auto& norm : norms_) norm->eval();
}

bool Freeze::matches(const std::string& prefix) const {
  return std::ranges::any_of(names_,
                             [&](const std::string& name) { return name.starts_with(prefix); });
}

std::int64_t Freeze::count() const {
  std::int64_t sum = 0;
  for (const auto& parameter : parameters_) sum += parameter.numel();
  return sum;
}

std::string doubt_of_heads(const Freeze& freeze, const std::vector<std::string>& heads,
                           const config::Config& config) {
  const int epochs = config.train.freeze.epochs;
  const bool ends = epochs > 0 && epochs < config.train.epochs;
  if (config.model.head != "reinit" || ends) return "";
  const auto is_frozen = [&](const std::string& head) { return freeze.matches(head); };
  const auto found = std::ranges::find_if(heads, is_frozen);
  if (found == heads.end()) return "";
  return cat("train.freeze: the head (", *found,
             ") is new (model.head=reinit) and never trained: ", "it keeps random weights");
}

}  // namespace carica::optim
