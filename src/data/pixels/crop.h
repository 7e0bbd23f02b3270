#pragma once

#include <cstdint>

#include "data/images/picture.h"
#include "data/images/picture_view.h"
#include "data/images/window.h"

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

/// A window of the picture, which may reach outside in any direction, and further than the picture
/// is large, to rows without gaps.
void crop(const PictureView& picture, const Window& place, Border border, Colour fill,
          std::uint8_t* to);
void crop(const MaskView& mask, const Window& place, Border border, std::uint8_t fill,
          std::uint8_t* to);

Picture copy_of(const PictureView& picture);
Mask copy_of(const MaskView& mask);

/// The window of `size` whose upper left corner is at (top, left).
Picture crop(const Picture& picture, int top, int left, Size size,
             Border border = Border::kConstant, Colour fill = {0, 0, 0});
Mask crop(const Mask& mask, int top, int left, Size size, Border border = Border::kConstant,
          std::uint8_t fill = 0);

}  // namespace carica::data
