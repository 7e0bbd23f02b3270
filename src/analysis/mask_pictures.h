#pragma once

#include <vector>

#include "data/images/picture.h"
#include "report/color.h"

namespace carica::analysis {

/// A mask in the colours of its classes; values without a colour (ignored ones) are black.
data::Picture mask_picture(const data::Mask& mask, const std::vector<report::Color>& colors);

/// One class of a mask in its colour on pale grey; ignored pixels are darker grey.
data::Picture class_picture(const data::Mask& mask, int class_id, report::Color color,
                            int ignore_index);

/// Where a prediction is wrong, over the picture in pale grey: red; ignored pixels are dark. All of
/// one size: else Error(kShape).
data::Picture error_picture(const data::Picture& picture, const data::Mask& truth,
                            const data::Mask& prediction, int ignore_index);

}  // namespace carica::analysis
