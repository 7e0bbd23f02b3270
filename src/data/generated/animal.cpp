#include "data/generated/animal.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/random.h"
#include "data/generated/paint.h"

namespace carica::data {
namespace {

constexpr std::uint32_t kScene = 112, kCrop = 113;  // purposes of random streams

/// What tells a kind from others.
struct Kind {
  float hue, saturation, value;
  float length, height;  // of the body, shares of the picture
  float legs;            // their length
  float stripes, spots;  // how strong
};
constexpr std::array<Kind, kAnimals> kKinds = {{
    {0.10f, 0.45f, 0.75f, 0.30f, 0.13f, 0.14f, 0.0f, 0.8f},  // spotted cat
    {0.07f, 0.75f, 0.70f, 0.33f, 0.15f, 0.13f, 0.8f, 0.0f},  // striped cat
    {0.55f, 0.25f, 0.50f, 0.16f, 0.12f, 0.08f, 0.0f, 0.2f},  // bird
    {0.08f, 0.15f, 0.14f, 0.28f, 0.20f, 0.11f, 0.0f, 0.0f},  // black bear
    {0.07f, 0.55f, 0.38f, 0.30f, 0.22f, 0.11f, 0.0f, 0.0f},  // brown bear
    {0.09f, 0.30f, 0.55f, 0.22f, 0.12f, 0.18f, 0.0f, 0.3f},  // dog
    {0.06f, 0.50f, 0.60f, 0.24f, 0.12f, 0.26f, 0.0f, 0.0f},  // roe deer
    {0.05f, 0.55f, 0.50f, 0.27f, 0.13f, 0.25f, 0.0f, 0.6f},  // sika deer
    {0.07f, 0.25f, 0.28f, 0.29f, 0.17f, 0.10f, 0.3f, 0.0f},  // boar
    {0.95f, 0.55f, 0.55f, 0.11f, 0.27f, 0.22f, 0.0f, 0.0f},  // people
}};

}  // namespace

Picture make_animal(Size size, int kind, std::uint64_t seed, std::uint64_t photograph,
                    std::uint64_t crop) {
  RandomStream scene(seed, 0, photograph, kScene);
  RandomStream random(seed, crop, photograph, kCrop);
  const Kind& own = kKinds[static_cast<std::size_t>(kind)];
  const auto draw = [](RandomStream& stream, double low, double high) {
    return static_cast<float>(stream.uniform(low, high));
  };
  const Color wood = hsv(draw(scene, 0.2, 0.4), draw(scene, 0.2, 0.6), draw(scene, 0.25, 0.6));
  const Color ground = hsv(draw(scene, 0.06, 0.14), draw(scene, 0.2, 0.5), draw(scene, 0.3, 0.6));
  const Color coat = hsv(own.hue + draw(scene, -0.03, 0.03), own.saturation * draw(scene, 0.7, 1.2),
                         own.value * draw(scene, 0.7, 1.25));
  const bool infrared = scene.chance(0.25), mirrored = scene.chance(0.5);
  const Noise leaves(scene), fur(scene);
  const float x = 0.5f + draw(random, -0.08, 0.08), y = 0.5f + draw(random, -0.06, 0.06);
  const float scale = draw(random, 0.85, 1.2), horizon = draw(scene, 0.35, 0.6);
  const auto ellipse = [](float u, float v, float width, float height) {
    return u * u / (width * width) + v * v / (height * height) < 1;
  };
  Canvas canvas(size);
  for (int row = 0; row < size.height; ++row) {
    for (int column = 0; column < size.width; ++column) {
      const float across = (static_cast<float>(column) + 0.5f) / static_cast<float>(size.width);
      const float v = (static_cast<float>(row) + 0.5f) / static_cast<float>(size.height);
      const float u = mirrored ? 1 - across : across;
      const float rough = leaves.fractal(u * 9, v * 9, 3);
      Color color = (v < horizon ? wood : ground) * (1 + 0.6f * rough);
      const float du = (u - x) / scale, dv = (v - y) / scale;
      const bool body = ellipse(du, dv, own.length, own.height);
      const bool head = ellipse(du - own.length * 0.95f, dv + own.height * 0.8f, own.height * 0.55f,
                                own.height * 0.5f);
      const float under = dv - own.height * 0.6f;
      const float beside = std::abs(std::abs(du) - own.length * 0.6f);
      const bool legs = under > 0 && under < own.legs && beside < 0.03f;
      if (body || head || legs) {
        const float stripe = fraction(du * 14 + 0.5f * fur.at(dv * 8, du * 2)) < 0.4f ? 1.0f : 0.0f;
        const float spot = fur.at(du * 26, dv * 26) > 0.25f ? 1.0f : 0.0f;
        const float dark = 1 - 0.75f * std::max(own.stripes * stripe, own.spots * spot);
        const float shade = 1 - 0.5f * std::max(0.0f, dv / own.height);
        color = coat * (dark * shade * (1 + 0.15f * fur.fractal(u * 40, v * 40, 2)));
      }
      if (infrared) {
        const float grey = 0.5f * color.r + 0.35f * color.g + 0.15f * color.b;
        color = {grey, grey, grey};
      }
      canvas.at(row, column) = color;
    }
  }
  return develop(canvas, draw(random, 0, 0.7), draw(random, 1, 6), random);
}

}  // namespace carica::data
