#include "metrics/picture_failures.h"

#include <algorithm>
#include <cmath>

#include "metrics/shares.h"

namespace carica::metrics {

std::vector<RankedPicture> rank_pictures(std::span<const PictureConfusion> pictures) {
  std::vector<RankedPicture> ranked;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    std::vector<double> ious;
    for (int c = 0; c < pictures[i].classes; ++c) {
      if (pictures[i].support(c) == 0) continue;
      ious.push_back(share(pictures[i].at(c, c), pictures[i].either(c), kNaN));
    }
    ranked.push_back({i, mean_of_defined(ious)});
  }
  const auto key = [](const RankedPicture& one) { return std::isnan(one.miou) ? -1 : one.miou; };
  std::stable_sort(ranked.begin(), ranked.end(),
                   [&](const auto& a, const auto& b) { return key(a) > key(b); });
  return ranked;
}

std::vector<PictureFailure> picture_failures(std::span<const PictureConfusion> pictures) {
  const int classes = pooled_confusion(pictures).classes;  // refuses different numbers of them
  std::vector<PictureFailure> failures;
  for (int c = 0; c < classes; ++c) {
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      if (pictures[i].support(c) == 0) continue;
      const auto hits = pictures[i].at(c, c), either = pictures[i].either(c);
      if (2 * hits <= either) failures.push_back({i, c, hits, either});
    }
  }
  return failures;
}

}  // namespace carica::metrics
