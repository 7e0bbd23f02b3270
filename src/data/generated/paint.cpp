#include "data/generated/paint.h"

#include <algorithm>
#include <cmath>

namespace carica::data {
namespace {

// Mixes the bits of a lattice place. Source: the finaliser of MurmurHash3, by Austin Appleby
// (public domain).
std::uint32_t hash(std::uint32_t seed, int x, int y) {
  std::uint32_t h = seed ^ (static_cast<std::uint32_t>(x) * 0x9e3779b1u) ^
                    (static_cast<std::uint32_t>(y) * 0x85ebca77u);
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;
  return h ^ (h >> 16);
}

float signed_unit(std::uint32_t bits) {
  return static_cast<float>(bits >> 8) * (2.0f / (1 << 24)) - 1;
}

// Horizontal or vertical 1-2-1 filter mixed in by `share`; the border is repeated.
void blur_along(Canvas& canvas, float share, int dy, int dx) {
  const std::vector<Color> source = canvas.pixels;
  const int height = canvas.size.height, width = canvas.size.width;
  const auto from = [&](int y, int x) {
    return source[static_cast<std::size_t>(std::clamp(y, 0, height - 1)) * width +
                  std::clamp(x, 0, width - 1)];
  };
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const Color sides = from(y - dy, x - dx) + from(y + dy, x + dx);
      canvas.at(y, x) = from(y, x) * (1 - share / 2) + sides * (share / 4);
    }
  }
}

}  // namespace

Color hsv(float hue, float saturation, float value) {
  const auto channel = [&](float shift) {
    const float h = fraction(hue + shift);
    const float ramp = std::clamp(std::abs(h * 6 - 3) - 1, 0.0f, 1.0f);
    const float display = value * (1 - saturation + saturation * ramp);
    return display * display;
  };
  return {channel(0), channel(2.0f / 3), channel(1.0f / 3)};
}

Vector normalized(Vector v) {
  const float length = std::sqrt(dot(v, v));
  return length > 0 ? Vector{v.x / length, v.y / length, v.z / length} : Vector{0, 0, 1};
}

float smooth_step(float low, float high, float x) {
  const float t = std::clamp((x - low) / (high - low), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

float Noise::at(float x, float y) const {
  const int ix = floor_int(x), iy = floor_int(y);
  const float tx = smooth_step(0, 1, x - static_cast<float>(ix));
  const float ty = smooth_step(0, 1, y - static_cast<float>(iy));
  const auto corner = [&](int dx, int dy) { return signed_unit(hash(seed_, ix + dx, iy + dy)); };
  const float above = corner(0, 0) * (1 - tx) + corner(1, 0) * tx;
  const float below = corner(0, 1) * (1 - tx) + corner(1, 1) * tx;
  return above * (1 - ty) + below * ty;
}

float Noise::fractal(float x, float y, int octaves) const {
  float sum = 0, strength = 0.5f;
  for (int i = 0; i < octaves; ++i, strength /= 2) {
    sum += strength * at(x, y);
    x = x * 2 + 17.3f;
    y = y * 2 - 9.1f;
  }
  return sum;
}

float Noise::grain(int x, int y) const { return signed_unit(hash(seed_, x, y)); }

Color Light::shade(Color albedo, Vector normal) const {
  return albedo * (ambient + direct * std::max(0.0f, dot(normal, direction)));
}

Light random_light(RandomStream& random) {
  const auto draw = [&](double low, double high) {
    return static_cast<float>(random.uniform(low, high));
  };
  Light light;
  const float angle = draw(0, 6.2831853), tilt = draw(0.35, 1.1);
  light.direction = normalized({std::cos(angle) * tilt, std::sin(angle) * tilt - 0.35f, 1.0f});
  const float warmth = draw(-1, 1);  // candle to overcast sky
  const Color tint{1 + 0.22f * warmth, 1 + 0.03f * warmth, 1 - 0.3f * warmth};
  const float brightness = draw(0.55, 1.15), softness = draw(0.3, 0.65);
  light.direct = tint * (brightness * (1 - softness) * 1.3f);
  // What the sky fills in is bluer than the lamp.
  light.ambient = mix(tint, {0.95f, 1, 1.08f}, 0.4f) * (brightness * softness);
  return light;
}

Picture develop(const Canvas& canvas, float blur, float noise, RandomStream& random) {
  Canvas light = canvas;
  if (blur > 0) {
    blur_along(light, blur, 0, 1);
    blur_along(light, blur, 1, 0);
  }
  const Noise red(random), green(random), blue(random);
  // A sum of two even draws in [-1, 1) has a standard deviation of sqrt(2 / 3).
  const float scale = noise / 0.8165f;
  Picture picture{canvas.size, PixelBytes(light.pixels.size() * 3)};
  std::uint8_t* out = picture.pixels.data();
  for (int y = 0; y < canvas.size.height; ++y) {
    for (int x = 0; x < canvas.size.width; ++x) {
      const auto expose = [&](float value, const Noise& n) {
        const float display = 255 * std::sqrt(std::clamp(value, 0.0f, 1.0f)) +
                              scale * (n.grain(x, y) + n.grain(x, ~y));
        *out++ = static_cast<std::uint8_t>(std::clamp(display, 0.0f, 255.0f) + 0.5f);
      };
      const Color& c = light.at(y, x);
      expose(c.r, red);
      expose(c.g, green);
      expose(c.b, blue);
    }
  }
  return picture;
}

}  // namespace carica::data
