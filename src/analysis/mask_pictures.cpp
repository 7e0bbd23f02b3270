#include "analysis/mask_pictures.h"

#include "core/error.h"
#include "core/text.h"

namespace carica::analysis {
namespace {

constexpr report::Color kIgnored{0x55, 0x55, 0x55}, kElsewhere{0xE8, 0xE8, 0xE8},
    kWrong{0xD5, 0x2B, 0x1E};

data::Picture paper(const data::Mask& mask) {
  data::Picture picture;
  picture.size = mask.size;
  picture.pixels.resize(mask.values.size() * 3);
  return picture;
}

void paint(std::uint8_t* pixel, report::Color color) {
  for (std::size_t c = 0; c < 3; ++c) pixel[c] = color[c];
}

}  // namespace

data::Picture mask_picture(const data::Mask& mask, const std::vector<report::Color>& colors) {
  auto picture = paper(mask);
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    const auto value = mask.values[i];
    paint(&picture.pixels[3 * i], value < colors.size() ? colors[value] : report::Color{});
  }
  return picture;
}

data::Picture class_picture(const data::Mask& mask, int class_id, report::Color color,
                            int ignore_index) {
  auto picture = paper(mask);
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    const auto value = mask.values[i];
    paint(&picture.pixels[3 * i],
          value == class_id ? color : (value == ignore_index ? kIgnored : kElsewhere));
  }
  return picture;
}

data::Picture error_picture(const data::Picture& picture, const data::Mask& truth,
                            const data::Mask& prediction, int ignore_index) {
  if (!(picture.size == truth.size) || !(truth.size == prediction.size)) {
    throw Error(ErrorCode::kShape,
                cat("error picture: picture ", picture.size.width, "x", picture.size.height,
                    ", truth ", truth.size.width, "x", truth.size.height, ", prediction ",
                    prediction.size.width, "x", prediction.size.height, "; must be of one size"));
  }
  auto result = picture;
  for (std::size_t i = 0; i < truth.values.size(); ++i) {
    auto* pixel = &result.pixels[3 * i];
    if (truth.values[i] == ignore_index) {
      paint(pixel, kIgnored);
    } else if (truth.values[i] != prediction.values[i]) {
      paint(pixel, kWrong);
    } else {
      const int grey = (pixel[0] * 77 + pixel[1] * 150 + pixel[2] * 29) >> 8;
      const auto pale = static_cast<std::uint8_t>(128 + grey / 2);
      paint(pixel, {pale, pale, pale});
    }
  }
  return result;
}

}  // namespace carica::analysis
