#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>

#include "core/error.h"
#include "data/transforms/pipeline.h"
#include "transform_pictures.h"

namespace carica::data {

constexpr std::uint8_t kIgnore = 250;

inline Sample place_sample(Size size) { return {place_picture(size), place_mask(size), -1}; }

inline Sample apply(const Transform& transform, Sample sample, std::uint64_t index = 0) {
  RandomStream random(11, 0, index);
  transform.apply(sample, random);
  return sample;
}

/// Of a place_sample() after a transform by nearest that fills with `fill`: every pixel of the mask
/// belongs to its pixel of the picture, or both lie outside. Returns how many lie outside.
inline int outside_pixels(const Sample& sample, std::uint8_t fill) {
  int outside = 0;
  EXPECT_EQ(sample.mask.size, sample.picture.size);
  for (std::size_t i = 0; i < sample.mask.values.size(); ++i) {
    const std::uint8_t* pixel = sample.picture.pixels.data() + i * 3;
    const bool filled = pixel[0] == fill && pixel[1] == fill && pixel[2] == fill;
    const std::uint8_t expected = filled ? kIgnore : place_value(pixel[0], pixel[1]);
    EXPECT_EQ(sample.mask.values[i], expected);
    outside += filled;
  }
  return outside;
}

/// What an action that must fail with this code says.
inline std::string message_of(const std::function<void()>& action,
                              ErrorCode code = ErrorCode::kConfig) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    return error.what();
  }
  return "nothing was thrown";
}

/// `count` of `trials` is what probability p gives, within four standard deviations.
inline void expect_frequency(int count, int trials, double p) {
  EXPECT_NEAR(count, trials * p, 4 * std::sqrt(trials * p * (1 - p)));
}

/// How many of `trials` streams make the transform change this sample's picture.
inline int changes(const Transform& transform, const Sample& sample, int trials) {
  int count = 0;
  for (int i = 0; i < trials; ++i) {
    const Sample result = apply(transform, sample, static_cast<std::uint64_t>(i));
    count += result.picture.pixels != sample.picture.pixels;
  }
  return count;
}

}  // namespace carica::data
