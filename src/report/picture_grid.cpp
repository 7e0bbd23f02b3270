#include <algorithm>
#include <cmath>

#include "report/axes.h"
#include "report/canvas.h"
#include "report/pictures.h"
#include "report/style.h"

namespace carica::report {
namespace {

constexpr double kTitleLines = 2;

/// The largest box of the picture's proportions inside `cell`, in its middle, on whole pixels.
Box fit(const data::Size& size, const Box& cell) {
  const double scale = std::min(cell.width / size.width, cell.height / size.height);
  const double width = std::max(1.0, std::round(size.width * scale));
  const double height = std::max(1.0, std::round(size.height * scale));
  return {cell.x + std::floor((cell.width - width) / 2),
          cell.y + std::floor((cell.height - height) / 2), width, height};
}

/// Squares of colour with names, in as many rows as the width asks for.
class Keys {
 public:
  Keys(const Canvas& canvas, const std::vector<ColorKey>& keys, double width) {
    double x = 0, y = kRow / 2;
    for (const ColorKey& key : keys) {
      const std::string name = canvas.fitted(key.name, kFont, kWidestName);
      const double needed = kSquare + style::kGap + canvas.text_width(name, kFont);
      if (x > 0 && x + needed > width) {
        x = 0;
        y += kRow;
      }
      entries_.push_back({{x, y}, name, key.color});
      x += needed + 2 * style::kGap;
    }
    if (!keys.empty()) height_ = y + kRow / 2 + style::kGap;
  }

  double height() const { return height_; }
  void draw(Canvas& canvas, Point corner) const {
    for (const Entry& entry : entries_) {
      const double x = corner.x + entry.at.x, y = corner.y + entry.at.y;
      const Box square{x, y - kSquare / 2, kSquare, kSquare};
      canvas.fill(square, entry.color);
      canvas.text({square.right() + style::kGap, y}, entry.name, kFont, style::kInk);
    }
  }

 private:
  static constexpr Font kFont{style::kTickSize};
  static constexpr double kSquare = 12, kRow = 20, kWidestName = 200;
  struct Entry {
    Point at;
    std::string name;
    Color color;
  };
  std::vector<Entry> entries_;
  double height_ = 0;
};

}  // namespace

void draw_grid(const std::vector<GridCell>& cells, int columns, int cell, const std::string& title,
               const std::filesystem::path& file, FileSystem& fs) {
  draw_grid(cells, columns, cell, title, {}, file, fs);
}

void draw_grid(const std::vector<GridCell>& cells, int columns, int cell, const std::string& title,
               const std::vector<ColorKey>& keys, const std::filesystem::path& file,
               FileSystem& fs) {
  columns = std::clamp(columns, 1, std::max(1, static_cast<int>(cells.size())));
  cell = std::max(cell, 16);
  const Format format = format_of(file);
  const Font font{cell >= 120 ? style::kTickSize : 10.0};
  const double line = std::ceil(font.size * 1.3);

  // Each row is as high as its pictures and titles ask for.
  const Canvas ruler(format, 1, 1);
  const double side = cell;
  std::vector<std::vector<std::string>> titles;
  const std::size_t rows = (cells.size() + columns - 1) / columns;
  std::vector<std::size_t> lines(rows, 0);
  std::vector<double> heights(rows, 1);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    titles.push_back(ruler.wrapped(cells[i].title, font, cell, kTitleLines));
    const std::size_t row = i / columns;
    lines[row] = std::max(lines[row], titles[i].size());
    const double height =
        cells[i].picture.empty() ? side : fit(cells[i].picture.size, {0, 0, side, side}).height;
    heights[row] = std::max(heights[row], height);
  }

  const double gap = std::max(style::kGap, std::round(cell * 0.06));
  const double width = 2 * style::kMargin + columns * (cell + gap) - gap;
  const Keys legend(ruler, keys, width - 2 * style::kMargin);
  double y = style::kMargin + (title.empty() ? 0 : style::kTitleSize + 1.5 * style::kGap);
  const double legend_y = y;
  y += legend.height();
  double height = y + style::kMargin - gap;
  for (std::size_t row = 0; row < rows; ++row) {
    height += heights[row] + gap + (lines[row] > 0 ? 4 : 0) + lines[row] * line;
  }

  Canvas canvas(format, width, std::max(height, y + style::kMargin));
  draw_title(canvas, title, style::kMargin, style::kMargin, width - 2 * style::kMargin);
  legend.draw(canvas, {style::kMargin, legend_y});
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t end = std::min(cells.size(), (row + 1) * columns);
    for (std::size_t i = row * columns; i < end; ++i) {
      const Box box{style::kMargin + static_cast<double>(i % columns) * (cell + gap), y, side,
                    heights[row]};
      if (cells[i].picture.empty()) {
        canvas.fill(box, style::kNothing);
      } else {
        canvas.picture(cells[i].picture, fit(cells[i].picture.size, box));
      }
      double text_y = box.bottom() + 4 + line / 2;
      for (const std::string& part : titles[i]) {
        canvas.text({box.x + box.width / 2, text_y}, part, font, style::kInk, Align::kCenter);
        text_y += line;
      }
    }
    y += heights[row] + gap + (lines[row] > 0 ? 4 : 0) + lines[row] * line;
  }
  canvas.save(fs, file);
}

}  // namespace carica::report
