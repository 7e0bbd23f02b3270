#pragma once

#include <cstdint>
#include <filesystem>

#include "core/random.h"
#include "data/dataset.h"

namespace carica::data {

/// The generated papayas: two classes (not_sweet 0, sweet 1), masks of background 0, unripe 1, ripe
/// 2; sweet when the ripe share of the fruit is over one half. Shape, pose, light, clutter and
/// blemishes vary; mean colour does not give the class away.
struct PapayaOptions {
  int count = 1200;
  Size size{128, 128};
  std::uint64_t seed = 0;
};

/// Picture `index` of the set: a pure function of the options.
Sample make_papaya(const PapayaOptions& options, std::uint64_t index);

/// Writes images/NNNN.jpg, masks/NNNN.png and labels.csv (name,label,ripe_share), which format
/// `papaya` reads. Throws Error(kIo).
void make_papayas(const PapayaOptions& options, const std::filesystem::path& folder,
                  std::size_t threads);

}  // namespace carica::data
