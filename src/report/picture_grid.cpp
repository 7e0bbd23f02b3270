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

}  // namespace

void draw_grid(const std::vector<GridCell>& cells, int columns, int cell, const std::string& title,
               const std::filesystem::path& file, FileSystem& fs) {
  columns = std::clamp(columns, 1, std::max(1, static_cast<int>(cells.size())));
  cell = std::max(cell, 16);
  const Format format = format_of(file);
  const Font font{cell >= 120 ? style::kTickSize : 10.0};
  const double line = std::ceil(font.size * 1.3);

  // Each row is as high as its titles ask for.
  const Canvas ruler(format, 1, 1);
  std::vector<std::vector<std::string>> titles;
  const std::size_t rows = (cells.size() + columns - 1) / columns;
  std::vector<std::size_t> lines(rows, 0);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    titles.push_back(ruler.wrapped(cells[i].title, font, cell, kTitleLines));
    lines[i / columns] = std::max(lines[i / columns], titles[i].size());
  }

  const double gap = std::max(style::kGap, std::round(cell * 0.06));
  const double width = 2 * style::kMargin + columns * (cell + gap) - gap;
  double y = style::kMargin + (title.empty() ? 0 : style::kTitleSize + 1.5 * style::kGap);
  double height = y + style::kMargin - gap;
  for (const std::size_t count : lines) height += cell + gap + (count > 0 ? 4 : 0) + count * line;

  Canvas canvas(format, width, std::max(height, y + style::kMargin));
  draw_title(canvas, title, style::kMargin, style::kMargin, width - 2 * style::kMargin);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t end = std::min(cells.size(), (row + 1) * columns);
    for (std::size_t i = row * columns; i < end; ++i) {
      const Box box{style::kMargin + static_cast<double>(i % columns) * (cell + gap), y,
                    static_cast<double>(cell), static_cast<double>(cell)};
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
    y += cell + gap + (lines[row] > 0 ? 4 : 0) + lines[row] * line;
  }
  canvas.save(fs, file);
}

}  // namespace carica::report
