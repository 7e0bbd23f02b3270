#include "optim/layers.h"

#include <algorithm>
#include <map>

#include "core/text.h"

namespace carica::optim {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "3" of "encoder_layer_3"; the whole where there is no "_".
std::string_view behind_underscore(std::string_view text) {
  const auto place = text.rfind('_');
  return place == std::string_view::npos ? text : text.substr(place + 1);
}

std::string layer_name(const std::string& parameter) {
  auto parts = split(parameter, '.');
  const auto numbered = std::ranges::find_if(
      parts, [](const std::string& part) { return is_number(behind_underscore(part)); });
  std::size_t count = 0;
  if (numbered != parts.end()) {
    count = static_cast<std::size_t>(numbered - parts.begin()) + 1;
  } else {
    count = std::clamp<std::size_t>(parts.size() - 1, 1, 2);
  }
  parts.resize(count);
  return join(parts, ".");
}

}  // namespace

std::vector<std::size_t> layers_of(const NamedTensors& parameters) {
  struct Layer {
    std::size_t number;
    bool is_wide;  // has more than one-dimensional parameters
  };
  std::map<std::string, Layer> layers;
  std::vector<std::string> in_order;
  for (const auto& [name, parameter] : parameters) {
    const auto layer = layer_name(name);
    const auto added = layers.emplace(layer, Layer{0, false});
    if (added.second) in_order.push_back(layer);
    added.first->second.is_wide |= parameter.dim() > 1;
  }
  std::size_t next = 0;
  for (const auto& name : in_order) {
    Layer& layer = layers.at(name);
    if (layer.is_wide || next == 0) ++next;
    layer.number = next - 1;
  }
  std::vector<std::size_t> result;
  for (const auto& [name, parameter] : parameters) {
    result.push_back(layers.at(layer_name(name)).number);
  }
  return result;
}

}  // namespace carica::optim
