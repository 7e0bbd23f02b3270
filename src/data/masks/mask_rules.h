#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/palette.h"
#include "data/images/picture.h"

namespace carica::data {

/// data.mask as a table: what each number that a file may hold becomes. The order of the steps:
/// binary, reduce_zero_label, then map or palette.
class MaskRules {
 public:
  /// `palette`: one entry per class, in the order of the classes, or null. Throws Error(kConfig)
  /// when data.mask.map leads to what is neither a class nor the ignore value, when the ignore
  /// value is a class that a palette or reduce_zero_label speaks of, and for a class that no binary
  /// mask can hold.
  MaskRules(const config::MaskConfig& config, std::size_t classes,
            const config::Palette* palette = nullptr);

  /// Turns a mask as stored into class indices. Throws Error(kData) for a value that is neither a
  /// class nor the ignore value, unless data.mask.others ignores it: file (`name`), value, its
  /// share of the pixels, what is allowed, and the likely cause.
  void apply(Mask& mask, const std::string& name) const;
  /// The same for 16 bits.
  Mask applied(const WideMask& mask, const std::string& name) const;

  /// Whether a file may hold this value.
  bool allows(std::size_t value) const { return ignores_others_ || becomes(value) >= 0; }
  /// As apply(), but a value without meaning is ignored whatever data.mask.others says.
  void apply_leniently(Mask& mask) const;

 private:
  [[noreturn]] void refuse(std::size_t value, const std::vector<std::size_t>& counts,
                           std::size_t pixels, const std::string& name) const;
  int becomes(std::size_t value) const { return value < becomes_.size() ? becomes_[value] : -1; }

  std::vector<int> becomes_;  // -1: no meaning
  std::string allowed_;       // for messages
  std::size_t classes_;
  int ignore_;
  bool ignores_others_;
};

}  // namespace carica::data
