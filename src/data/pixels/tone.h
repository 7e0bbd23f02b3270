#pragma once

#include "data/images/picture.h"

namespace carica::data {

// What changes values and moves nothing: torchvision v2's formulas for uint8, in place. Its
// adjust_brightness, contrast, saturation and hue are in color.h.

/// Keeps the highest `bits`, 0 to 8, of each value.
void posterize(Picture& picture, int bits);
/// 255 - value where value >= threshold.
void solarize(Picture& picture, double threshold);
void invert(Picture& picture);
/// Each channel's least value becomes 0 and its greatest 255; a channel of one value stays.
void autocontrast(Picture& picture);
/// Each channel's histogram becomes flat, in Pillow's whole numbers; a channel whose pixels but for
/// the greatest value are fewer than 255 stays.
void equalize(Picture& picture);
/// Away from (factor > 1) or towards (< 1) a 3x3 mean with weight 5 in the middle. The outermost
/// pixels stay, and pictures of fewer than 3 rows or columns.
void adjust_sharpness(Picture& picture, float factor);
/// The grey of each pixel in all channels.
void to_grayscale(Picture& picture);

}  // namespace carica::data
