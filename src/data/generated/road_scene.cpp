#include "data/generated/road_scene.h"

#include <algorithm>
#include <array>

#include "data/generated/paint.h"

namespace carica::data {
namespace {

constexpr std::uint32_t kScene = 110, kCamera = 111;  // purposes of random streams

enum Class : std::uint8_t {
  kRoad,
  kSidewalk,
  kPerson,
  kRider,
  kMotorcycle,
  kBicycle,
  kCar,
  kTruck,
  kBus,
  kTrain,
  kWall,
  kFence,
  kSign,
  kLight,
  kPole,
  kBuilding,
  kVegetation,
  kSky
};

/// Hue, saturation and value of a class, about which things of it vary.
struct Look {
  float hue, saturation, value, spread;
};
constexpr std::array<Look, kRoadClasses> kLooks = {{
    {0.10f, 0.05f, 0.42f, 0.03f},
    {0.08f, 0.12f, 0.62f, 0.04f},
    {0.03f, 0.45f, 0.55f, 0.15f},
    {0.95f, 0.60f, 0.50f, 0.10f},
    {0.65f, 0.35f, 0.30f, 0.08f},
    {0.15f, 0.50f, 0.40f, 0.10f},
    {0.60f, 0.55f, 0.65f, 0.30f},
    {0.13f, 0.60f, 0.60f, 0.15f},
    {0.02f, 0.75f, 0.65f, 0.05f},
    {0.45f, 0.50f, 0.55f, 0.05f},
    {0.06f, 0.25f, 0.50f, 0.05f},
    {0.09f, 0.35f, 0.35f, 0.05f},
    {0.16f, 0.85f, 0.80f, 0.05f},
    {0.33f, 0.80f, 0.45f, 0.05f},
    {0.55f, 0.04f, 0.30f, 0.02f},
    {0.05f, 0.30f, 0.58f, 0.15f},
    {0.29f, 0.55f, 0.38f, 0.06f},
    {0.58f, 0.35f, 0.88f, 0.05f},
}};

// Paints shapes of a class into picture and mask; coordinates are shares of width and height.
class Painter {
 public:
  Painter(Size size, RandomStream& random)
      : canvas_(size), mask_{size, PixelBytes(canvas_.pixels.size())}, random_(random) {}

  template <typename Inside>
  void shape(std::uint8_t label, Look look, const Inside& inside) {
    const Color color = hsv(look.hue + jitter(look.spread), look.saturation * (1 + jitter(0.25f)),
                            look.value * (1 + jitter(0.2f)));
    const Noise noise(random_);
    const auto width = static_cast<float>(canvas_.size.width);
    const auto height = static_cast<float>(canvas_.size.height);
    for (int y = 0; y < canvas_.size.height; ++y) {
      for (int x = 0; x < canvas_.size.width; ++x) {
        const float u = (static_cast<float>(x) + 0.5f) / width;
        const float v = (static_cast<float>(y) + 0.5f) / height;
        if (!inside(u, v)) continue;
        const float rough = 1 + 0.12f * noise.fractal(u * 24, v * 24, 2);
        canvas_.at(y, x) = color * rough;
        mask_.values[static_cast<std::size_t>(y) * canvas_.size.width + x] = label;
      }
    }
  }
  void of(Class label, float left, float top, float right, float bottom) {
    shape(label, kLooks[label],
          [=](float u, float v) { return u >= left && u < right && v >= top && v < bottom; });
  }
  void round(Class label, float x, float y, float width, float height) {
    shape(label, kLooks[label], [=](float u, float v) {
      const float a = (u - x) / width, b = (v - y) / height;
      return a * a + b * b < 1;
    });
  }
  float draw(float low, float high) { return static_cast<float>(random_.uniform(low, high)); }
  bool chance(double share) { return random_.chance(share); }
  Canvas& canvas() { return canvas_; }
  Mask& mask() { return mask_; }

 private:
  float jitter(float most) { return static_cast<float>(random_.uniform(-most, most)); }

