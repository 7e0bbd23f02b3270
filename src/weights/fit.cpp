#include "weights/fit.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "checkpoint/finite.h"
#include "checkpoint/header.h"
#include "weights/byte_cursor.h"
#include "weights/first_layer.h"

namespace carica::weights {
namespace {

/// How a segmenter holds a classifier: the prefix of its names, what it leaves out of them, the
/// parts of the prefix in which it keeps them, and layers that it has no use for.
struct Trunk {
  std::string_view prefix, left_out;
  std::array<std::string_view, 2> parts = {"", ""};
  std::string_view unused = {};
};
constexpr Trunk kTrunks[] = {
    {"encoder.", ""},            // segmentation_models.pytorch
    {"backbone.", ""},           // torchvision's segmenters
    {"backbone.", "features."},  // those of them on MobileNetV3
    // VainF's DeepLabV3+ on MobileNetV2
    {"backbone.", "features.", {"low_level_features.", "high_level_features."}, "features.18."},
};

/// The name in the part that has it; in the first one where none has.
std::string name_in(const Trunk& trunk, std::string_view name,
                    const std::set<std::string>& wanted) {
  if (name.starts_with(trunk.left_out)) name.remove_prefix(trunk.left_out.size());
  const auto second = cat(trunk.prefix, trunk.parts[1], name);
  return wanted.contains(second) ? second : cat(trunk.prefix, trunk.parts[0], name);
}

/// Heads of torchvision's classifiers.
constexpr std::string_view kHeads[] = {"fc.",        "classifier.", "head.", "heads.",
                                       "AuxLogits.", "aux1.",       "aux2."};

/// True for names of the layers that a classifier has and its use as an encoder has not.
bool is_classifier_head(const std::string& name) {
  return std::ranges::any_of(kHeads, [&](std::string_view head) { return name.starts_with(head); });
}

bool ends_with_part(const std::string& name, std::string_view part) {
  return name == part || (name.ends_with(part) && name[name.size() - part.size() - 1] == '.');
}

bool wrong_by_channels(const Fit::Pair& pair) {
  return pair.source.dim() == 4 && pair.target.dim() == 4 && pair.source.size(1) == 3 &&
         pair.target.size(1) != 3 && pair.source.size(0) == pair.target.size(0) &&
         pair.source.sizes().slice(2) == pair.target.sizes().slice(2);
}

}  // namespace

Fit fit(const checkpoint::NamedTensors& network, const checkpoint::NamedTensors& file,
        const FitRules& rules) {
  Fit result;
  std::map<std::string, torch::Tensor> given;
  for (const auto& [name, tensor] : file) {
    if (!given.emplace(name, tensor).second) {
      result.unexpected.push_back(checkpoint::quoted_name(name));
    }
  }
  const auto of_head = [&](const std::string& name) {
    return rules.reinit_head && std::ranges::any_of(rules.heads, [&](const auto& head) {
             return name.starts_with(head);
           });
  };
  for (const auto& [name, target] : network) {
    if (!rules.trunk.empty() && !name.starts_with(rules.trunk)) continue;
    const auto found = given.find(name);
    if (of_head(name)) {
      result.kept.push_back(name);
      if (found != given.end()) given.erase(found);
      continue;
    }
    if (found == given.end()) {
      auto& list = ends_with_part(name, "num_batches_tracked") ? result.uncounted : result.missing;
      list.push_back(checkpoint::quoted_name(name));
      continue;
    }
    const torch::Tensor source = found->second;
    given.erase(found);
    if (source.sizes() != target.sizes()) {
      result.wrong.push_back(
          cat(checkpoint::quoted_name(name), ": ", source.sizes(), ", expected ", target.sizes()));
    } else if (source.is_floating_point() != target.is_floating_point()) {
      result.wrong.push_back(cat(checkpoint::quoted_name(name), ": ", source.scalar_type(),
                                 ", expected ", target.scalar_type()));
    }
    result.pairs.push_back({name, target, source});
  }
  for (const auto& [name, tensor] : given) {
    if (of_head(name)) continue;
    if (!rules.trunk.empty() && is_classifier_head(name)) continue;
    result.unexpected.push_back(checkpoint::quoted_name(name));
  }
  return result;
}

std::string move_into_trunk(const checkpoint::NamedTensors& network,
                            checkpoint::NamedTensors& file) {
  std::set<std::string> wanted;
  for (const auto& [name, tensor] : network) wanted.insert(name);
  for (const Trunk& trunk : kTrunks) {
    bool fits = false, has_it = false;
    for (const auto& [name, tensor] : file) {
      has_it = has_it || name.starts_with(trunk.prefix);
      fits = fits || (wanted.contains(name_in(trunk, name, wanted)) && !wanted.contains(name));
    }
    if (!fits || has_it) continue;
    std::erase_if(file, [&](const auto& named) {
      return !trunk.unused.empty() && named.first.starts_with(trunk.unused);
    });
    for (auto& [name, tensor] : file) {
      if (!is_classifier_head(name)) name = name_in(trunk, name, wanted);
    }
    return std::string(trunk.prefix);
  }
  return "";
}

bool adapt_first_convolution(Fit& fit) {
  const auto first =
      std::ranges::find_if(fit.pairs, [](const Fit::Pair& pair) { return pair.target.dim() == 4; });
  if (first == fit.pairs.end() || !wrong_by_channels(*first)) return false;
  first->source = adapt_first_layer(first->source, first->target.size(1));
  const std::string entry = checkpoint::quoted_name(first->name) + ": ";
  std::erase_if(fit.wrong, [&](const std::string& wrong) { return wrong.starts_with(entry); });
  return true;
}

std::size_t check_numbers(const Fit& fit, const std::string& where) {
  std::size_t zeros = 0;
  for (const auto& pair : fit.pairs) {
    if (!checkpoint::is_finite(pair.source)) {
      refuse(where,
             cat("tensor ", checkpoint::quoted_name(pair.name),
                 " has a value that is not finite; such weights are refused"),
             "the run that wrote them went wrong: take an earlier checkpoint");
    }
    if (!ends_with_part(pair.name, "running_var") || pair.source.numel() == 0) continue;
    if (pair.source.min().item<double>() < 0) {
      refuse(where, cat("tensor ", checkpoint::quoted_name(pair.name),
                        " has a variance below 0; the statistics of batch norms are damaged"));
    }
    zeros += static_cast<std::size_t>(pair.source.eq(0).sum().item<std::int64_t>());
  }
  return zeros;
}

}  // namespace carica::weights
