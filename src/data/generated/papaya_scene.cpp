#include "data/generated/papaya_scene.h"

#include <algorithm>
#include <cmath>

namespace carica::data {
namespace {

float draw(RandomStream& random, double low, double high) {
  return static_cast<float>(random.uniform(low, high));
}

// A colour of the mood: like ripe skin, like unripe skin, or any. `vivid` scales its saturation.
Color mood_color(const Mood& mood, float vivid, RandomStream& random) {
  const float pick = draw(random, 0, 1);
  if (pick < mood.ripe) {
    return hsv(draw(random, 0.04, 0.155), vivid * draw(random, 0.55, 0.95),
               draw(random, 0.6, 0.98));
  }
  if (pick < mood.ripe + mood.unripe) {
    return hsv(draw(random, 0.2, 0.38), vivid * draw(random, 0.35, 0.85), draw(random, 0.25, 0.65));
  }
  return hsv(draw(random, 0, 1), vivid * draw(random, 0.05, 0.75), draw(random, 0.2, 0.9));
}

// Each background gives the albedo at a place in its own turned coordinates, in units of the
// picture's shorter side.
struct Background {
  Noise noise, fine;
  Color first, second, dark;
  float scale, contrast;

  Color wood(float x, float y) const {
    const float plank = y * scale / 2;
    const float edge = std::abs(fraction(plank) - 0.5f);
    const int board_number = floor_int(plank);
    const float shift = static_cast<float>(board_number) * 3.7f;
    const float grain = noise.fractal(x * 2 + shift, y * scale * 5 + shift, 3);
    const Color board =
        mix(first, second, 0.5f + contrast * (grain + 0.3f * noise.grain(board_number, 1)));
    return mix(board, dark, smooth_step(0.46f, 0.5f, edge));
  }
  Color cloth(float x, float y) const {
    const auto band = [&](float t) {
      return smooth_step(0.2f, 0.3f, std::abs(fraction(t) - 0.5f));
    };
    const float check = 0.5f * (band(x * scale) + band(y * scale));
    return mix(first, second, contrast * check) * (1 + 0.12f * fine.at(x * 60, y * 60));
  }
  Color soil(float x, float y) const {
    const float n = noise.fractal(x * scale * 4, y * scale * 4, 4);
    return mix(mix(first, second, std::clamp(0.5f + 1.5f * contrast * n, 0.0f, 1.0f)), dark,
               smooth_step(0.15f, 0.5f, fine.at(x * 25, y * 25) * n * 3));
  }
  Color stone(float x, float y) const {
    const float n = noise.fractal(x * scale, y * scale, 3);
    return mix(first, second, std::clamp(0.5f + contrast * n, 0.0f, 1.0f)) *
           (1 + 0.15f * fine.fractal(x * 30, y * 30, 2));
  }
  Color garden(float x, float y) const {
    const float n = noise.at(x * scale, y * scale), m = fine.at(x * scale * 1.7f, y * scale * 1.7f);
    return mix(mix(dark, first, smooth_step(-0.7f, 0.4f, n)), second, smooth_step(0.1f, 0.6f, m));
  }
};

}  // namespace

Mood random_mood(RandomStream& random) {
  const float ripe = draw(random, 0, 0.6);
  return {ripe, draw(random, 0, 0.75 - ripe)};
}

float Prop::inside(float px, float py, float& u, float& v) const {
  const float dx = px - x, dy = py - y;
  u = (dx * cosine + dy * sine) / length;
  v = (dy * cosine - dx * sine) / width;
  switch (kind) {
    case Kind::kLeaf:
      return (1 - u * u - std::abs(v)) * width * 0.8f;
    case Kind::kBall: {
      const float r2 = u * u + v * v;
      return (1 - r2) / (1 + std::sqrt(r2)) * width;
    }
    case Kind::kStick:
    case Kind::kBox:
      break;
  }
  return std::min((1 - std::abs(u)) * length, (1 - std::abs(v)) * width);
}

Prop random_prop(Size size, const Mood& mood, RandomStream& random) {
  const float side = static_cast<float>(std::min(size.height, size.width));
  Prop prop;
  const float pick = draw(random, 0, 1);
  prop.x = draw(random, -0.05, 1.05) * static_cast<float>(size.width);
  prop.y = draw(random, -0.05, 1.05) * static_cast<float>(size.height);
  const float angle = draw(random, 0, 6.2831853);
  prop.cosine = std::cos(angle);
  prop.sine = std::sin(angle);
  prop.albedo = mood_color(mood, 1, random);
  if (pick < 0.4f) {
    prop.kind = Prop::Kind::kLeaf;
    prop.length = side * draw(random, 0.1, 0.24);
    prop.width = prop.length * draw(random, 0.25, 0.5);
    if (random.chance(0.6)) {  // most leaves are green, whatever the mood
      prop.albedo = hsv(draw(random, 0.2, 0.38), draw(random, 0.4, 0.8), draw(random, 0.2, 0.55));
    }
  } else if (pick < 0.8f) {
    prop.kind = Prop::Kind::kBall;
    prop.width = side * draw(random, 0.05, 0.15);
    prop.length = prop.width * draw(random, 1, 1.12);
  } else if (pick < 0.9f) {
    prop.kind = Prop::Kind::kStick;
    prop.length = side * draw(random, 0.15, 0.5);
    prop.width = side * draw(random, 0.01, 0.025);
  } else {
    prop.kind = Prop::Kind::kBox;
    prop.length = side * draw(random, 0.1, 0.25);
    prop.width = prop.length * draw(random, 0.4, 1);
  }
  return prop;
}

void paint_background(Canvas& canvas, const Light& light, const Mood& mood, RandomStream& random) {
  const float vivid = draw(random, 0.4, 0.9);  // cloth, earth and stone are paler than fruit
  const Color first = mood_color(mood, vivid, random);
  const Color partner = mood_color(mood, vivid, random);
  Background b{Noise(random),
               Noise(random),
               first,
               mix(first, partner, draw(random, 0.2, 0.8)),
               first * draw(random, 0.15, 0.4),
               draw(random, 1.5, 5),
               draw(random, 0.4, 1)};
  const auto kind = random.below(5);
  if (kind == 4) b.second = partner;
  const float angle = draw(random, 0, 6.2831853);
  const float side = static_cast<float>(std::min(canvas.size.height, canvas.size.width));
  const float cosine = std::cos(angle) / side, sine = std::sin(angle) / side;
  const Noise shade(random);
  for (int y = 0; y < canvas.size.height; ++y) {
    for (int x = 0; x < canvas.size.width; ++x) {
      const float fx = static_cast<float>(x), fy = static_cast<float>(y);
      const float u = fx * cosine + fy * sine + 4, v = fy * cosine - fx * sine + 4;
      const Color albedo = kind == 0   ? b.wood(u, v)
                           : kind == 1 ? b.cloth(u, v)
                           : kind == 2 ? b.soil(u, v)
                           : kind == 3 ? b.stone(u, v)
                                       : b.garden(u, v);
      // Light falls off across the picture, and passing shadows dapple it.
      const float fall = 1 + 0.2f * shade.at(fx / side * 1.5f, fy / side * 1.5f);
      canvas.at(y, x) = light.shade(albedo, {0, 0, 1}) * fall;
    }
  }
}

void paint_prop(Canvas& canvas, const Prop& prop, const Light& light, RandomStream& random) {
  const Noise noise(random);
  const Color second = prop.albedo * draw(random, 0.5, 0.9);
  const float shine = prop.kind == Prop::Kind::kBall ? draw(random, 0, 0.25) : 0;
  const float drop = std::min(prop.width * 0.35f, 6.0f);
  const float reach = std::max(prop.length, prop.width) * 1.5f + 8;
  const int top = std::max(0, static_cast<int>(prop.y - reach));
  const int bottom = std::min(canvas.size.height, static_cast<int>(prop.y + reach) + 1);
  const int left = std::max(0, static_cast<int>(prop.x - reach));
  const int right = std::min(canvas.size.width, static_cast<int>(prop.x + reach) + 1);
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) {
      const float fx = static_cast<float>(x), fy = static_cast<float>(y);
      float u = 0, v = 0;
      Color& pixel = canvas.at(y, x);
      const float shadow =
          prop.inside(fx + light.direction.x * drop, fy + light.direction.y * drop, u, v);
      pixel = pixel * (1 - 0.45f * smooth_step(-3, 3, shadow));
      const float cover = std::clamp(prop.inside(fx, fy, u, v) + 0.5f, 0.0f, 1.0f);
      if (cover <= 0) continue;
      Vector normal{0, 0, 1};
      Color albedo = mix(prop.albedo, second, 0.5f + 0.5f * noise.fractal(u * 2, v * 2, 3));
      if (prop.kind == Prop::Kind::kBall) {
        const float z = std::sqrt(std::max(0.0f, 1 - u * u - v * v));
        normal = normalized({u * prop.cosine - v * prop.sine, u * prop.sine + v * prop.cosine, z});
      } else if (prop.kind == Prop::Kind::kLeaf) {
        const float side = v > 0 ? 1.0f : -1.0f;  // two halves, folded along the midrib
        normal = normalized({-prop.sine * side * 0.35f, prop.cosine * side * 0.35f, 1});
        albedo = mix(albedo * 1.5f, albedo, smooth_step(0.04f, 0.12f, std::abs(v)));
      } else {
        normal = normalized({-prop.sine * v * 0.6f, prop.cosine * v * 0.6f, 1});
      }
      const float glance = std::max(
          0.0f,
          dot(normal, normalized({light.direction.x, light.direction.y, light.direction.z + 1})));
      const float g4 = glance * glance * glance * glance, g16 = g4 * g4 * g4 * g4;
      pixel = mix(pixel, light.shade(albedo, normal) + light.direct * (shine * g16 * g16), cover);
    }
  }
}

}  // namespace carica::data
