#include "data/photometric.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "core/error.h"
#include "core/text.h"
#include "data/rounding.h"

namespace carica::data {
namespace {

std::uint8_t cut_byte(float value) {
  return static_cast<std::uint8_t>(static_cast<int>(std::min(std::max(value, 0.0f), 255.0f)));
}

struct Hsv {
  int hue, saturation, value;
};

// OpenCV's whole numbers: quotients in 1/4096, rounded. Its own conversion back depends on the
// instructions of the CPU, so both are done here.
struct Quotients {
  std::array<int, 256> saturation{}, hue{};
  Quotients() {
    for (int i = 1; i < 256; ++i) {
      saturation[i] = static_cast<int>(round_even((255 << 12) / (1.0 * i)));
      hue[i] = static_cast<int>(round_even((180 << 12) / (6.0 * i)));
    }
  }
};

Hsv to_hsv(const std::uint8_t* pixel, const Quotients& quotients) {
  const int r = pixel[0], g = pixel[1], b = pixel[2];
  const int value = std::max({r, g, b});
  const int range = value - std::min({r, g, b});
  const int saturation = (range * quotients.saturation[value] + (1 << 11)) >> 12;
  const int sixth = value == r ? g - b : value == g ? b - r + 2 * range : r - g + 4 * range;
  const int hue = (sixth * quotients.hue[range] + (1 << 11)) >> 12;
  return {hue < 0 ? hue + 180 : hue, saturation, value};
}

// Source: https://en.wikipedia.org/wiki/HSL_and_HSV#HSV_to_RGB
void to_rgb(const Hsv& hsv, std::uint8_t* pixel) {
  const float place = static_cast<float>(hsv.hue) * (6.0f / 180.0f);
  const int sector = std::min(static_cast<int>(place), 5);
  const float part = place - static_cast<float>(sector);
  const float value = static_cast<float>(hsv.value);
  const float saturation = static_cast<float>(hsv.saturation) * (1.0f / 255.0f);
  const std::uint8_t full = static_cast<std::uint8_t>(hsv.value);
  const std::uint8_t none = nearest_byte(value * (1.0f - saturation));
  const std::uint8_t falling = nearest_byte(value * (1.0f - saturation * part));
  const std::uint8_t rising = nearest_byte(value * (1.0f - saturation * (1.0f - part)));
  const std::uint8_t channels[6][3] = {{full, rising, none}, {falling, full, none},
                                       {none, full, rising}, {none, falling, full},
                                       {rising, none, full}, {full, none, falling}};
  std::copy_n(channels[sector], 3, pixel);
}

template <typename Change>
void map_hsv(Picture& picture, Change&& change) {
  static const Quotients quotients;
  std::uint8_t* const pixels = picture.pixels.data();
  for (std::size_t i = 0; i < picture.pixels.size(); i += 3) {
    Hsv hsv = to_hsv(pixels + i, quotients);
    change(hsv);
    to_rgb(hsv, pixels + i);
  }
}

}  // namespace

void scale_values(Picture& picture, float factor, float offset) {
  std::array<std::uint8_t, 256> table;
  for (int i = 0; i < 256; ++i) table[i] = cut_byte(static_cast<float>(i) * factor + offset);
  for (std::uint8_t& byte : picture.pixels) byte = table[byte];
}

void scale_saturation(Picture& picture, float factor) {
  map_hsv(picture, [factor](Hsv& hsv) {
    hsv.saturation = cut_byte(static_cast<float>(hsv.saturation) * factor);
  });
}

void shift_hue(Picture& picture, int steps) {
  const int forward = ((steps % 180) + 180) % 180;
  map_hsv(picture, [forward](Hsv& hsv) { hsv.hue = (hsv.hue + forward) % 180; });
}

void equalize_tiles(Picture& picture, double clip_limit, int tiles_x, int tiles_y) {
  try {
    cv::Mat pixels(picture.size.height, picture.size.width, CV_8UC3, picture.pixels.data());
    std::array<cv::Mat, 3> channels;
    cv::split(pixels, channels.data());
    const auto clahe = cv::createCLAHE(clip_limit, cv::Size(tiles_x, tiles_y));
    for (cv::Mat& channel : channels) clahe->apply(channel, channel);
    cv::merge(channels.data(), channels.size(), pixels);
  } catch (const cv::Exception& error) {
    throw Error(ErrorCode::kData, cat("CLAHE: OpenCV refused a picture of ", picture.size.height,
                                      "x", picture.size.width, ": ", error.err));
  }
}

}  // namespace carica::data
