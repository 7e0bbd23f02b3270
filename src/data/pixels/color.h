#pragma once

#include "data/images/picture.h"

namespace carica::data {

// Brightness, contrast, saturation and hue: torchvision v2's formulas for uint8, results cut
// towards zero, in place.

/// Every channel times `factor` >= 0.
void adjust_brightness(Picture& picture, float factor);
/// Away from (factor > 1) or towards (< 1) the mean grey of the picture.
void adjust_contrast(Picture& picture, float factor);
/// Away from or towards the grey of each pixel; 0 gives a grey picture.
void adjust_saturation(Picture& picture, float factor);
/// Turns the hue of HSV by `shift` of the circle, -0.5 to 0.5.
void adjust_hue(Picture& picture, float shift);

}  // namespace carica::data
