#pragma once

#include "data/images/picture.h"

namespace carica::data {

// The steps of mmsegmentation's PhotoMetricDistortion and CLAHE on bytes, in place. Hue, saturation
// and value are OpenCV's bytes: hue 0..179, saturation and value 0..255.

/// value * factor + offset, cut to 0..255 and towards zero.
void scale_values(Picture& picture, float factor, float offset);
/// The same on the saturation: factor times it.
void scale_saturation(Picture& picture, float factor);
/// Adds `steps` of 180 to the hue.
void shift_hue(Picture& picture, int steps);
/// Contrast-limited adaptive histogram equalisation of each channel by OpenCV.
/// Source: Zuiderveld 1994, Graphics Gems IV.
void equalize_tiles(Picture& picture, double clip_limit, int tiles_x, int tiles_y);

}  // namespace carica::data
