#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/masks/mask_colors.h"
#include "data/masks/mask_rules.h"

namespace carica::data {

/// Mask files to class indices, as data.mask says: encoding, map or palette, lossy files,
/// orientation. Values are looked up, never interpolated. Immutable: many threads may read.
class MaskReader {
 public:
  /// `palette`: one entry per class, in the order of the classes, or null. Throws Error(kConfig) as
  /// MaskRules and MaskColors do.
  MaskReader(const config::MaskConfig& config, std::size_t classes, const config::Palette* palette);

  /// Throws Error(kData) that names the file, what was found, what is allowed and the likely cause.
  Mask read(const std::string& file) const;

  /// Whether a file of one channel may hold this value.
  bool allows(std::size_t value) const { return rules_.allows(value); }

  /// The mask beside a picture with this EXIF orientation, see below.
  Mask as_shown(Mask mask, int orientation, Size shown, const std::string& file) const;

 private:
  Mask read_lossy(std::span<const std::uint8_t> bytes, const std::string& file) const;

  config::MaskConfig config_;
  MaskRules rules_;
  std::optional<MaskColors> colors_;  // encoding rgb
};

/// A mask beside a picture with an EXIF orientation, as the picture is shown. A mask whose size is
/// that of the stored pixels is turned as the picture was, one of the shown size is left as it is.
/// Where both sizes are one, `config.orientation` must say it: else Error(kData). `shown`: the
/// picture's size after turning.
Mask as_shown(const config::MaskConfig& config, Mask mask, int orientation, Size shown,
              const std::string& file);

/// The palette's entries for `classes`, in their order; what other classes of it hold is no value
/// of a mask then. Throws Error(kConfig) for a class that the palette lacks.
config::Palette palette_of(const config::Palette& palette, const std::vector<std::string>& classes,
                           const std::string& file);

}  // namespace carica::data
