#include "metrics/paired_pictures.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/text.h"

namespace carica::metrics {
namespace {

void require_as_many(const RunPictures& run) {
  if (run.ids.size() == run.counts.size()) return;
  throw Error(ErrorCode::kShape, cat("paired test: ", run.ids.size(), " ids and ",
                                     run.counts.size(), " pictures; as many are expected"));
}

bool same_truth(const Overlaps& first, const Overlaps& second) {
  return std::ranges::equal(first, second, {}, &Overlap::support, &Overlap::support);
}

}  // namespace

PairedPictures pair_up(const RunPictures& first, const RunPictures& second) {
  require_as_many(first);
  require_as_many(second);
  const auto matched = match_samples(first.ids, second.ids);
  PairedPictures paired{first.counts, {}};
  for (std::size_t i = 0; i < matched.size(); ++i) {
    paired.second.push_back(second.counts[matched[i]]);
    if (same_truth(first.counts[i], paired.second.back())) continue;
    throw Error(ErrorCode::kUsage,
                cat("paired test: picture \"", readable(first.ids[i]),
                    "\" has another mask in the second run; both runs must be over the same masks"),
                "evaluate both on one split of one data set");
  }
  return paired;
}

PairedDifference bootstrap_miou_difference(const PairedPictures& runs,
                                           const BootstrapOptions& options) {
  if (runs.first.empty()) {
    throw Error(ErrorCode::kShape, "paired test: no pictures; at least 1 is needed");
  }
  std::vector<std::array<Overlaps, 2>> pictures;
  for (std::size_t i = 0; i < runs.first.size(); ++i) {
    pictures.push_back({runs.first[i], runs.second[i]});
  }
  std::ranges::sort(pictures);  // a resample draws places
  const auto classes = pictures.front()[0].size();
  std::array<Overlaps, 2> sums;
  const auto reset = [&] { sums = {Overlaps(classes), Overlaps(classes)}; };
  const auto add = [&](const std::array<Overlaps, 2>& picture) {
    add_to(sums[0], picture[0]);
    add_to(sums[1], picture[1]);
  };
  const auto difference = [&] { return mean_iou(sums[1]) - mean_iou(sums[0]); };
  reset();
  for (const auto& picture : pictures) add(picture);
  const double value = difference();
  std::vector<double> resampled;
  resample(pictures.size(), options, [&](std::span<const std::uint32_t> drawn) {
    reset();
    for (const auto i : drawn) add(pictures[i]);
    resampled.push_back(difference());
  });
  const auto differing = std::ranges::count_if(
      pictures, [](const std::array<Overlaps, 2>& picture) { return picture[0] != picture[1]; });
  return paired_difference(value, std::move(resampled), options.level,
                           static_cast<std::size_t>(differing));
}

}  // namespace carica::metrics
