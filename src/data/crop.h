#pragma once

#include <cstdint>

#include "data/picture.h"

namespace carica::data {

/// What stands outside of a picture that is cropped past its border.
enum class Border {
  kConstant,   // the fill value
  kEdge,       // the nearest pixel
  kReflect,    // mirrored, the border pixel not repeated: c b | a b c | b a
  kSymmetric,  // mirrored, the border pixel repeated: b a | a b c | c b
};

/// Where place i of an axis of `size` comes from: 0..size-1, or -1 for the fill.
int source_place(int i, int size, Border border);

/// The window of `size` whose upper left corner is at (top, left) of the picture; it may reach
/// outside in any direction, and further than the picture is large.
Picture crop(const Picture& picture, int top, int left, Size size,
             Border border = Border::kConstant, Colour fill = {0, 0, 0});
Mask crop(const Mask& mask, int top, int left, Size size, Border border = Border::kConstant,
          std::uint8_t fill = 0);

}  // namespace carica::data
