#pragma once

#include <cstdint>
#include <span>

#include "data/images/picture.h"

namespace carica::data {

/// EXIF orientation 1..8 of a JPEG, PNG or WebP file; 1 when there is none or it is damaged.
/// Source: EXIF 2.3, tag 0x0112.
int exif_orientation(std::span<const std::uint8_t> file);

/// The picture as a person sees it: turned and mirrored by the orientation.
Picture oriented(Picture picture, int orientation);
Mask oriented(Mask mask, int orientation);

}  // namespace carica::data
