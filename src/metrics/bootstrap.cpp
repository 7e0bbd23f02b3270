#include "metrics/bootstrap.h"

#include <algorithm>

#include "metrics/label_pairs.h"
#include "metrics/shares.h"

namespace carica::metrics {
namespace {

// What one class needs of a picture.
struct Overlap {
  std::int64_t hits = 0, support = 0, predicted = 0;

  auto operator<=>(const Overlap&) const = default;
  double iou() const { return share(hits, support + predicted - hits, kNaN); }
};
using Overlaps = std::vector<Overlap>;  // of each class

std::vector<double> ious(const Overlaps& overlaps) {
  std::vector<double> result;
  for (const Overlap& one : overlaps) result.push_back(one.iou());
  return result;
}

}  // namespace

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
  const PictureConfusion all = pooled_confusion(pictures);
  std::vector<Overlaps> rows;
  Overlaps pooled;
  for (const PictureConfusion& picture : pictures) {
    auto& row = rows.emplace_back();
    for (int c = 0; c < all.classes; ++c) {
      row.push_back({picture.at(c, c), picture.support(c), picture.predicted(c)});
    }
  }
  for (int c = 0; c < all.classes; ++c) {
    pooled.push_back({all.at(c, c), all.support(c), all.predicted(c)});
  }
  std::sort(rows.begin(), rows.end());
  std::vector<double> miou;
  std::vector<std::vector<double>> iou(pooled.size());
  resample(rows.size(), options, [&](std::span<const std::uint32_t> drawn) {
    Overlaps sum(pooled.size());
    for (const auto i : drawn) {
      for (std::size_t c = 0; c < sum.size(); ++c) {
        sum[c].hits += rows[i][c].hits;
        sum[c].support += rows[i][c].support;
        sum[c].predicted += rows[i][c].predicted;
      }
    }
    const auto values = ious(sum);
    miou.push_back(mean_of_defined(values));
    for (std::size_t c = 0; c < iou.size(); ++c) iou[c].push_back(values[c]);
  });
  const auto values = ious(pooled);
  OverlapIntervals result{
      percentile_interval(mean_of_defined(values), std::move(miou), options.level), {}};
  for (std::size_t c = 0; c < iou.size(); ++c) {
    result.iou.push_back(percentile_interval(values[c], std::move(iou[c]), options.level));
  }
  return result;
}

}  // namespace carica::metrics
