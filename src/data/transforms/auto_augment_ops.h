#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "data/pixels/warp.h"

namespace carica::data {

// The operations of AutoAugment, RandAugment, TrivialAugmentWide and AugMix: one table for all
// four. Names, magnitudes and formulas are torchvision v2's. Operations that move pixels move the
// mask.

/// Which operations, and which of their magnitudes.
enum class AugmentSpace : std::uint8_t {
  kAutoAugment,
  kRandAugment,
  kTrivialAugmentWide,
  kAugMix,
  kAugMixPlain,  // AugMix without all_ops: no brightness, colour, contrast and sharpness
};

/// The magnitudes of an operation: evenly spaced from first to last.
struct Magnitudes {
  enum Unit : std::uint8_t {
    kNone,      // the operation has one strength only
    kPlain,     // as they are
    kOfWidth,   // times the width of the picture
    kOfHeight,  // times its height
    kBits,      // rounded to whole numbers
  };
  Unit unit = kNone;
  double first = 0, last = 0;

  /// One per bin, at least two, in float as torch.linspace computes them; empty for kNone.
  std::vector<double> bins(int count, Size picture) const;
};

struct AugmentOperation {
  std::string_view name;
  bool is_signed;                    // half of the time the magnitude is negative
  Magnitudes magnitudes, wide, mix;  // wide: TrivialAugmentWide's; mix: AugMix's
  void (*apply)(Sample& sample, double magnitude, const WarpSettings& settings);

  const Magnitudes& magnitudes_in(AugmentSpace space) const;
};

/// The operations of a space, in the order of the table, in which they are drawn.
std::vector<const AugmentOperation*> augment_operations(AugmentSpace space);

/// Of the whole table. Throws Error(kUsage) for an unknown name.
const AugmentOperation& augment_operation(std::string_view name);

}  // namespace carica::data