  Canvas canvas_;
  Mask mask_;
  RandomStream& random_;
};

void paint_houses(Painter& paint, float horizon) {
  for (float x = 0; x < 1;) {
    const float width = paint.draw(0.08f, 0.25f);
    if (paint.chance(0.75)) {
      paint.of(kBuilding, x, horizon - paint.draw(0.1f, 0.35f), x + width, horizon + 0.03f);
    } else {
      const float height = paint.draw(0.08f, 0.2f);
      paint.round(kVegetation, x + width / 2, horizon - height / 2, width * 0.6f, height);
    }
    x += width;
  }
}

void paint_ground(Painter& paint, float horizon) {
  constexpr Look kGrass{0.22f, 0.45f, 0.45f, 0.04f};
  paint.shape(kTerrain, kGrass, [=](float, float v) { return v >= horizon; });
  const float middle = paint.draw(0.4f, 0.6f), narrow = paint.draw(0.04f, 0.1f);
  const float wide = paint.draw(0.45f, 0.7f), walk = paint.draw(1.15f, 1.4f);
  const auto within = [=](float u, float v, float factor) {
    const float down = (v - horizon) / (1 - horizon);
    const float half = (narrow + (wide - narrow) * down) * factor;
    return down >= 0 && u > middle - half && u < middle + half;
  };
  paint.shape(kSidewalk, kLooks[kSidewalk], [=](float u, float v) { return within(u, v, walk); });
  paint.shape(kRoad, kLooks[kRoad], [=](float u, float v) { return within(u, v, 1); });
  if (paint.chance(0.4)) {
    const Class label = paint.chance(0.5) ? kWall : kFence;
    const float left = paint.draw(0, 0.5f);
    paint.of(label, left, horizon, left + paint.draw(0.15f, 0.4f), horizon + 0.06f);
  }
}

void paint_vehicle(Painter& paint, float horizon) {
  const float down = paint.draw(0.15f, 0.75f), foot = horizon + (1 - horizon) * down;
  const float scale = 0.08f + 0.3f * down, x = paint.draw(0.15f, 0.85f);
  const float kind = paint.draw(0, 1);
  const Class label =
      kind < 0.62f ? kCar : (kind < 0.78f ? kTruck : (kind < 0.93f ? kBus : kTrain));
  const float height = label == kCar ? 0.5f : (label == kTrain ? 0.7f : 0.9f);
  const float width = label == kTrain ? 1.6f : (label == kBus ? 0.9f : 0.6f);
  paint.of(label, x - scale * width / 2, foot - scale * height, x + scale * width / 2, foot);
  if (label == kCar) paint.round(kCar, x, foot - scale * height, scale * 0.2f, scale * 0.15f);
}

void paint_person(Painter& paint, float horizon) {
  const float down = paint.draw(0.1f, 0.7f), foot = horizon + (1 - horizon) * down;
  const float scale = 0.08f + 0.22f * down, x = paint.draw(0.05f, 0.95f);
  if (paint.chance(0.6)) {
    paint.of(kPerson, x - scale * 0.12f, foot - scale * 0.8f, x + scale * 0.12f, foot);
    paint.round(kPerson, x, foot - scale * 0.88f, scale * 0.09f, scale * 0.11f);
    return;
  }
  const Class ride = paint.chance(0.5) ? kBicycle : kMotorcycle;
  if (ride == kBicycle) {
    paint.round(kBicycle, x - scale * 0.2f, foot - scale * 0.2f, scale * 0.18f, scale * 0.2f);
    paint.round(kBicycle, x + scale * 0.2f, foot - scale * 0.2f, scale * 0.18f, scale * 0.2f);
  } else {
    paint.of(kMotorcycle, x - scale * 0.35f, foot - scale * 0.4f, x + scale * 0.35f, foot);
  }
  paint.of(kRider, x - scale * 0.13f, foot - scale, x + scale * 0.13f, foot - scale * 0.35f);
}

void paint_pole(Painter& paint, float horizon) {
  const float x = paint.draw(0.03f, 0.97f), top = horizon - paint.draw(0.1f, 0.3f);
  paint.of(kPole, x - 0.008f, top, x + 0.008f, horizon + paint.draw(0.05f, 0.25f));
  if (paint.chance(0.5)) {
    paint.of(kSign, x - 0.035f, top - 0.02f, x + 0.035f, top + 0.05f);
  } else if (paint.chance(0.7)) {
    paint.of(kLight, x - 0.02f, top - 0.02f, x + 0.02f, top + 0.07f);
  }
}

}  // namespace

Sample make_road_scene(Size size, std::uint64_t seed, std::uint64_t index) {
  RandomStream scene(seed, 0, index, kScene), camera(seed, 0, index, kCamera);
  Painter paint(size, scene);
  const float horizon = paint.draw(0.35f, 0.5f);
  paint.of(kSky, 0, 0, 1, 1);
  paint_houses(paint, horizon);
  paint_ground(paint, horizon);
  for (int i = 0; i < 2; ++i) paint_pole(paint, horizon);
  for (auto count = 1 + scene.below(3); count > 0; --count) paint_vehicle(paint, horizon);
  for (auto count = 1 + scene.below(3); count > 0; --count) paint_person(paint, horizon);
  Sample sample;
  if (paint.chance(0.5)) {  // the car that films
    constexpr Look kBonnet{0.6f, 0.1f, 0.2f, 0.05f};
    paint.shape(kUnlabelled, kBonnet, [](float u, float v) {
      const float a = (u - 0.5f) / 0.4f, b = (v - 1) / 0.08f;
      return a * a + b * b < 1;
    });
  }
  sample.mask = std::move(paint.mask());
  sample.picture = develop(paint.canvas(), 0.4f, static_cast<float>(camera.uniform(1, 4)), camera);
  return sample;
}

}  // namespace carica::data
