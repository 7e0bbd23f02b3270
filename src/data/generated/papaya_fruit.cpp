#include "data/generated/papaya_fruit.h"

#include <algorithm>
#include <cmath>

namespace carica::data {
namespace {

float draw(RandomStream& random, double low, double high) {
  return static_cast<float>(random.uniform(low, high));
}

struct Spot {
  float u, v, radius, strength;
};

// Colours and marks of one fruit.
struct Skin {
  Color green, pale_green, yellow, orange, mark;
  float softness;  // width of the border between unripe and ripe, in lengths
  float ridges, freckles, shine;
  Noise mottle, fine;
  std::vector<Spot> spots;

  Color albedo(const FruitShape::Point& p, float ripeness) const {
    const Color unripe = mix(pale_green, green, smooth_step(0.0f, 0.35f, -ripeness));
    const Color ripe = mix(yellow, orange, smooth_step(0.0f, 0.45f, ripeness));
    Color skin = mix(unripe, ripe, smooth_step(-softness, softness, ripeness));
    skin = skin * (1 + 0.22f * mottle.fractal(p.u * 4 + 8, p.v * 4 + 8, 3));
    // sin(5 a) of the angle a around the body: five faint ridges.
    const float s = std::clamp(p.s, -1.0f, 1.0f), s2 = s * s;
    skin = skin * (1 + ridges * s * (5 - 20 * s2 + 16 * s2 * s2));
    skin =
        mix(skin, mark, freckles * smooth_step(0.55f, 0.8f, fine.at(p.u * 28 + 40, p.v * 28 + 40)));
    for (const Spot& spot : spots) {
      const float du = p.u - spot.u, dv = p.v - spot.v;
      const float distance =
          std::sqrt(du * du + dv * dv) / spot.radius + 0.5f * mottle.at(p.u * 9 + 30, p.v * 9);
      skin = mix(skin, mark, spot.strength * smooth_step(1.1f, 0.7f, distance));
    }
    return mix(skin, mark, 0.7f * smooth_step(-0.93f, -0.99f, p.u));  // around the stem
  }
};

Skin random_skin(RandomStream& random) {
  const float green_hue = draw(random, 0.245, 0.35), saturation = draw(random, 0.5, 0.85);
  const float value = draw(random, 0.28, 0.6);
  const float warm = draw(random, 0.072, 0.112);
  Skin skin{hsv(green_hue, saturation, value),
            hsv(green_hue - 0.03f, saturation * 0.95f, value * 1.15f),
            hsv(draw(random, 0.115, 0.145), draw(random, 0.75, 0.95), draw(random, 0.8, 0.95)),
            hsv(warm, draw(random, 0.8, 0.97), draw(random, 0.78, 0.97)),
            hsv(draw(random, 0.04, 0.12), draw(random, 0.4, 0.7), draw(random, 0.1, 0.35)),
            draw(random, 0.02, 0.05),
            draw(random, 0, 0.07),
            random.chance(0.5) ? draw(random, 0.2, 0.7) : 0,
            draw(random, 0.03, 0.3),
            Noise(random),
            Noise(random),
            {}};
  const auto count = random.below(6);
  for (std::uint64_t i = 0; i < count; ++i) {
    skin.spots.push_back({draw(random, -0.8, 0.8), draw(random, -0.45, 0.45),
                          draw(random, 0.03, 0.1), draw(random, 0.4, 0.9)});
  }
  return skin;
}

void paint_shadow(Canvas& canvas, const FruitShape& shape, const Light& light,
                  RandomStream& random) {
  const float side = static_cast<float>(std::min(canvas.size.height, canvas.size.width));
  const float drop = side * draw(random, 0.03, 0.08), dark = draw(random, 0.3, 0.65);
  const int dx = static_cast<int>(light.direction.x * drop),
            dy = static_cast<int>(light.direction.y * drop);
  const float soft = side * 0.05f;
  for (int y = 0; y < canvas.size.height; ++y) {
    for (int x = 0; x < canvas.size.width; ++x) {
      const int fy = std::clamp(y + dy, 0, canvas.size.height - 1);
      const int fx = std::clamp(x + dx, 0, canvas.size.width - 1);
      const float inside = std::max(shape.at(fy, fx).inside, shape.at(y, x).inside * 0.8f);
      canvas.at(y, x) = canvas.at(y, x) * (1 - dark * smooth_step(-soft, soft * 0.5f, inside));
    }
  }
}

}  // namespace

void paint_fruit(Canvas& canvas, const FruitShape& shape, const std::vector<float>& ripeness,
                 const Light& light, RandomStream& random) {
  const Skin skin = random_skin(random);
  paint_shadow(canvas, shape, light, random);
  const Vector half = normalized({light.direction.x, light.direction.y, light.direction.z + 1});
  const bool has_stem = random.chance(0.7);
  const Color stem = mix(skin.mark, skin.green, draw(random, 0, 0.8));
  for (int y = 0; y < canvas.size.height; ++y) {
    for (int x = 0; x < canvas.size.width; ++x) {
      const auto& p = shape.at(y, x);
      Color& pixel = canvas.at(y, x);
      if (has_stem && p.u > -1.16f && p.u < -0.9f) {
        const float around = p.v / 0.055f;
        const float cover = smooth_step(1.2f, 0.8f, std::abs(around));
        pixel = mix(pixel, light.shade(stem, {0, 0, 1}) * (1.1f - 0.4f * around), cover);
      }
      const float cover = std::clamp(p.inside + 0.5f, 0.0f, 1.0f);
      if (cover <= 0) continue;
      const float glance = std::max(0.0f, dot(p.normal, half));
      const float g4 = glance * glance * glance * glance, g16 = g4 * g4 * g4 * g4;
      const Color skin_light = light.shade(
          skin.albedo(p, ripeness[static_cast<std::size_t>(y) * canvas.size.width + x]), p.normal);
      pixel = mix(pixel, skin_light + light.direct * (skin.shine * g16 * g4 * g4), cover);
    }
  }
}

}  // namespace carica::data
