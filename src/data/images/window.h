#pragma once

#include "data/images/picture.h"

namespace carica::data {

/// A window of a picture: the pixel of its upper left corner, and its size.
struct Window {
  int top = 0, left = 0;
  Size size;
  bool operator==(const Window&) const = default;
};

/// All of a picture.
inline Window whole(Size size) { return {0, 0, size}; }

}  // namespace carica::data
