#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analysis/request.h"
#include "metrics/picture_boundary.h"
#include "metrics/picture_confusion.h"
#include "report/color.h"

namespace carica::analysis {

/// A split of a segmenter, counted picture by picture.
struct Segmented {
  std::string split;
  std::vector<std::string> classes;                  // K
  std::vector<report::Color> colors;                 // K
  std::vector<std::string> names;                    // N
  std::vector<metrics::PictureConfusion> pictures;   // N
  std::vector<metrics::PictureBoundary> boundaries;  // N
  std::vector<std::int64_t> indices;                 // N, in the data set
  std::shared_ptr<const data::Dataset> dataset;
  double loss = 0;
};
Segmented count_pictures(const Request& request, const Subject& subject);

/// One picture with its two masks, all at the mask's own size.
struct SegmentedPicture {
  data::Picture picture;
  data::Mask truth, prediction;  // outputs of no class are the ignored value
};
SegmentedPicture look_again(const Subject& subject, const Segmented& segmented, std::size_t place);

/// Pictures whose truth holds a class, drawn with `seed`, at most `most`: places in `pictures`.
std::vector<std::size_t> pictures_with(const Segmented& segmented, int class_id, std::size_t most,
                                       std::uint64_t seed);

}  // namespace carica::analysis
