#include <algorithm>
#include <cmath>

#include "data/generated/papaya_fruit.h"

namespace carica::data {
namespace {

float draw(RandomStream& random, double low, double high) {
  return static_cast<float>(random.uniform(low, high));
}

// The outline as the zero of a smooth function of the place: 1 - u^2 - (v / half_width(u))^2.
struct Outline {
  float x, y;          // centre, pixels
  float cosine, sine;  // of the axis
  float length;        // half, pixels
  float width, taper, neck, bend, bump;
  Noise noise;

  float half_width(float u, float v) const {
    const float pear = 1 + taper * u * (1 - 0.3f * u * u);
    const float narrow = 1 - neck * smooth_step(0.1f, -0.9f, u);
    return width * pear * narrow * (1 + bump * noise.at(u * 1.4f + 8, v * 1.8f + 8));
  }

  float value(float px, float py, FruitShape::Point& point) const {
    const float dx = px - x, dy = py - y;
    point.u = (dx * cosine + dy * sine) / length;
    point.v = (dy * cosine - dx * sine) / length + bend * (point.u * point.u - 0.4f);
    point.s = point.v / half_width(point.u, point.v);
    return 1 - point.u * point.u - point.s * point.s;
  }
};

Outline random_outline(Size size, RandomStream& random) {
  const float side = static_cast<float>(std::min(size.height, size.width));
  const float angle = draw(random, 0, 6.2831853);
  const float length = side * draw(random, 0.31, 0.5);
  // One in six reaches over the edge; the others keep to the middle.
  const float reach = random.chance(1.0 / 6) ? 0.3f : 0.13f;
  return {static_cast<float>(size.width) * (0.5f + draw(random, -reach, reach)),
          static_cast<float>(size.height) * (0.5f + draw(random, -reach, reach)),
          std::cos(angle),
          std::sin(angle),
          length,
          draw(random, 0.45, 0.68),
          draw(random, 0.02, 0.42),
          draw(random, 0, 0.3),
          draw(random, -0.14, 0.14),
          draw(random, 0.02, 0.1),
          Noise(random)};
}

}  // namespace

FruitShape::FruitShape(Size s, RandomStream& random)
    : size(s), points(static_cast<std::size_t>(s.height) * s.width) {
  const Outline outline = random_outline(size, random);
  Point unused;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      Point& point = points[static_cast<std::size_t>(y) * size.width + x];
      const float fx = static_cast<float>(x), fy = static_cast<float>(y);
      const float f = outline.value(fx, fy, point);
      const float dx = outline.value(fx + 0.5f, fy, unused) - outline.value(fx - 0.5f, fy, unused);
      const float dy = outline.value(fx, fy + 0.5f, unused) - outline.value(fx, fy - 0.5f, unused);
      // First-order distance; the small number keeps the flat top of the body finite.
      point.inside = f / std::sqrt(dx * dx + dy * dy + 1e-6f);
      // The body is round across: z^2 = half_width^2 * f.
      const float half_width = point.s != 0 ? point.v / point.s : 1;
      const float up = std::sqrt(std::max(f, 0.0f)) / std::max(half_width, 0.1f);
      point.normal =
          normalized({-dx * outline.length / 2, -dy * outline.length / 2, std::max(up, 0.05f)});
    }
  }
}

std::vector<bool> visible_fruit(const FruitShape& shape, const std::vector<bool>& hidden) {
  std::vector<bool> visible(shape.points.size());
  for (std::size_t i = 0; i < visible.size(); ++i) {
    visible[i] = shape.points[i].inside > 0 && !hidden[i];
  }
  return visible;
}

std::vector<bool> ripen(const FruitShape& shape, const std::vector<bool>& visible, double share,
                        std::vector<float>& ripeness, RandomStream& random) {
  const Noise noise(random);
  const float end = random.chance(0.75) ? 0.5f : -0.5f;  // most ripen from the tip
  const float slant = draw(random, -0.12, 0.12), ragged = draw(random, 0.1, 0.28);
  ripeness.assign(shape.points.size(), 0);
  std::vector<float> seen;
  for (std::size_t i = 0; i < ripeness.size(); ++i) {
    const auto& p = shape.points[i];
    ripeness[i] =
        end * p.u + slant * p.s + ragged * noise.fractal(p.u * 1.5f + 8, p.v * 1.5f + 8, 3);
    if (visible[i]) seen.push_back(ripeness[i]);
  }
  std::vector<bool> ripe(ripeness.size());
  if (seen.empty()) return ripe;
  const auto unripe = static_cast<std::size_t>((1 - share) * static_cast<double>(seen.size()));
  const auto border = seen.begin() + static_cast<std::ptrdiff_t>(std::min(unripe, seen.size() - 1));
  std::nth_element(seen.begin(), border, seen.end());
  for (std::size_t i = 0; i < ripeness.size(); ++i) {
    ripeness[i] -= *border;
    ripe[i] = visible[i] && ripeness[i] >= 0;
  }
  return ripe;
}

}  // namespace carica::data
