#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "data/dataset.h"
#include "data/images/picture_view.h"

namespace carica::data {

/// A sample as its data set holds it: a picture file stays encoded until somebody says which pixels
/// are wanted. Whoever opens one sample after the other uses the same object, whose memory is kept.
struct StoredSample {
  std::string_view name;                  // file of the picture, for messages
  Size size;                              // of the picture as decode_picture() gives it
  std::span<const std::uint8_t> encoded;  // a picture file, or
  PictureView picture;                    // decoded pixels
  MaskView mask;                          // of `size`; without values for classification
  std::int64_t label = -1;

  double decode_seconds = 0;  // spent by PlannedPicture on `encoded`

  // What the views point into.
  PixelBytes file;
  Sample own;
  std::shared_ptr<const void> shared;

  /// Shows `own`.
  void show_own(std::string_view its_name) {
    name = its_name;
    size = own.picture.size;
    encoded = {};
    picture = view(own.picture);
    mask = own.mask.empty() ? MaskView{} : view(own.mask);
    label = own.label;
  }
};

}  // namespace carica::data
