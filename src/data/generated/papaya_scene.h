#pragma once

#include <cstdint>
#include <vector>

#include "data/generated/paint.h"

namespace carica::data {

/// A thing that lies about: covers pixels near (x, y), is no fruit of ours.
struct Prop {
  enum class Kind { kLeaf, kBall, kStick, kBox };
  Kind kind = Kind::kBall;
  float x = 0, y = 0;           // centre, pixels
  float cosine = 1, sine = 0;   // of its turn
  float length = 1, width = 1;  // half, pixels
  Color albedo;

  /// How far inside the outline a place is, in pixels, about; negative outside. `u`, `v` get its
  /// own coordinates, -1..1 inside.
  float inside(float px, float py, float& u, float& v) const;
};

/// What colours a scene prefers, drawn once for each picture so that its mean colour says little
/// about the fruit: shares of things in the colours of ripe and of unripe fruit.
struct Mood {
  float ripe = 0.3f, unripe = 0.3f;
};
Mood random_mood(RandomStream& random);

Prop random_prop(Size size, const Mood& mood, RandomStream& random);

/// Table, cloth, soil, stone or a blurred garden over the whole canvas.
void paint_background(Canvas& canvas, const Light& light, const Mood& mood, RandomStream& random);

/// Draws the thing and its shadow.
void paint_prop(Canvas& canvas, const Prop& prop, const Light& light, RandomStream& random);

}  // namespace carica::data
