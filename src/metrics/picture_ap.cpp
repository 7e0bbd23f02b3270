#include "metrics/picture_ap.h"

#include "metrics/shares.h"

namespace carica::metrics {

PictureAp picture_ap(std::span<const PictureConfusion> pictures) {
  const int classes = pooled_confusion(pictures).classes;  // refuses different numbers of them
  PictureAp result;
  for (int c = 0; c < classes; ++c) {
    auto& detections = result.detections.emplace_back();
    for (const PictureConfusion& picture : pictures) {
      const auto hits = picture.at(c, c), either = picture.either(c);
      const bool in_truth = picture.support(c) > 0, predicted = picture.predicted(c) > 0;
      for (int tenths = 0; tenths < kIouThresholds; ++tenths) {
        // hits > 0 implies that the class is in the truth, and predicted.
        const bool detected = hits > 0 && 10 * hits >= tenths * either;
        auto& at = detections[static_cast<std::size_t>(tenths)];
        at.tp += detected;
        at.fp += predicted && !detected;
        at.fn += in_truth && !detected;
      }
    }
    std::vector<double> precisions;
    for (const PictureDetections& at : detections) {
      precisions.push_back(share(at.tp, at.tp + at.fp, kNaN));
    }
    result.ap.push_back(mean_of_defined(precisions));
  }
  result.map = mean_of_defined(result.ap);
  return result;
}

}  // namespace carica::metrics
