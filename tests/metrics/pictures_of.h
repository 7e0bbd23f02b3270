#pragma once

#include <vector>

#include "golden/metric_peers_golden.h"
#include "metrics/picture_confusion.h"

namespace carica::metrics {

inline std::vector<PictureConfusion> pictures_of(const golden::PictureCase& one) {
  std::vector<PictureConfusion> pictures;
  for (const auto& counts : one.counts) {
    pictures.emplace_back(one.classes).counts = counts;
  }
  return pictures;
}

}  // namespace carica::metrics
