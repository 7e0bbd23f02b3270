#include <algorithm>
#include <cmath>
#include <limits>

#include "report/pictures.h"

namespace carica::report {
namespace {

constexpr int kMostColors = 1000;

struct Candidate {
  Color color;
  Oklab lab;
  double nearest = std::numeric_limits<double>::infinity();  // squared, to the colours taken
};

/// A grid through sRGB without what is nearly black or nearly white.
std::vector<Candidate> candidates() {
  std::vector<Candidate> found;
  constexpr int kStep = 15;
  for (int r = 0; r <= 255; r += kStep) {
    for (int g = 0; g <= 255; g += kStep) {
      for (int b = 0; b <= 255; b += kStep) {
        const Color color{static_cast<std::uint8_t>(r), static_cast<std::uint8_t>(g),
                          static_cast<std::uint8_t>(b)};
        const Oklab lab = to_oklab(color);
        if (lab.l >= 0.30 && lab.l <= 0.94) found.push_back({color, lab});
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

std::vector<Color> class_colors(const std::vector<std::array<int, 3>>& palette, int classes) {
  if (palette.empty()) return class_colors(classes);
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
  for (const Color& color : kOkabeIto) {
    if (static_cast<int>(colors.size()) < distinct) colors.push_back(color);
  }
  if (distinct > static_cast<int>(colors.size())) {
    all = candidates();
    for (const Color& color : colors) take(all, color);
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
