#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "core/random.h"
#include "data/dataset.h"

namespace carica::data {

/// The generated papayas: two classes (not_sweet 0, sweet 1), masks of background 0, unripe 1, ripe
/// 2; sweet when the ripe share of the fruit that is seen is over one half, from which it keeps
/// 0.04 away. Shape, pose, light, clutter and blemishes vary; mean colour does not give the class
/// away (logistic regression on it gets 0.71).
struct PapayaOptions {
  int count = 1200;
  Size size{128, 128};
  std::uint64_t seed = 0;
};

/// Picture `index` of the set: a pure function of the options.
Sample make_papaya(const PapayaOptions& options, std::uint64_t index);

/// Writes images/NNNN.jpg, masks/NNNN.png and, last, labels.csv (name,label,ripe_share), which
/// format `papaya` reads. `progress(done, all)` is called on the threads and may throw to stop.
/// Throws Error(kIo).
void make_papayas(const PapayaOptions& options, const std::filesystem::path& folder,
                  std::size_t threads,
                  const std::function<void(std::size_t, std::size_t)>& progress = {});

}  // namespace carica::data
