// Against OpenCV (boundary IoU) and scipy: see golden/make_metric_peers.py.
#include "metrics/boundary.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "errors.h"
#include "golden/metric_peers_golden.h"
#include "metrics/distance_map.h"
#include "near.h"

namespace carica::metrics {
namespace {

using Pixels = std::vector<std::uint8_t>;

Pixels drawn(int height, int width, const std::vector<golden::Disc>& discs) {
  Pixels pixels(static_cast<std::size_t>(height) * static_cast<std::size_t>(width), 0);
  for (const auto& [value, x, y, square] : discs) {
    for (int i = 0; i < height; ++i) {
      for (int j = 0; j < width; ++j) {
        if ((j - x) * (j - x) + (i - y) * (i - y) < square) {
          pixels[static_cast<std::size_t>(i * width + j)] = static_cast<std::uint8_t>(value);
        }
      }
    }
  }
  return pixels;
}

struct Pair {
  int height, width;
  Pixels truth, prediction;
  int ignored = 255;

  BoundaryCase masks() const {
    return {{height, width, truth}, {height, width, prediction}, 1, ignored};
  }
};

/// Few classes in small blocks, and ignored pixels of value 3.
Pair random_pair(std::mt19937_64& random) {
  const int height = static_cast<int>(1 + random() % 40),
            width = static_cast<int>(1 + random() % 40);
  Pair pair{height, width, Pixels(static_cast<std::size_t>(height * width)), {}, 3};
  pair.prediction = pair.truth;
  for (auto& value : pair.truth) value = static_cast<std::uint8_t>(random() % 4);
  for (auto& value : pair.prediction) value = static_cast<std::uint8_t>(random() % 3);
  return pair;
}

TEST(Boundary, CountsAsOpenCvAndScipyDo) {
  const auto cases = golden::boundary_cases();
  ASSERT_EQ(cases.size(), 7);
  for (const auto& one : cases) {
    SCOPED_TRACE(testing::Message() << one.height << "x" << one.width);
    const Pair pair{one.height, one.width, drawn(one.height, one.width, one.truth),
                    drawn(one.height, one.width, one.prediction), one.ignored};
    const auto overlap = boundary_overlap(pair.masks());
    EXPECT_EQ((golden::Counts{overlap.both, overlap.either}), one.band);
    const auto matches = boundary_matches(pair.masks());
    EXPECT_EQ((golden::Counts{matches.predicted, matches.predicted_near, matches.truth,
                              matches.truth_near}),
              one.contour);
  }
}

TEST(Boundary, WidthIsTwoPercentOfTheDiagonal) {
  EXPECT_EQ(boundary_width(3, 4), 1);
  EXPECT_EQ(boundary_width(1024, 2048), 46);
  EXPECT_EQ(boundary_width(1080, 1920), 44);
  EXPECT_EQ(boundary_width(75, 100), 2);  // 2.5 goes to the even number, as Python's round
}

TEST(Boundary, OfEqualMasksIsOne) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 50; ++round) {
    Pair pair = random_pair(random);
    pair.prediction = pair.truth;
    const auto overlap = boundary_overlap(pair.masks());
    const auto matches = boundary_matches(pair.masks());
    if (overlap.either > 0) {
      EXPECT_EQ(overlap.iou(), 1);
    }
    if (matches.truth > 0) {
      EXPECT_EQ(matches.f1(), 1);
    }
  }
}

TEST(Boundary, DoesNotLookAtIgnoredPixels) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 50; ++round) {
    Pair pair = random_pair(random), other = pair;
    for (std::size_t i = 0; i < pair.truth.size(); ++i) {
      if (pair.truth[i] == 3) other.prediction[i] = static_cast<std::uint8_t>(random() % 3);
    }
    EXPECT_EQ(boundary_overlap(pair.masks()).both, boundary_overlap(other.masks()).both);
    EXPECT_EQ(boundary_overlap(pair.masks()).either, boundary_overlap(other.masks()).either);
    EXPECT_EQ(boundary_matches(pair.masks()).predicted, boundary_matches(other.masks()).predicted);
  }
}

TEST(Boundary, SumsOverPictures) {
  BoundaryOverlap overlap{1, 4};
  overlap += {2, 4};
  EXPECT_EQ(overlap.iou(), 3.0 / 8);
  BoundaryMatches matches{4, 2, 0, 0};
  EXPECT_EQ(matches.f1(), 0);
  EXPECT_TRUE(std::isnan(matches.recall()));
  matches += {0, 0, 2, 1};
  EXPECT_EQ(matches.f1(), 0.5);
  EXPECT_TRUE(std::isnan(BoundaryMatches{}.f1()));
  EXPECT_TRUE(std::isnan(BoundaryOverlap{}.iou()));
}

TEST(Boundary, RefusesOtherSizes) {
  const Pair pair{2, 3, Pixels(6), Pixels(6)};
  auto masks = pair.masks();
  masks.prediction.height = 3;
  masks.prediction.width = 2;
  EXPECT_EQ(refusal([&] { boundary_overlap(masks); }), ErrorCode::kShape);
  masks = pair.masks();
  masks.truth.values = masks.truth.values.first(5);
  EXPECT_EQ(refusal([&] { boundary_matches(masks); }), ErrorCode::kShape);
  EXPECT_EQ(refusal([&] { boundary_overlap(pair.masks(), 0); }), ErrorCode::kShape);
}

TEST(DistanceMap, IsTheNearestOfAll) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 60; ++round) {
    const int height = static_cast<int>(1 + random() % 14),
              width = static_cast<int>(1 + random() % 14);
    const int radius = static_cast<int>(random() % 16);
    Pixels set(static_cast<std::size_t>(height * width));
    for (auto& one : set) one = random() % 12 == 0;
    const auto distances = squared_distances(set, height, width);
    const auto dilated = square_dilation(set, height, width, radius);
    for (int i = 0; i < height * width; ++i) {
      std::int64_t nearest = kNoDistance;
      bool inside = false;
      for (int j = 0; j < height * width; ++j) {
        if (set[static_cast<std::size_t>(j)] == 0) continue;
        const int dy = std::abs(i / width - j / width), dx = std::abs(i % width - j % width);
        nearest = std::min<std::int64_t>(nearest, dy * dy + dx * dx);
        inside = inside || std::max(dy, dx) <= radius;
      }
      EXPECT_EQ(distances[static_cast<std::size_t>(i)], nearest);
      EXPECT_EQ(dilated[static_cast<std::size_t>(i)], inside);
    }
  }
}

}  // namespace
}  // namespace carica::metrics
