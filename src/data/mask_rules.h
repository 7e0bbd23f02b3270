#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "config/config.h"
#include "data/picture.h"

namespace carica::data {

/// data.mask as a table: what each value that a file may hold becomes.
class MaskRules {
 public:
  /// Throws Error(kConfig) when data.mask.map leads to what is neither a class nor the ignore
  /// value.
  MaskRules(const config::MaskConfig& config, std::size_t classes);

  /// Turns a mask as stored into class indices. Throws Error(kData) for a value that is neither a
  /// class nor the ignore value: file
  /// (`name`), value, its share of the pixels, what is allowed, and the likely cause.
  void apply(Mask& mask, const std::string& name) const;

 private:
  std::array<int, 256> becomes_;  // -1: not allowed
  std::string allowed_;           // for messages
  std::size_t classes_;
};

}  // namespace carica::data
