#include "metrics/picture_confusion.h"

#include <array>
#include <numeric>

#include "core/error.h"
#include "core/text.h"

namespace carica::metrics {

PictureConfusion::PictureConfusion(const Confusion& confusion)
    : PictureConfusion(confusion.classes) {
  for (int truth = 0; truth < classes; ++truth) {
    for (int c = 0; c < classes; ++c) at(truth, c) = confusion.at(truth, c);
  }
}

std::int64_t PictureConfusion::support(int c) const {
  std::int64_t sum = 0;
  for (int prediction = 0; prediction <= classes; ++prediction) sum += at(c, prediction);
  return sum;
}

std::int64_t PictureConfusion::predicted(int c) const {
  std::int64_t sum = 0;
  for (int truth = 0; truth < classes; ++truth) sum += at(truth, c);
  return sum;
}

std::int64_t PictureConfusion::either(int c) const { return support(c) + predicted(c) - at(c, c); }

std::int64_t PictureConfusion::total() const {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

std::int64_t PictureConfusion::correct() const {
  std::int64_t sum = 0;
  for (int c = 0; c < classes; ++c) sum += at(c, c);
  return sum;
}

PictureConfusion& PictureConfusion::operator+=(const PictureConfusion& other) {
  if (other.classes != classes) {
    throw Error(ErrorCode::kShape, cat("picture confusion: counts of ", other.classes,
                                       " classes; expected ", classes));
  }
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  return *this;
}

PictureConfusion count_pixels(int classes, int ignore_index, std::span<const std::uint8_t> truth,
                              std::span<const std::uint8_t> prediction) {
  if (classes < 1 || truth.size() != prediction.size()) {
    throw Error(ErrorCode::kShape,
                cat("picture confusion: ", truth.size(), " pixels of truth and ", prediction.size(),
                    " of prediction, ", classes,
                    " classes; as many of each and at least 1 class are expected"));
  }
  std::vector<std::int64_t> pairs(256 * 256, 0);  // of values: no branch for each pixel
  for (std::size_t i = 0; i < truth.size(); ++i) ++pairs[truth[i] * 256U + prediction[i]];
  PictureConfusion result(classes);
  for (int t = 0; t < 256; ++t) {
    if (t == ignore_index) continue;
    for (int p = 0; p < 256; ++p) {
      const auto count = pairs[static_cast<std::size_t>(t) * 256 + static_cast<std::size_t>(p)];
      if (count == 0) continue;
      if (t >= classes) {
        throw Error(ErrorCode::kData,
                    cat("picture confusion: value ", t, " in the truth; 0 to ", classes - 1,
                        " and the ignored value ", ignore_index, " are allowed"));
      }
      result.at(t, p < classes ? p : result.other()) += count;
    }
  }
  return result;
}

PictureConfusion pooled_confusion(std::span<const PictureConfusion> pictures) {
  if (pictures.empty()) return PictureConfusion();
  PictureConfusion sum(pictures.front().classes);
  for (const PictureConfusion& picture : pictures) sum += picture;
  return sum;
}

}  // namespace carica::metrics
