#include "data/pixels/photometric.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "core/error.h"
#include "core/text.h"
#include "data/pixels/rounding.h"

namespace carica::data {
namespace {

std::uint8_t cut_byte(float value) {
  return static_cast<std::uint8_t>(static_cast<int>(std::min(std::max(value, 0.0f), 255.0f)));
}

// Hue, saturation and value of a run of pixels.
struct Hsv {
  static constexpr std::size_t kPixels = 512;
  std::array<int, kPixels> hue, saturation, value;
};

// OpenCV's whole numbers: quotients in 1/4096, rounded. Its own conversion back depends on the
// instructions of the CPU, so both are done here.
struct Tables {
  std::array<int, 256> per_value{}, per_range{};  // of saturation and hue
  std::array<float, 180> part{};                  // of a hue, within its sixth of the circle
  // Of a hue: where red, green and blue come from. 0: value, 1: none, 2: falling, 3: rising.
  std::array<std::array<std::uint8_t, 3>, 180> source{};

  Tables() {
    for (int i = 1; i < 256; ++i) {
      per_value[i] = static_cast<int>(round_even((255 << 12) / (1.0 * i)));
      per_range[i] = static_cast<int>(round_even((180 << 12) / (6.0 * i)));
    }
    constexpr std::uint8_t kSources[6][3] = {{0, 3, 1}, {2, 0, 1}, {1, 0, 3},
                                             {1, 2, 0}, {3, 1, 0}, {0, 1, 2}};
    for (int hue = 0; hue < 180; ++hue) {
      part[hue] = static_cast<float>(hue % 30) * (1.0f / 30.0f);
      std::copy_n(kSources[hue / 30], 3, source[hue].begin());
    }
  }
};

void to_hsv(const std::uint8_t* pixels, std::size_t count, const Tables& tables, Hsv& hsv) {
  for (std::size_t i = 0; i < count; ++i) {
    const int r = pixels[i * 3], g = pixels[i * 3 + 1], b = pixels[i * 3 + 2];
    const int value = std::max(std::max(r, g), b);
    const int range = value - std::min(std::min(r, g), b);
    // Numbers in place of branches: which channel is the greatest cannot be foreseen.
    const int red = -static_cast<int>(value == r), green = -static_cast<int>(value == g);
    const int sixths =
        (red & (g - b)) | (~red & ((green & (b - r + 2 * range)) | (~green & (r - g + 4 * range))));
    const int hue = (sixths * tables.per_range[range] + (1 << 11)) >> 12;
    hsv.hue[i] = hue + (180 & -static_cast<int>(hue < 0));
    hsv.saturation[i] = (range * tables.per_value[value] + (1 << 11)) >> 12;
    hsv.value[i] = value;
  }
}

// Source: https://en.wikipedia.org/wiki/HSL_and_HSV#HSV_to_RGB
void to_rgb(const Hsv& hsv, std::size_t count, const Tables& tables, std::uint8_t* pixels) {
  for (std::size_t i = 0; i < count; ++i) {
    const float value = static_cast<float>(hsv.value[i]);
    const float saturation = static_cast<float>(hsv.saturation[i]) * (1.0f / 255.0f);
    const float part = tables.part[hsv.hue[i]];
    const std::uint8_t levels[4] = {static_cast<std::uint8_t>(hsv.value[i]),
                                    nearest_byte(value * (1.0f - saturation)),
                                    nearest_byte(value * (1.0f - saturation * part)),
                                    nearest_byte(value * (1.0f - saturation * (1.0f - part)))};
    for (std::size_t c = 0; c < 3; ++c) pixels[i * 3 + c] = levels[tables.source[hsv.hue[i]][c]];
  }
}

// Calls change(hue, saturation) on every pixel.
template <typename Change>
void map_hsv(Picture& picture, Change&& change) {
  static const Tables tables;
  const std::size_t total = picture.pixels.size() / 3;
  Hsv hsv;
  for (std::size_t begin = 0; begin < total; begin += Hsv::kPixels) {
    const std::size_t count = std::min(Hsv::kPixels, total - begin);
    std::uint8_t* const pixels = picture.pixels.data() + begin * 3;
    to_hsv(pixels, count, tables, hsv);
    for (std::size_t i = 0; i < count; ++i) change(hsv.hue[i], hsv.saturation[i]);
    to_rgb(hsv, count, tables, pixels);
  }
}

}  // namespace

void scale_values(Picture& picture, float factor, float offset) {
  std::array<std::uint8_t, 256> table;
  for (int i = 0; i < 256; ++i) table[i] = cut_byte(static_cast<float>(i) * factor + offset);
  for (std::uint8_t& byte : picture.pixels) byte = table[byte];
}

void scale_saturation(Picture& picture, float factor) {
  map_hsv(picture, [factor](int, int& saturation) {
    saturation = cut_byte(static_cast<float>(saturation) * factor);
  });
}

void shift_hue(Picture& picture, int steps) {
  const int forward = ((steps % 180) + 180) % 180;
  map_hsv(picture, [forward](int& hue, int) {
    hue += forward;
    hue = hue < 180 ? hue : hue - 180;
  });
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
