#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/stem.h"

namespace carica::models {

/// What the builders of torchvision's classifiers take. A builder heeds what its network has.
struct ClassifierOptions {
  std::string name = {};  // of the member of the family
  std::int64_t outputs = 1000;
  std::int64_t in_channels = 3;
  std::int64_t height = 224, width = 224;  // px, of the pictures to come
  Stem stem = Stem::kImagenet;
  std::optional<double> dropout = {}, drop_path = {};  // unset: torchvision's
};

/// The member of a family that is called `name`: the registry only asks for names of its table.
template <typename Table>
const auto& member(const Table& table, const std::string& name) {
  auto row = table.begin();
  while (row->name != name) ++row;
  return *row;
}

}  // namespace carica::models
