#include "metrics/bootstrap.h"

#include <algorithm>
#include <numeric>

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
  const ClassTally all = tally;
  resample(pairs.size(), options, [&](std::span<const std::uint32_t> drawn) {
    tally.reset();
    for (const auto i : drawn) tally.add(pairs[i]);
    take();
  });
  const auto rest = [](const std::vector<double>& values) {
    return std::vector<double>(values.begin() + 1, values.end());
  };
  const auto of_share = [&](std::int64_t hits, std::int64_t count,
                            const std::vector<double>& values) {
    return share_interval(hits, count, values.front(), rest(values), options.level);
  };
  const auto hits = std::accumulate(all.hits.begin(), all.hits.end(), std::int64_t{0});
  ClassificationIntervals result{
      of_share(hits, static_cast<std::int64_t>(pairs.size()), accuracy),
      percentile_interval(f1_macro.front(), rest(f1_macro), options.level),
      {}};
  for (std::size_t c = 0; c < k; ++c) {
    const auto either = all.support[c] + all.predicted[c] - all.hits[c];
    result.classes.push_back(
        {of_share(all.hits[c], all.predicted[c], precision[c]),
         of_share(all.hits[c], all.support[c], recall[c]),
         f1_interval(all.hits[c], either, f1[c].front(), rest(f1[c]), options.level)});
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
