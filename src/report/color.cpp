#include "report/color.h"

#include <algorithm>
#include <cmath>

namespace carica::report {
namespace {

double to_linear(std::uint8_t channel) {
  const double c = channel / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

std::uint8_t to_srgb(double linear) {
  const double c = linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
  return static_cast<std::uint8_t>(std::lround(255 * std::clamp(c, 0.0, 1.0)));
}

}  // namespace

Oklab to_oklab(const Color& color) {
  const double r = to_linear(color[0]), g = to_linear(color[1]), b = to_linear(color[2]);
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
          1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
          0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

Color from_oklab(const Oklab& color) {
  const double l = std::pow(color.l + 0.3963377774 * color.a + 0.2158037573 * color.b, 3);
  const double m = std::pow(color.l - 0.1055613458 * color.a - 0.0638541728 * color.b, 3);
  const double s = std::pow(color.l - 0.0894841775 * color.a - 1.2914855480 * color.b, 3);
  return {to_srgb(+4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
          to_srgb(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
          to_srgb(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)};
}

double distance(const Color& one, const Color& other) {
  const Oklab p = to_oklab(one), q = to_oklab(other);
  return std::hypot(p.l - q.l, p.a - q.a, p.b - q.b);
}

Color sequential(double share) {
  constexpr Oklab kPale{0.955, -0.010, -0.016};
  constexpr Oklab kDark{0.330, -0.014, -0.138};
  const double t = std::isnan(share) ? 0 : std::clamp(share, 0.0, 1.0);
  return from_oklab({std::lerp(kPale.l, kDark.l, t), std::lerp(kPale.a, kDark.a, t),
                     std::lerp(kPale.b, kDark.b, t)});
}

}  // namespace carica::report
