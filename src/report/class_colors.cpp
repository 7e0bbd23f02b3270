#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "report/pictures.h"

namespace carica::report {
namespace {

constexpr int kMostColors = 1000;

/// What follows kOkabeIto. Each is the candidate (below) that is farthest from all before it and
/// from black, white and grey, as by Glasbey et al. 2007; the distance in OKLab is the least of the
/// one that is commonly seen and twice those that people without red or green cones see (Machado,
/// Oliveira & Fernandes 2009, severity 1).
constexpr std::array<Color, 14> kColorBlindSafe{{{135, 0, 255},
                                                 {150, 15, 105},
                                                 {0, 240, 195},
                                                 {90, 90, 0},
                                                 {210, 15, 195},
                                                 {150, 120, 255},
                                                 {210, 195, 255},
                                                 {210, 0, 75},
                                                 {135, 195, 105},
                                                 {255, 195, 150},
                                                 {105, 60, 165},
                                                 {75, 15, 225},
                                                 {255, 150, 165},
                                                 {150, 240, 255}}};

struct Candidate {
  Color color;
  Oklab lab;
  double nearest = std::numeric_limits<double>::infinity();  // squared, to the colours taken
};

/// A grid through sRGB without what is hard to see on a picture: dark, pale and greyish colours.
std::vector<Candidate> candidates() {
  std::vector<Candidate> found;
  constexpr int kStep = 15;
  for (int r = 0; r <= 255; r += kStep) {
    for (int g = 0; g <= 255; g += kStep) {
      for (int b = 0; b <= 255; b += kStep) {
        const Color color{static_cast<std::uint8_t>(r), static_cast<std::uint8_t>(g),
                          static_cast<std::uint8_t>(b)};
        const Oklab lab = to_oklab(color);
        const bool vivid = std::hypot(lab.a, lab.b) >= 0.07;
        if (lab.l >= 0.45 && lab.l <= 0.92 && vivid) found.push_back({color, lab});
      }
    }
  }
  return found;
}

void take(std::vector<Candidate>& all, const Color& color) {
  const Oklab taken = to_oklab(color);
  for (Candidate& candidate : all) {
    const double l = candidate.lab.l - taken.l, a = candidate.lab.a - taken.a,
                 b = candidate.lab.b - taken.b;
    candidate.nearest = std::min(candidate.nearest, l * l + a * a + b * b);
  }
}

}  // namespace

std::vector<Color> mask_colors(const std::vector<std::array<int, 3>>& palette,
                               const std::vector<std::string>& classes) {
  if (palette.empty()) {
    auto colors = class_colors(static_cast<int>(classes.size()));
    const int background = background_class(classes);
    if (background >= 0) colors[static_cast<std::size_t>(background)] = {0, 0, 0};
    return colors;
  }
  std::vector<Color> colors;
  for (const auto& color : palette) {
    std::ranges::transform(color, colors.emplace_back().begin(),
                           [](int value) { return static_cast<std::uint8_t>(value); });
  }
  return colors;
}

std::vector<Color> class_colors(int classes) {
  std::vector<Color> colors;
  const int distinct = std::min(classes, kMostColors);
  std::vector<Candidate> all;
  const auto take_first = [&](std::span<const Color> some) {
    const auto room = static_cast<std::size_t>(distinct) - colors.size();
    some = some.first(std::min(some.size(), room));
    colors.insert(colors.end(), some.begin(), some.end());
  };
  take_first(kOkabeIto);
  take_first(kColorBlindSafe);
  if (distinct > static_cast<int>(colors.size())) {
    all = candidates();
    for (const Color& color : colors) take(all, color);
    for (const Color& plain : {Color{0, 0, 0}, Color{128, 128, 128}, Color{255, 255, 255}}) {
      take(all, plain);
    }
  }
  // Each time the candidate that is farthest from all colours so far (Gonzalez 1985).
  while (static_cast<int>(colors.size()) < distinct) {
    const auto farthest = std::max_element(
        all.begin(), all.end(),
        [](const Candidate& one, const Candidate& other) { return one.nearest < other.nearest; });
    colors.push_back(farthest->color);
    take(all, farthest->color);
  }
  for (int i = distinct; i < classes; ++i) colors.push_back(colors[i - kMostColors]);
  return colors;
}

}  // namespace carica::report
