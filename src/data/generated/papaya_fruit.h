#pragma once

#include <vector>

#include "data/generated/paint.h"

namespace carica::data {

/// Outline and round body of one papaya on a grid of pixels: a pear-like profile with neck, bend
/// and bumps, turned and placed at random, now and then partly out of the frame.
struct FruitShape {
  /// One pixel of the grid.
  struct Point {
    float inside = -1;  // distance to the outline in pixels, about; positive inside
    float u = 0;        // along the axis: -1 stem, 1 tip
    float v = 0;        // across, in the unit of u
    float s = 0;        // across, -1..1 from side to side
    Vector normal;
  };

  FruitShape(Size size, RandomStream& random);
  const Point& at(int y, int x) const {
    return points[static_cast<std::size_t>(y) * size.width + x];
  }

  Size size;
  std::vector<Point> points;  // [height,width]
};

/// Pixels of the fruit that nothing hides.
std::vector<bool> visible_fruit(const FruitShape& shape, const std::vector<bool>& hidden);

/// Ripe pixels of the visible ones, so that their share is `share` to within a pixel: ripeness
/// begins at one end and its border is irregular. `ripeness` gets the distance to the border along
/// the fruit, in lengths, positive where ripe.
std::vector<bool> ripen(const FruitShape& shape, const std::vector<bool>& visible, double share,
                        std::vector<float>& ripeness, RandomStream& random);

/// The fruit with its shadow, stem, blemishes and shine.
void paint_fruit(Canvas& canvas, const FruitShape& shape, const std::vector<float>& ripeness,
                 const Light& light, RandomStream& random);

}  // namespace carica::data
