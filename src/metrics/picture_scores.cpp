#include "metrics/picture_scores.h"

#include <cmath>

#include "metrics/shares.h"

namespace carica::metrics {
namespace {

constexpr double OverlapScores::*kFields[] = {&OverlapScores::accuracy,  &OverlapScores::recall,
                                              &OverlapScores::precision, &OverlapScores::f1,
                                              &OverlapScores::dice,      &OverlapScores::iou};

// `of_nothing` is for precision, recall and F1 alone. total: counts.total().
OverlapScores scores_of(const PictureConfusion& counts, int c, std::int64_t total,
                        double of_nothing) {
  const auto hits = counts.at(c, c), support = counts.support(c), predicted = counts.predicted(c);
  return {.accuracy = share(total - support - predicted + 2 * hits, total, kNaN),
          .recall = share(hits, support, of_nothing),
          .precision = share(hits, predicted, of_nothing),
          .f1 = share(2 * hits, support + predicted, of_nothing),
          .dice = share(2 * hits, support + predicted, kNaN),
          .iou = share(hits, support + predicted - hits, kNaN)};
}

std::vector<OverlapScores> all_scores(const PictureConfusion& counts, double of_nothing) {
  const auto total = counts.total();
  std::vector<OverlapScores> scores;
  for (int c = 0; c < counts.classes; ++c) {
    scores.push_back(scores_of(counts, c, total, of_nothing));
  }
  return scores;
}

double frequency_weighted_iou(const PictureConfusion& counts) {
  const auto total = counts.total();
  if (total == 0) return kNaN;
  double sum = 0;
  for (int c = 0; c < counts.classes; ++c) {
    const auto support = counts.support(c);
    if (support == 0) continue;
    sum += share(support, total, 0) * share(counts.at(c, c), counts.either(c), 0);
  }
  return sum;
}

OverlapScores mean_over(const std::vector<OverlapScores>& classes) {
  OverlapScores mean;
  for (const auto field : kFields) {
    std::vector<double> values;
    for (const OverlapScores& one : classes) values.push_back(one.*field);
    mean.*field = mean_of_defined(values);
  }
  return mean;
}

double ordered_mean_of_defined(std::vector<double> values) {
  std::erase_if(values, [](double one) { return std::isnan(one); });
  return ordered_mean(std::move(values));
}

}  // namespace

SegmentationScores pooled_scores(const PictureConfusion& pooled) {
  SegmentationScores scores;
  scores.classes = all_scores(pooled, 0);
  scores.mean = mean_over(scores.classes);
  scores.frequency_weighted_iou = frequency_weighted_iou(pooled);
  scores.pixel_accuracy = share(pooled.correct(), pooled.total(), kNaN);
  return scores;
}

SegmentationScores mean_picture_scores(std::span<const PictureConfusion> pictures) {
  const int classes = pooled_confusion(pictures).classes;  // refuses different numbers of them
  std::vector<double> weighted, accuracy;
  std::vector<std::vector<OverlapScores>> each;  // [picture][class]
  for (const PictureConfusion& picture : pictures) {
    weighted.push_back(frequency_weighted_iou(picture));
    accuracy.push_back(share(picture.correct(), picture.total(), kNaN));
    each.push_back(all_scores(picture, kNaN));
  }
  SegmentationScores scores;
  for (int c = 0; c < classes; ++c) {
    auto& mean = scores.classes.emplace_back();
    for (const auto field : kFields) {
      std::vector<double> values;
      for (const auto& of_picture : each) {
        values.push_back(of_picture[static_cast<std::size_t>(c)].*field);
      }
      mean.*field = ordered_mean_of_defined(std::move(values));
    }
  }
  scores.mean = mean_over(scores.classes);
  scores.frequency_weighted_iou = ordered_mean_of_defined(std::move(weighted));
  scores.pixel_accuracy = ordered_mean_of_defined(std::move(accuracy));
  return scores;
}

}  // namespace carica::metrics
