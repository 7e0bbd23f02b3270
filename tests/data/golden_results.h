#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "golden/augmentation_golden.h"
#include "transform_pictures.h"

namespace carica::data {

/// The bytes of a golden result.
inline PixelBytes bytes_of(const golden::GoldenResult& expected) {
  const std::string text = expected.bytes;
  PixelBytes bytes(text.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(std::stoi(text.substr(i * 2, 2), nullptr, 16));
  }
  return bytes;
}

inline Picture source_of(const golden::GoldenResult& expected) {
  return noise_picture(expected.source, expected.seed);
}

/// Name and arguments, for messages.
inline std::string title_of(const golden::GoldenResult& expected) {
  std::string text = expected.name;
  for (const double argument : expected.arguments) text += " " + std::to_string(argument);
  return text;
}

/// Size and bytes, at most 1 apart.
inline void expect_golden(const Picture& result, const golden::GoldenResult& expected) {
  EXPECT_EQ(result.size, expected.size) << title_of(expected);
  EXPECT_LE(greatest_difference(result.pixels, bytes_of(expected)), 1) << title_of(expected);
}

/// Values in [-1, 1), as field() of make_augmentation.py makes them.
inline std::vector<float> noise_field(Size size, int channels, std::uint32_t seed) {
  const PixelBytes bytes = noise_bytes(pixel_count(size) * channels, seed);
  std::vector<float> values;
  for (const std::uint8_t byte : bytes) values.push_back(static_cast<float>(byte) / 128 - 1);
  return values;
}

}  // namespace carica::data
