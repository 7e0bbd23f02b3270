#include "report/scatter.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/text.h"
#include "report/axes.h"
#include "report/pictures.h"
#include "report/style.h"

namespace carica::report {
namespace {

constexpr double kWidth = 960, kHeight = 720, kLegendRow = 20, kWidestName = 170, kDisc = 5;
constexpr Font kNames{style::kTickSize};

/// A point on the paper's plane, and how near it is (larger: nearer).
struct Projected {
  double x = 0, y = 0, depth = 0;
};

// Turned by 30 degrees and seen from 25 degrees above.
Projected project(const std::vector<double>& point) {
  if (point.size() == 2) return {point[0], point[1], 0};
  const double turn = M_PI / 6, tilt = M_PI * 25 / 180;
  const double x = point[0] * std::cos(turn) - point[1] * std::sin(turn);
  const double away = point[0] * std::sin(turn) + point[1] * std::cos(turn);
  return {x, point[2] * std::cos(tilt) + away * std::sin(tilt),
          point[2] * std::sin(tilt) - away * std::cos(tilt)};
}

void check(const Scatter& scatter) {
  bool good = scatter.points.size() == scatter.labels.size();
  for (std::size_t i = 0; good && i < scatter.points.size(); ++i) {
    const auto size = scatter.points[i].size();
    good = (size == 2 || size == 3) && size == scatter.points[0].size() && scatter.labels[i] >= 0 &&
           scatter.labels[i] < static_cast<std::int64_t>(scatter.classes.size());
  }
  if (!good) {
    throw Error(ErrorCode::kShape, cat("scatter \"", scatter.title,
                                       "\": each point must have 2 or 3 coordinates and a class"));
  }
}

// Names of the classes that have points, as many as fit.
void draw_legend(Canvas& canvas, const Scatter& scatter, const std::vector<Color>& colors,
                 const Box& box) {
  std::vector<bool> present(scatter.classes.size(), false);
  for (const auto label : scatter.labels) present[static_cast<std::size_t>(label)] = true;
  std::vector<std::size_t> shown;
  for (std::size_t k = 0; k < present.size(); ++k) {
    if (present[k]) shown.push_back(k);
  }
  const auto fit = static_cast<std::size_t>(box.height / kLegendRow);
  const std::size_t rows = shown.size() <= fit ? shown.size() : fit - 1;
  double y = box.y + kLegendRow / 2;
  for (std::size_t i = 0; i < rows; ++i, y += kLegendRow) {
    canvas.disc({box.x + kDisc, y}, kDisc, colors[shown[i]]);
    canvas.text({box.x + 3 * kDisc, y},
                canvas.fitted(scatter.classes[shown[i]], kNames, box.width - 3 * kDisc), kNames,
                style::kInk);
  }
  if (rows < shown.size()) {
    canvas.text({box.x, y}, cat("and ", shown.size() - rows, " more"), kNames, style::kMuted);
  }
}

}  // namespace

void draw(const Scatter& scatter, const std::filesystem::path& file, FileSystem& fs) {
  check(scatter);
  Canvas canvas(format_of(file), kWidth, kHeight);
  double top = draw_title(canvas, scatter.title, style::kMargin, style::kMargin,
                          kWidth - 2 * style::kMargin);
  if (!scatter.subtitle.empty()) {
    canvas.text({style::kMargin, top + style::kGap}, scatter.subtitle, {style::kSubtitleSize},
                style::kMuted);
    top += 3 * style::kGap;
  }
  const double legend_x = kWidth - style::kMargin - kWidestName;
  const Box plot{style::kMargin, top, legend_x - 2 * style::kGap - style::kMargin,
                 kHeight - style::kMargin - top};
  canvas.outline(plot, style::kGrid);
  const auto colors = class_colors(static_cast<int>(scatter.classes.size()));
  draw_legend(canvas, scatter, colors, {legend_x, top, kWidestName, plot.height});

  std::vector<Projected> places;
  Range x, y, depth;
  for (const auto& point : scatter.points) {
    places.push_back(project(point));
    const auto& place = places.back();
    if (!is_drawable(place.x) || !is_drawable(place.y)) continue;
    x.include(place.x);
    y.include(place.y);
    depth.include(place.depth);
  }
  x = x.drawable(false);
  y = y.drawable(false);
  depth = depth.drawable(false);
  const double air = 4 * style::kGap;
  const double scale =
      std::min((plot.width - air) / (x.high - x.low), (plot.height - air) / (y.high - y.low));
  const Point middle{plot.x + plot.width / 2, plot.y + plot.height / 2};
  std::vector<std::size_t> order(places.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return places[i].depth; });
  const bool flat = scatter.points.empty() || scatter.points[0].size() == 2;
  const double radius = places.size() > 2000 ? 1.8 : 3;
  for (const auto i : order) {
    const auto& place = places[i];
    if (!is_drawable(place.x) || !is_drawable(place.y)) continue;
    const double near = (place.depth - depth.low) / (depth.high - depth.low);
    canvas.disc({middle.x + (place.x - (x.low + x.high) / 2) * scale,
                 middle.y - (place.y - (y.low + y.high) / 2) * scale},
                flat ? radius : radius * (0.6 + 0.8 * near),
                colors[static_cast<std::size_t>(scatter.labels[i])]);
  }
  canvas.save(fs, file);
}

}  // namespace carica::report
