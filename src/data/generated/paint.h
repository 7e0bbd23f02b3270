#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/random.h"
#include "data/images/picture.h"

// Painting for the generated pictures. Everything that runs for each pixel uses + - * / and square
// roots only, which IEEE 754 rounds the same way everywhere, so that a seed gives the same bits on
// every machine.
namespace carica::data {

/// Linear light, 0..1 and above.
struct Color {
  float r = 0, g = 0, b = 0;
};
inline Color operator+(Color a, Color b) { return {a.r + b.r, a.g + b.g, a.b + b.b}; }
inline Color operator*(Color a, Color b) { return {a.r * b.r, a.g * b.g, a.b * b.b}; }
inline Color operator*(Color a, float k) { return {a.r * k, a.g * k, a.b * k}; }

/// a at t = 0, b at t = 1.
inline Color mix(Color a, Color b, float t) { return a * (1 - t) + b * t; }

/// Hue, saturation and value as a colour picker shows them, each 0..1 (the hue wraps), as linear
/// light.
Color hsv(float hue, float saturation, float value);

struct Vector {
  float x = 0, y = 0, z = 0;  // right, down, towards the viewer
};
inline float dot(Vector a, Vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
Vector normalized(Vector v);

/// The whole number at or below x. (Without SSE 4.1, std::floor is a call into libm.)
inline int floor_int(float x) {
  const int whole = static_cast<int>(x);
  return whole - (x < static_cast<float>(whole) ? 1 : 0);
}
/// x - floor(x), in [0, 1).
inline float fraction(float x) { return x - static_cast<float>(floor_int(x)); }

/// 0 below low, 1 above high, smooth between.
float smooth_step(float low, float high, float x);

/// Smooth noise on a plane, about -1..1, with one bump per unit. A pure function of seed and place.
class Noise {
 public:
  explicit Noise(RandomStream& random) : seed_(random.next()) {}
  float at(float x, float y) const;
  /// Octaves of at(), each twice as fine and half as strong.
  float fractal(float x, float y, int octaves) const;
  /// In [-1, 1), unrelated from one pixel to the next.
  float grain(int x, int y) const;

 private:
  std::uint32_t seed_;
};

/// One lamp, far away, and light from all around.
struct Light {
  Vector direction;  // towards the lamp, length 1
  Color direct, ambient;

  /// What a matt surface sends out.
  Color shade(Color albedo, Vector normal) const;
};

/// A random lamp above the scene: its side, colour temperature, brightness and softness vary.
Light random_light(RandomStream& random);

struct Canvas {
  explicit Canvas(Size s) : size(s), pixels(static_cast<std::size_t>(s.height) * s.width) {}
  Color& at(int y, int x) { return pixels[static_cast<std::size_t>(y) * size.width + x]; }

  Size size;
  std::vector<Color> pixels;  // [height,width]
};

/// What a camera makes of the light: blur (a share 0..1 of a 3x3 binomial filter), noise (standard
/// deviation in 8-bit steps), the display curve (gamma 2) and 8 bits.
Picture develop(const Canvas& canvas, float blur, float noise, RandomStream& random);

}  // namespace carica::data
