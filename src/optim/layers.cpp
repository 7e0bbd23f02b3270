#include "optim/layers.h"

#include <algorithm>
#include <map>

#include "core/text.h"

namespace carica::optim {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Beside the main head, and registered behind it.
constexpr std::string_view kAux = "aux_classifier.";

// Lists of branches that get the same maps: each is one layer.
constexpr std::string_view kBranches[] = {"aspp.convs", "psp.blocks", "decoder.seg_blocks"};

// Modules that meet the output of another one: they count as its layer, wherever they stand.
struct Beside {
  std::string_view prefix, other;
};
constexpr Beside kBeside[] = {
    {"classifier.project.", "classifier.aspp.project."},            // deeplabv3plus
    {"classifier.scale.1.", "classifier.cbr.0."},                   // lraspp
    {"classifier.low_classifier.", "classifier.high_classifier."},  // lraspp
};

// "pos_embedding" of "encoder.pos_embedding".
std::string_view last_part(std::string_view name) {
  return name.substr(name.find_last_of('.') + 1);
}

// "3" of "encoder_layer_3" and "block1-3"; the whole where there is neither "_" nor "-".
std::string_view behind_separator(std::string_view text) {
  const auto place = text.find_last_of("_-");
  return place == std::string_view::npos ? text : text.substr(place + 1);
}

std::string layer_name(const std::string& parameter) {
  auto parts = split(parameter, '.');
  const auto numbered = std::ranges::find_if(
      parts, [](const std::string& part) { return is_number(behind_separator(part)); });
  const bool is_numbered = numbered != parts.end();
  if (is_numbered) {
    parts.erase(numbered + 1, parts.end());
  } else {
    parts.resize(std::clamp<std::size_t>(parts.size() - 1, 1, 2));
  }
  const std::string last = parts.back();
  parts.pop_back();
  const auto parent = join(parts, ".");
  const auto is_parent = [&](std::string_view list) { return parent.ends_with(list); };
  if (is_numbered && std::ranges::any_of(kBranches, is_parent)) return parent;
  return parent.empty() ? last : cat(parent, ".", last);
}

// The name by which a parameter finds its layer: that of the module which it stands beside, where
// the network has it.
std::string name_beside(const std::string& name, const NamedTensors& parameters) {
  for (const auto& [prefix, other] : kBeside) {
    const auto is_other = [&, start = other](const auto& item) {
      return item.first.starts_with(start);
    };
    if (!name.starts_with(prefix) || std::ranges::none_of(parameters, is_other)) continue;
    return cat(other, name.substr(prefix.size()));
  }
  return name;
}

}  // namespace

bool is_embedding(std::string_view name) {
  const auto part = last_part(name);
  return part == "class_token" || part == "pos_embedding";
}

std::vector<std::size_t> layers_of(const NamedTensors& parameters) {
  struct Layer {
    std::size_t number;
    bool is_wide;  // has more than one-dimensional parameters and embeddings
  };
  std::map<std::string, Layer> layers;
  std::vector<std::string> in_order;
  for (const auto& [name, parameter] : parameters) {
    if (name.starts_with(kAux) || name_beside(name, parameters) != name) continue;
    const auto layer = layer_name(name);
    const auto added = layers.emplace(layer, Layer{0, false});
    if (added.second) in_order.push_back(layer);
    added.first->second.is_wide |= parameter.dim() > 1 && !is_embedding(name);
  }
  std::size_t wide = 0;
  const auto number = [&] { return std::max<std::size_t>(wide, 1) - 1; };
  for (const auto& name : in_order) {
    Layer& layer = layers.at(name);
    if (layer.is_wide) ++wide;
    layer.number = number();
  }
  std::vector<std::size_t> result;
  for (const auto& [name, parameter] : parameters) {
    const bool is_aux = name.starts_with(kAux);
    result.push_back(is_aux ? number()
                            : layers.at(layer_name(name_beside(name, parameters))).number);
  }
  return result;
}

}  // namespace carica::optim
