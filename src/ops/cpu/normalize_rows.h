#pragma once

#include <cstddef>
#include <cstdint>

#include "ops/channel_affine.h"

namespace carica::ops::cpu {

/// Rows of `width` RGB pixels to float32 or bfloat16. interleaved: row r of the result is at out +
/// r
/// * 3 width, as the bytes are; else channel c of row r of picture r / height is at
/// ((r / height * 3 + c) * height + r % height) * width.
struct NormalizeRows {
  const std::uint8_t* pictures;
  void* out;
  bool bfloat16;
  bool interleaved;
  std::size_t width, height;
  ChannelAffine affine;
};

/// Rows [begin, end) of all pictures.
void normalize_rows(const NormalizeRows& work, std::size_t begin, std::size_t end);

}  // namespace carica::ops::cpu
