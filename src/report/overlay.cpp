#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "report/pictures.h"

namespace carica::report {

data::Picture overlay(const data::Picture& picture, const data::Mask& mask,
                      const std::vector<Color>& colors, int background, double alpha) {
  if (!(picture.size == mask.size)) {
    throw Error(ErrorCode::kShape, cat("overlay: mask of ", mask.size.width, " x ",
                                       mask.size.height, " on a picture of ", picture.size.width,
                                       " x ", picture.size.height, "; they must be of one size"));
  }
  alpha = std::clamp(alpha, 0.0, 1.0);
  data::Picture blended = picture;
  std::uint8_t* pixel = blended.pixels.data();
  for (const std::uint8_t value : mask.values) {
    if (value < colors.size() && value != background) {
      for (int c = 0; c < 3; ++c) {
        const double mixed = (1 - alpha) * pixel[c] + alpha * colors[value][c];
        pixel[c] = static_cast<std::uint8_t>(std::lround(mixed));
      }
    }
    pixel += 3;
  }
  return blended;
}

int background_class(const std::vector<std::string>& classes) {
  const auto found = std::find_if(classes.begin(), classes.end(), [](const auto& name) {
    return lower_case(name) == "background";
  });
  return found == classes.end() ? -1 : static_cast<int>(found - classes.begin());
}

}  // namespace carica::report
