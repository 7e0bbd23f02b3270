#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "config/config.h"
#include "config/palette.h"
#include "data/images/picture.h"

namespace carica::data {

/// Masks whose colours stand for classes.
class MaskColors {
 public:
  /// `palette`: one entry per class, in the order of the classes. Throws Error(kConfig) for a class
  /// without colour and for a colour of two classes.
  MaskColors(const config::MaskConfig& config, const config::Palette& palette);

  /// The class of every pixel. Throws Error(kData) for a colour that the palette lacks, unless
  /// data.mask.others ignores it: file (`name`), colour, its share of the pixels, likely cause.
  Mask applied(const Picture& picture, const std::string& name) const;
  /// The same, but unknown colours are ignored whatever data.mask.others says.
  Mask applied_leniently(const Picture& picture) const;

 private:
  Mask look_up(const Picture& picture,
               std::unordered_map<std::uint32_t, std::size_t>& unknown) const;

  std::unordered_map<std::uint32_t, std::uint8_t> classes_;  // by packed colour
  std::string palette_;
  std::uint8_t ignore_;
  bool ignores_others_;
};

}  // namespace carica::data
