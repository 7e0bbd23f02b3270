#include "report/heat_map.h"

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "report/readable.h"
#include "report/style.h"

namespace carica::report {
namespace {

/// How counts are written into cells of this size; size 0 when they do not fit.
struct CellText {
  double size = 0;
  bool compact = false;
  bool share = false;  // a second line with the share

  std::string count(std::int64_t n) const {
    return compact ? report::compact(n) : readable(static_cast<double>(n), 0);
  }
};

CellText fit_cell_text(const Canvas& ruler, const HeatMap& map, double cell) {
  const double most = cell / 1.8;  // px of the font for one line and its air
  if (most < style::kSmallestSize) return {};
  for (const bool compact : {false, true}) {
    CellText text{.size = 13, .compact = compact};
    double widest = 0;
    for (const auto& row : map.counts) {
      for (const std::int64_t n : row) {
        widest = std::max(widest, ruler.text_width(text.count(n), {text.size}));
      }
    }
    text.size = std::min({text.size, text.size * (cell - 6) / std::max(widest, 1.0), most});
    if (text.size < style::kSmallestSize) continue;
    text.share = cell >= 44;
    return text;
  }
  return {};
}

/// A share of 0 stays paper, so that the smallest confusion can be told from none.
void draw_cell(Canvas& canvas, const Box& cell, double share, std::int64_t count,
               const CellText& text) {
  const bool is_color = share > 0;
  const Color color = is_color            ? sequential(share)
                      : std::isnan(share) ? style::kNothing
                                          : style::kPaper;
  canvas.fill(cell, color);
  if (text.size == 0 || std::isnan(share)) return;
  const Point middle{cell.x + cell.width / 2, cell.y + cell.height / 2};
  if (!is_color) {
    if (!text.share) return;  // many small zeros would hide the numbers that matter
    canvas.text(middle, "0", {text.size}, style::kAxis, Align::kCenter);
    return;
  }
  const Color ink = to_oklab(color).l < 0.6 ? style::kPaper : style::kInk;
  const double up = text.share ? text.size * 0.62 : 0;
  canvas.text({middle.x, middle.y - up}, text.count(count), {text.size}, ink, Align::kCenter);
  if (!text.share) return;
  const Font small{std::max(style::kSmallestSize, text.size * 0.8)};
  canvas.text({middle.x, middle.y + up + 1}, percent(share), small, ink, Align::kCenter);
}

void draw_cells(Canvas& canvas, const HeatMap& map, const HeatMapLayout& layout) {
  const CellText text = fit_cell_text(canvas, map, layout.cell);
  for (std::size_t row = 0; row < map.names.size(); ++row) {
    for (std::size_t column = 0; column < map.names.size(); ++column) {
      const double share = map.shares[row][column];
      if (share == 0 && !text.share) continue;  // nothing to see: keeps large SVGs small
      const Box cell{layout.plot.x + static_cast<double>(column) * layout.cell,
                     layout.plot.y + static_cast<double>(row) * layout.cell, layout.cell,
                     layout.cell};
      draw_cell(canvas, cell, share, map.counts[row][column], text);
    }
  }
}

/// Thin lines between the cells where there is room, else between every ten or hundred.
void draw_grid_lines(Canvas& canvas, const HeatMapLayout& layout, std::size_t names) {
  const Box& plot = layout.plot;
  const std::size_t every = layout.cell >= 20 ? 1 : layout.cell >= 8 ? 10 : 100;
  for (std::size_t i = every; i < names; i += every) {
    const double at = static_cast<double>(i) * layout.cell;
    canvas.line({plot.x + at, plot.y}, {plot.x + at, plot.bottom()}, style::kGrid);
    canvas.line({plot.x, plot.y + at}, {plot.right(), plot.y + at}, style::kGrid);
  }
  canvas.outline({plot.x - 1, plot.y - 1, plot.width + 2, plot.height + 2}, style::kAxis);
}

void draw_names(Canvas& canvas, const HeatMap& map, const HeatMapLayout& layout) {
  const Box& plot = layout.plot;
  const Font font{layout.label_size};
  for (std::size_t i = 0; i < map.names.size(); i += static_cast<std::size_t>(layout.every)) {
    const std::string name = canvas.fitted(map.names[i], font, layout.row_width);
    const double middle = (static_cast<double>(i) + 0.5) * layout.cell;
    canvas.text({plot.x - style::kGap, plot.y + middle}, name, font, style::kInk, Align::kRight);
    const double below = plot.bottom() + style::kGap;
    if (layout.column_degrees == 0) {
      canvas.text({plot.x + middle, below + layout.label_size / 2}, name, font, style::kInk,
                  Align::kCenter);
    } else {
      const double down = layout.column_degrees == 45 ? layout.label_size * 0.3 : 0;
      canvas.text({plot.x + middle + down, below + down - 2}, name, font, style::kInk,
                  Align::kRight, layout.column_degrees);
    }
  }
  const Font axis{style::kLabelSize};
  canvas.text({style::kMargin + style::kLabelSize / 2, plot.y + plot.height / 2}, map.y_label, axis,
              style::kInk, Align::kCenter, 90);
  canvas.text({plot.x + plot.width / 2,
               plot.bottom() + 2 * style::kGap + layout.column_height + style::kLabelSize / 2},
              map.x_label, axis, style::kInk, Align::kCenter);
}

void draw_scale(Canvas& canvas, const HeatMap& map, const HeatMapLayout& layout) {
  const Box& plot = layout.plot;
  const Box bar{plot.right() + 2.5 * style::kGap, plot.y, 14,
                std::round(std::min(plot.height, 360.0))};
  for (double y = 0; y < bar.height; y += 1) {
    canvas.fill({bar.x, bar.y + y, bar.width, 1}, sequential(1 - (y + 0.5) / bar.height));
  }
  for (const int mark : {0, 25, 50, 75, 100}) {
    const double y = bar.bottom() - mark / 100.0 * bar.height;
    canvas.text({bar.right() + style::kGap * 0.75, std::clamp(y, bar.y + 4, bar.bottom() - 4)},
                cat(mark, " %"), {style::kTickSize - 1}, style::kMuted);
  }
  const Font font{style::kTickSize};
  canvas.text({bar.right() + 56, bar.y + bar.height / 2},
              canvas.fitted(map.scale_label, font, std::max(bar.height, 150.0)), font,
              style::kMuted, Align::kCenter, 90);
}

}  // namespace

void draw(const HeatMap& map, const std::filesystem::path& file, FileSystem& fs) {
  const Format format = format_of(file);
  const HeatMapLayout layout(Canvas(format, 1, 1), map);
  Canvas canvas(format, layout.width, layout.height);
  const double room = layout.width - 2 * style::kMargin;
  const Font title{style::kTitleSize, true}, subtitle{style::kSubtitleSize};
  double y = style::kMargin + style::kTitleSize / 2;
  canvas.text({style::kMargin, y}, canvas.fitted(map.title, title, room), title, style::kInk);
  y += style::kTitleSize / 2 + style::kGap + style::kSubtitleSize / 2;
  canvas.text({style::kMargin, y}, map.subtitle, subtitle, style::kMuted);
  draw_cells(canvas, map, layout);
  draw_grid_lines(canvas, layout, map.names.size());
  draw_names(canvas, map, layout);
  draw_scale(canvas, map, layout);
  canvas.save(fs, file);
}

}  // namespace carica::report
