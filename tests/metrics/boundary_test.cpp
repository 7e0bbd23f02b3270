// Against OpenCV (boundary IoU) and scipy: see golden/make_metric_peers.py.
#include "metrics/boundary.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "errors.h"
#include "golden/metric_peers_golden.h"
#include "metrics/near_pixels.h"
#include "metrics/picture_boundary.h"
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

TEST(PictureBoundary, IsThatOfEachClass) {
  std::mt19937_64 random(11);
  std::vector<PictureBoundary> pictures;
  for (int round = 0; round < 5; ++round) {
    const auto pair = random_pair(random);
    const auto masks = pair.masks();
    // Class 4 is nowhere; value 3 of the truth is ignored.
    pictures.push_back(count_boundaries(5, 3, masks.truth, masks.prediction));
    for (int c = 0; c < 5; ++c) {
      if (c == 3) continue;
      const BoundaryCase one{masks.truth, masks.prediction, c, 3};
      const auto at = static_cast<std::size_t>(c);
      EXPECT_EQ(pictures.back().overlaps[at].both, boundary_overlap(one).both);
      EXPECT_EQ(pictures.back().overlaps[at].either, boundary_overlap(one).either);
      EXPECT_EQ(pictures.back().matches[at].predicted_near, boundary_matches(one).predicted_near);
      EXPECT_EQ(pictures.back().matches[at].truth_near, boundary_matches(one).truth_near);
    }
  }
  const auto pooled = pooled_boundary_scores(pictures),
             mean = mean_picture_boundary_scores(pictures);
  EXPECT_TRUE(std::isnan(pooled.iou[4]) && std::isnan(mean.f1[4]));
  EXPECT_GT(pooled.mean_iou, 0);
  std::ranges::reverse(pictures);
  EXPECT_EQ(mean_picture_boundary_scores(pictures).iou[0], mean.iou[0]);
  EXPECT_EQ(refusal([&] { pictures[0] += count_boundaries(2, 3, {}, {}); }), ErrorCode::kShape);
  EXPECT_TRUE(std::isnan(pooled_boundary_scores({}).mean_f1));
}

TEST(PictureBoundary, PoolsPixelsOrAveragesPictures) {
  const PictureBoundary one{{{1, 2}, {0, 0}}, {{4, 4, 4, 4}, {}}},
      other{{{0, 8}, {3, 4}}, {{4, 0, 4, 0}, {1, 1, 1, 1}}};
  const std::vector<PictureBoundary> pictures = {one, other};
  const auto pooled = pooled_boundary_scores(pictures),
             mean = mean_picture_boundary_scores(pictures);
  EXPECT_EQ(pooled.iou, (std::vector<double>{0.1, 0.75}));
  EXPECT_EQ(mean.iou, (std::vector<double>{0.25, 0.75}));
  EXPECT_EQ(pooled.f1, (std::vector<double>{0.5, 1}));
  EXPECT_EQ(mean.f1, (std::vector<double>{0.5, 1}));
  EXPECT_EQ(mean.mean_iou, 0.5);
  EXPECT_EQ(pooled.mean_f1, 0.75);
}

TEST(NearPixels, AreThoseOfAll) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 60; ++round) {
    const int height = static_cast<int>(1 + random() % 14),
              width = static_cast<int>(1 + random() % 14);
    const int radius = static_cast<int>(random() % 16);
    const auto farthest = static_cast<std::int64_t>(random() % 60);
    Pixels set(static_cast<std::size_t>(height * width)), of(set.size());
    for (auto& one : set) one = random() % 12 == 0;
    for (auto& one : of) one = random() % 3 == 0;
    const auto dilated = square_dilation(set, height, width, radius);
    std::int64_t near = 0;
    for (int i = 0; i < height * width; ++i) {
      bool close = false, inside = false;
      for (int j = 0; j < height * width; ++j) {
        if (set[static_cast<std::size_t>(j)] == 0) continue;
        const int dy = std::abs(i / width - j / width), dx = std::abs(i % width - j % width);
        close = close || dy * dy + dx * dx <= farthest;
        inside = inside || std::max(dy, dx) <= radius;
      }
      near += close && of[static_cast<std::size_t>(i)] != 0;
      EXPECT_EQ(dilated[static_cast<std::size_t>(i)], inside);
    }
    EXPECT_EQ(count_near(of, set, height, width, farthest), near);
  }
}

}  // namespace
}  // namespace carica::metrics
