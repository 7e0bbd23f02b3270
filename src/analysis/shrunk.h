#pragma once

#include "data/images/picture.h"

namespace carica::analysis {

/// The picture at most `side` px wide and high, never enlarged: bilinear.
data::Picture shrunk(const data::Picture& picture, int side);
/// The same of a picture of few colours, without mixing them: each pixel is that of the picture
/// which its middle lies in.
data::Picture shrunk_flat(const data::Picture& picture, int side);

}  // namespace carica::analysis
