#include "metrics/picture_boundary.h"

#include <ATen/Parallel.h>

#include <array>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "metrics/shares.h"

namespace carica::metrics {
namespace {

BoundaryScores scores_of(const PictureBoundary& counts) {
  BoundaryScores scores;
  for (const auto& overlap : counts.overlaps) scores.iou.push_back(overlap.iou());
  for (const auto& matches : counts.matches) scores.f1.push_back(matches.f1());
  return scores;
}

BoundaryScores with_means(BoundaryScores scores) {
  scores.mean_iou = mean_of_defined(scores.iou);
  scores.mean_f1 = mean_of_defined(scores.f1);
  return scores;
}

void mark(const MaskView& mask, std::array<bool, 256>& present) {
  for (const auto value : mask.values) present[value] = true;
}

}  // namespace

PictureBoundary& PictureBoundary::operator+=(const PictureBoundary& more) {
  if (overlaps.size() != more.overlaps.size() || matches.size() != more.matches.size()) {
    throw Error(ErrorCode::kShape, cat("boundaries: ", overlaps.size(), " classes plus ",
                                       more.overlaps.size(), "; the same number is expected"));
  }
  for (std::size_t c = 0; c < overlaps.size(); ++c) {
    overlaps[c] += more.overlaps[c];
    matches[c] += more.matches[c];
  }
  return *this;
}

PictureBoundary count_boundaries(int classes, int ignore_index, const MaskView& truth,
                                 const MaskView& prediction) {
  PictureBoundary counts;
  counts.overlaps.resize(static_cast<std::size_t>(classes));
  counts.matches.resize(counts.overlaps.size());
  std::array<bool, 256> present{};
  mark(truth, present);
  mark(prediction, present);
  at::parallel_for(0, classes, 1, [&](std::int64_t begin, std::int64_t end) {
    for (auto c = static_cast<std::size_t>(begin); c < static_cast<std::size_t>(end); ++c) {
      if (!present[c]) continue;
      const BoundaryCase masks{truth, prediction, static_cast<int>(c), ignore_index};
      counts.overlaps[c] = boundary_overlap(masks);
      counts.matches[c] = boundary_matches(masks);
    }
  });
  return counts;
}

BoundaryScores pooled_boundary_scores(std::span<const PictureBoundary> pictures) {
  if (pictures.empty()) return with_means({});
  PictureBoundary sum = pictures.front();
  for (const auto& picture : pictures.subspan(1)) sum += picture;
  return with_means(scores_of(sum));
}

BoundaryScores mean_picture_boundary_scores(std::span<const PictureBoundary> pictures) {
  if (pictures.empty()) return with_means({});
  const auto classes = pictures.front().overlaps.size();
  std::vector<BoundaryScores> each;
  for (const auto& picture : pictures) each.push_back(scores_of(picture));
  const auto mean = [&](std::size_t c, std::vector<double> BoundaryScores::*field) {
    std::vector<double> defined;
    for (const auto& one : each) {
      if (!std::isnan((one.*field).at(c))) defined.push_back((one.*field)[c]);
    }
    return ordered_mean(std::move(defined));
  };
  BoundaryScores scores;
  for (std::size_t c = 0; c < classes; ++c) {
    scores.iou.push_back(mean(c, &BoundaryScores::iou));
    scores.f1.push_back(mean(c, &BoundaryScores::f1));
  }
  return with_means(std::move(scores));
}

}  // namespace carica::metrics
