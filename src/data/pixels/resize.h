#pragma once

#include "data/images/picture.h"
#include "data/images/picture_view.h"
#include "data/images/window.h"

namespace carica::data {

// Resizing windows of pictures, so that a crop need not be copied first. Sides of the input and the
// output are at least 1. image_io.h declares the forms for whole pictures. Thread-safe; each thread
// keeps its working memory for the next call.

/// Triangle filter that widens with the reduction, in fixed point: bit for bit what torch's
/// interpolate(mode="bilinear", antialias=True) gives for uint8 on a CPU with AVX2, on every CPU.
/// Source: aten/src/ATen/native/cpu/UpSampleKernel.cpp of PyTorch 2.11, after Pillow's Resample.c.
Picture resize_bilinear(const PictureView& from, Size size);

/// What `part` of resize_bilinear(a picture of size `in`, size) is made from: a window of that
/// picture. `part` lies inside the result.
Window bilinear_source(Size in, Size size, const Window& part);

/// That part, bit for bit, to rows without gaps: uint8[part.size,3]. `source` are the pixels of the
/// window that bilinear_source() names.
void resize_bilinear(const PictureView& source, Size in, Size size, const Window& part,
                     std::uint8_t* to);

/// The source pixel under the centre of each result pixel, floor((i + 0.5) * in / out): Pillow's
/// NEAREST and torch's "nearest-exact". Unlike torch's "nearest" it is not shifted against
/// resize_bilinear, so a mask stays on its picture.
Picture resize_nearest(const PictureView& from, Size size);
Mask resize_nearest(const MaskView& from, Size size);
/// `part` of it alone, which lies inside the result, to rows without gaps.
void resize_nearest(const PictureView& from, Size size, const Window& part, std::uint8_t* to);
void resize_nearest(const MaskView& from, Size size, const Window& part, std::uint8_t* to);

/// Mean over the area of each result pixel (OpenCV's INTER_AREA); enlarging is bilinear there.
Picture resize_area(const PictureView& from, Size size);

}  // namespace carica::data
