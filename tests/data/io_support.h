#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "data/images/picture.h"
#include "support/text_file.h"

namespace carica::data {

using FileBytes = std::vector<std::uint8_t>;

/// The Error that `action` throws.
template <typename Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(ErrorCode::kUsage, "");
}

inline void put_bytes(const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
  test::write_text(path, std::string(bytes.begin(), bytes.end()));
}

inline FileBytes first_part(std::span<const std::uint8_t> bytes, std::size_t count) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

/// Smooth enough that JPEG keeps it within a few steps.
inline Picture smooth_picture(Size size) {
  Picture picture{size, {}};
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      picture.pixels.push_back(static_cast<std::uint8_t>(40 + 160 * x / size.width));
      picture.pixels.push_back(static_cast<std::uint8_t>(60 + 120 * y / size.height));
      picture.pixels.push_back(static_cast<std::uint8_t>(200 - 90 * x / size.width));
    }
  }
  return picture;
}

/// Pixel i has value i % values.
inline Mask counting_mask(Size size, int values) {
  Mask mask{size, {}};
  for (int i = 0; i < size.height * size.width; ++i) {
    mask.values.push_back(static_cast<std::uint8_t>(i % values));
  }
  return mask;
}

/// A JPEG with an EXIF block of one entry, the orientation, behind its start marker.
inline FileBytes with_orientation(const FileBytes& jpeg, std::uint8_t orientation,
                                  bool big_endian) {
  FileBytes exif = {0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0};
  const FileBytes big = {'M', 'M', 0, 42, 0, 0, 0,           8, 0, 1, 1, 0x12, 0,
                         3,   0,   0, 0,  1, 0, orientation, 0, 0, 0, 0, 0,    0};
  const FileBytes little = {'I', 'I', 42, 0, 8, 0,           0, 0, 1, 0, 0x12, 1, 3,
                            0,   1,   0,  0, 0, orientation, 0, 0, 0, 0, 0,    0, 0};
  const FileBytes& tiff = big_endian ? big : little;
  exif.insert(exif.end(), tiff.begin(), tiff.end());
  FileBytes result = jpeg;
  result.insert(result.begin() + 2, exif.begin(), exif.end());
  return result;
}

/// Largest difference between two pictures of one size.
inline int largest_difference(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  EXPECT_EQ(a.size(), b.size());
  int largest = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    largest = std::max(largest, std::abs(int{a[i]} - int{b[i]}));
  }
  return largest;
}

}  // namespace carica::data
