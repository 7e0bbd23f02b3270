#include "metrics/bootstrap.h"

#include <algorithm>

#include "metrics/label_pairs.h"
#include "metrics/picture_overlaps.h"
#include "metrics/shares.h"

namespace carica::metrics {
ClassificationIntervals bootstrap_samples(int classes, std::span<const int> truth,
                                          std::span<const int> prediction,
                                          const BootstrapOptions& options) {
  auto pairs = label_pairs(classes, truth, prediction);
  // A resample draws places; in one order for any order of the samples.
  std::sort(pairs.begin(), pairs.end());
  const auto k = static_cast<std::size_t>(classes);
  std::vector<double> accuracy, f1_macro;
  std::vector<std::vector<double>> precision(k), recall(k), f1(k);
  ClassTally tally(classes);
  const auto take = [&] {
    accuracy.push_back(tally.accuracy());
    f1_macro.push_back(tally.f1_macro());
    for (std::size_t c = 0; c < k; ++c) {
      precision[c].push_back(share(tally.hits[c], tally.predicted[c], kNaN));
      recall[c].push_back(share(tally.hits[c], tally.support[c], kNaN));
      f1[c].push_back(share(2 * tally.hits[c], tally.support[c] + tally.predicted[c], kNaN));
    }
  };
  // The metric of all samples stands first.
  for (const LabelPair& pair : pairs) tally.add(pair);
  take();
  resample(pairs.size(), options, [&](std::span<const std::uint32_t> drawn) {
    tally.reset();
    for (const auto i : drawn) tally.add(pairs[i]);
    take();
  });
  const auto interval = [&](const std::vector<double>& values) {
    return percentile_interval(values.front(), {values.begin() + 1, values.end()}, options.level);
  };
  ClassificationIntervals result{interval(accuracy), interval(f1_macro), {}};
  for (std::size_t c = 0; c < k; ++c) {
    result.classes.push_back({interval(precision[c]), interval(recall[c]), interval(f1[c])});
  }
  return result;
}

OverlapIntervals bootstrap_pictures(std::span<const PictureConfusion> pictures,
                                    const BootstrapOptions& options) {
  if (pictures.empty()) return {{kNaN, kNaN, kNaN}, {}};
  const Overlaps pooled = overlaps_of(pooled_confusion(pictures));  // refuses other classes
  std::vector<Overlaps> rows;
  for (const PictureConfusion& picture : pictures) rows.push_back(overlaps_of(picture));
  std::sort(rows.begin(), rows.end());
  std::vector<double> miou;
  std::vector<std::vector<double>> iou(pooled.size());
  resample(rows.size(), options, [&](std::span<const std::uint32_t> drawn) {
    Overlaps sum(pooled.size());
    for (const auto i : drawn) add_to(sum, rows[i]);
    miou.push_back(mean_iou(sum));
    for (std::size_t c = 0; c < iou.size(); ++c) iou[c].push_back(sum[c].iou());
  });
  OverlapIntervals result{percentile_interval(mean_iou(pooled), std::move(miou), options.level),
                          {}};
  for (std::size_t c = 0; c < iou.size(); ++c) {
    result.iou.push_back(percentile_interval(pooled[c].iou(), std::move(iou[c]), options.level));
  }
  return result;
}

}  // namespace carica::metrics
