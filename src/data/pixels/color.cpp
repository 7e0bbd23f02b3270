#include "data/pixels/color.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>

namespace carica::data {
namespace {

std::uint8_t to_byte(float value) {
  return static_cast<std::uint8_t>(std::min(std::max(value, 0.0f), 255.0f));
}

// ITU-R 601-2, cut to whole numbers as torchvision does.
int grey(const std::uint8_t* pixel) {
  return static_cast<int>(pixel[0] * 0.2989f + pixel[1] * 0.587f + pixel[2] * 0.114f);
}

// Replaces every byte by table(byte).
template <typename Function>
void map_bytes(Picture& picture, Function&& function) {
  std::array<std::uint8_t, 256> table;
  for (int i = 0; i < 256; ++i) table[i] = function(static_cast<float>(i));
  for (std::uint8_t& byte : picture.pixels) byte = table[byte];
}

// A run of pixels as three planes, so that the compiler can vectorise what is done to them.
struct Planes {
  static constexpr std::size_t kPixels = 1024;
  alignas(64) float red[kPixels], green[kPixels], blue[kPixels];
};
using BytePlane = std::array<std::uint8_t, Planes::kPixels>;

void widen(const BytePlane& from, float* to) {
  for (std::size_t i = 0; i < Planes::kPixels; ++i) to[i] = from[i];
}

void narrow(const float* from, BytePlane& to) {
  for (std::size_t i = 0; i < Planes::kPixels; ++i) {
    const int whole = static_cast<int>(from[i]);
    to[i] = static_cast<std::uint8_t>(whole < 0 ? 0 : whole > 255 ? 255 : whole);
  }
}

// Calls change(planes) on every run of pixels; the planes hold 0..255, cut towards zero afterwards.
template <typename Change>
void map_planes(Picture& picture, Change&& change) {
  Planes planes;
  BytePlane red{}, green{}, blue{};
  const std::size_t total = picture.pixels.size() / 3;
  for (std::size_t begin = 0; begin < total; begin += Planes::kPixels) {
    const int count = static_cast<int>(std::min(Planes::kPixels, total - begin));
    cv::Mat pixels(1, count, CV_8UC3, picture.pixels.data() + begin * 3);
    cv::Mat channels[3] = {cv::Mat(1, count, CV_8UC1, red.data()),
                           cv::Mat(1, count, CV_8UC1, green.data()),
                           cv::Mat(1, count, CV_8UC1, blue.data())};
    cv::split(pixels, channels);
    widen(red, planes.red);
    widen(green, planes.green);
    widen(blue, planes.blue);
    change(planes);
    narrow(planes.red, red);
    narrow(planes.green, green);
    narrow(planes.blue, blue);
    cv::merge(channels, 3, pixels);
  }
}

// value in 0..18 less the whole sixes in it, without a branch.
float modulo_six(float value) {
  return value - 6.0f * static_cast<float>(static_cast<int>(value * (1.0f / 6.0f)));
}

// The channel of HSV whose place on the circle is `offset`, from hue in 0..6; e.g. red has
// offset 5. Source: https://en.wikipedia.org/wiki/HSL_and_HSV#HSV_to_RGB_alternative
float hsv_channel(float hue, float offset, float greatest, float range) {
  const float place = modulo_six(hue + offset);
  const float share = std::min(std::max(std::min(place, 4.0f - place), 0.0f), 1.0f);
  return greatest - range * share;
}

void turn_hue(Planes& planes, float turn) {
  constexpr float kToByte = 255.999f / 255.0f;  // torchvision maps 0..1 to bytes by x * 255.999
  for (std::size_t i = 0; i < Planes::kPixels; ++i) {
    const float r = planes.red[i], g = planes.green[i], b = planes.blue[i];
    const float greatest = std::max(r, std::max(g, b));
    const float range = greatest - std::min(r, std::min(g, b));
    const float inverse = 1.0f / std::max(range, 1.0f);  // ranges are whole
    const float from_red = (g - b) * inverse;
    const float from_green = 2.0f + (b - r) * inverse;
    const float from_blue = 4.0f + (r - g) * inverse;
    const float hue = greatest == r ? from_red : greatest == g ? from_green : from_blue;
    const float turned = modulo_six(hue + turn + 6.0f);  // of -1..5 plus 0..6 plus 6
    planes.red[i] = hsv_channel(turned, 5.0f, greatest, range) * kToByte;
    planes.green[i] = hsv_channel(turned, 3.0f, greatest, range) * kToByte;
    planes.blue[i] = hsv_channel(turned, 1.0f, greatest, range) * kToByte;
  }
}

}  // namespace

void adjust_brightness(Picture& picture, float factor) {
  map_bytes(picture, [factor](float value) { return to_byte(value * factor); });
}

void adjust_contrast(Picture& picture, float factor) {
  const std::size_t total = picture.pixels.size() / 3;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < total; ++i) sum += grey(picture.pixels.data() + i * 3);
  const float mean = total == 0 ? 0 : static_cast<float>(static_cast<double>(sum) / total);
  const float base = mean * (1.0f - factor);
  map_bytes(picture, [=](float value) { return to_byte(value * factor + base); });
}

void adjust_saturation(Picture& picture, float factor) {
  const float rest = 1.0f - factor;
  map_planes(picture, [=](Planes& planes) {
    for (std::size_t i = 0; i < Planes::kPixels; ++i) {
      const float exact =
          planes.red[i] * 0.2989f + planes.green[i] * 0.587f + planes.blue[i] * 0.114f;
      const float base = static_cast<float>(static_cast<int>(exact)) * rest;
      planes.red[i] = planes.red[i] * factor + base;
      planes.green[i] = planes.green[i] * factor + base;
      planes.blue[i] = planes.blue[i] * factor + base;
    }
  });
}

void adjust_hue(Picture& picture, float shift) {
  const float turn = (shift < 0 ? shift + 1.0f : shift) * 6.0f;
  map_planes(picture, [turn](Planes& planes) { turn_hue(planes, turn); });
}

}  // namespace carica::data
