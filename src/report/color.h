#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace carica::report {

/// sRGB, 8 bits each.
using Color = std::array<std::uint8_t, 3>;

/// A colour in OKLab, where Euclidean distance is close to the difference that people see; `l` is
/// lightness in 0..1. Source: Ottosson 2020, https://bottosson.github.io/posts/oklab/.
struct Oklab {
  double l = 0, a = 0, b = 0;
};
Oklab to_oklab(const Color& color);
/// The nearest sRGB colour; what lies outside sRGB is clipped channel by channel.
Color from_oklab(const Oklab& color);
/// Euclidean in OKLab: about 0.02 is just visible side by side, black to white is 1.
double distance(const Color& one, const Color& other);

/// The sequential scale of heat maps: pale to dark blue on a straight line in OKLab, so equal steps
/// of `share` look equally large. `share` is clamped to 0..1; NaN is taken as 0.
Color sequential(double share);

/// Okabe & Ito 2008, "Color Universal Design": the colours that colour-blind readers tell apart, in
/// the order used for classes; without their black, which is not seen on dark pictures.
inline constexpr std::array<Color, 7> kOkabeIto{{{230, 159, 0},
                                                 {86, 180, 233},
                                                 {0, 158, 115},
                                                 {240, 228, 66},
                                                 {0, 114, 178},
                                                 {213, 94, 0},
                                                 {204, 121, 167}}};

/// The ones among them with enough contrast on white paper, in the order used for lines.
inline constexpr std::array<Color, 6> kLineColors{
    {kOkabeIto[4], kOkabeIto[5], kOkabeIto[2], kOkabeIto[6], kOkabeIto[0], kOkabeIto[1]}};

}  // namespace carica::report
