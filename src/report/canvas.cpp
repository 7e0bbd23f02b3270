#include "report/canvas.h"

#include <cairo-svg.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "report/plain_text.h"
#include "report/style.h"
#include "report/text_runs.h"

namespace carica::report {
namespace {

constexpr double kLargestSide = 30000;  // Cairo's images end at 32,767

cairo_status_t append(void* text, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

/// Where to break a line that may hold `limit` bytes of the text: at a space, else after a mark in
/// the second half of the line, else at the limit.
std::size_t break_before(const std::string& text, std::size_t limit) {
  const std::size_t space = text.rfind(' ', limit);
  if (space != std::string::npos && space > 0) return space;
  const std::size_t mark = text.find_last_of("_-/.,", limit - 1);
  return mark != std::string::npos && mark + 1 > limit / 2 ? mark + 1 : limit;
}

std::string xml(std::string_view plain) {
  std::string escaped;
  for (const char c : plain) {
    if (c == '<' || c == '>' || c == '&') {
      escaped += cat("&#", static_cast<int>(c), ";");
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace

Format format_of(const std::filesystem::path& file) {
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (ending == ".png") return Format::kPng;
  if (ending == ".svg") return Format::kSvg;
  throw Error(ErrorCode::kUsage,
              cat(file.string(), ": ending \"", ending, "\"; a figure is .png or .svg"));
}

Canvas::Canvas(Format format, double width, double height) : format_(format) {
  width = std::ceil(width);
  height = std::ceil(height);
  if (!(width >= 1 && width <= kLargestSide && height >= 1 && height <= kLargestSide)) {
    throw Error(
        ErrorCode::kUsage,
        cat("figure of ", width, " x ", height, " px; each side must be in 1..", kLargestSide),
        "draw fewer things in one figure");
  }
  if (format == Format::kPng) {
    surface_.reset(cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(width),
                                              static_cast<int>(height)));
  } else {
    surface_.reset(cairo_svg_surface_create_for_stream(append, &svg_, width, height));
    cairo_svg_surface_set_document_unit(surface_.get(), CAIRO_SVG_UNIT_PX);
  }
  context_.reset(cairo_create(surface_.get()));
  cairo_set_line_cap(context_.get(), CAIRO_LINE_CAP_BUTT);
  cairo_set_line_join(context_.get(), CAIRO_LINE_JOIN_ROUND);
  fill({0, 0, width, height}, style::kPaper);

  // The same text on every screen: grey smoothing, outlines and widths that no hinter has moved.
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options(context_.get(), options);
  cairo_font_options_destroy(options);
}

void Canvas::set(Color color) {
  cairo_set_source_rgb(context_.get(), color[0] / 255.0, color[1] / 255.0, color[2] / 255.0);
}

void Canvas::text(Point at, std::string_view text, Font font, Color color, Align align,
                  double degrees) {
  const std::string plain = plain_text(text);
  cairo_t* cr = context_.get();
  constexpr double kHalfOfCapitals = 0.36;  // of the font size, in DejaVu Sans and its likes
  double down = kHalfOfCapitals * font.size;
  if (degrees == 0) down = std::round(at.y + down) - at.y;  // crisp base line
  const auto runs = runs_of(cr, plain, font);
  if (format_ == Format::kSvg && (lacks_letters(runs) || needs_shaping(plain))) {
    return add_svg_text(plain, at, down, font, color, align, degrees);
  }
  if (boxes_.empty() && lacks_letters(runs)) boxes_ = plain;
  const double width = text_width(plain, font);
  set(color);
  cairo_save(cr);
  cairo_translate(cr, at.x, at.y);
  cairo_rotate(cr, -degrees * M_PI / 180);
  const double left = align == Align::kLeft ? 0 : align == Align::kCenter ? -width / 2 : -width;
  cairo_move_to(cr, left, down);
  for (const Run& run : runs) {
    select_font(cr, run.family != nullptr ? run.family : style::kFontFamily, font);
    if (format_ == Format::kPng) {
      // Outlines, because Cairo 1.16 places glyphs of images on whole pixels: uneven gaps.
      cairo_text_path(cr, run.text.c_str());
    } else {
      cairo_show_text(cr, run.text.c_str());
    }
  }
  if (format_ == Format::kPng) cairo_fill(cr);
  cairo_restore(cr);
  cairo_new_path(cr);
}

void Canvas::add_svg_text(const std::string& text, Point at, double down, Font font, Color color,
                          Align align, double degrees) {
  const char* anchor = align == Align::kLeft ? "start" : align == Align::kCenter ? "middle" : "end";
  svg_texts_ += cat("<text y=\"", fixed(down, 2), "\" transform=\"translate(", fixed(at.x, 2), " ",
                    fixed(at.y, 2), ") rotate(", 0 - degrees, ")\" font-size=\"", font.size,
                    "\" font-weight=\"", font.bold ? "bold" : "normal", "\" text-anchor=\"", anchor,
                    "\" fill=\"rgb(", int{color[0]}, ",", int{color[1]}, ",", int{color[2]}, ")\">",
                    xml(text), "</text>\n");
}

double Canvas::text_width(std::string_view text, Font font) const {
  const std::string plain = plain_text(text);
  double width = 0;
  for (const Run& run : runs_of(context_.get(), plain, font)) {
    if (run.family == nullptr && format_ == Format::kSvg) {
      // Chinese letters and emoji, the most common ones, are as wide as they are high.
      width += static_cast<double>(characters(run.text)) * font.size;
      continue;
    }
    select_font(context_.get(), run.family != nullptr ? run.family : style::kFontFamily, font);
    cairo_text_extents_t extents;
    cairo_text_extents(context_.get(), run.text.c_str(), &extents);
    width += extents.x_advance;
  }
  return width;
}

std::string Canvas::fitted(std::string_view text, Font font, double width) const {
  const std::string plain = plain_text(text);
  if (text_width(plain, font) <= width) return plain;
  std::size_t fits = 0, too_many = characters(plain);
  const auto cut = [&](std::size_t count) {
    std::string_view part = first_characters(plain, count);
    while (part.ends_with(' ')) part.remove_suffix(1);
    return std::string(part) + "…";
  };
  while (too_many - fits > 1) {
    const std::size_t middle = (fits + too_many) / 2;
    (text_width(cut(middle), font) <= width ? fits : too_many) = middle;
  }
  return cut(fits);
}

std::vector<std::string> Canvas::wrapped(std::string_view text, Font font, double width,
                                         int lines) const {
  std::vector<std::string> result;
  std::string rest = plain_text(text);
  while (!rest.empty() && static_cast<int>(result.size()) < lines) {
    if (static_cast<int>(result.size()) == lines - 1 || text_width(rest, font) <= width) {
      result.push_back(fitted(rest, font, width));
      break;
    }
    std::size_t fits = 1, too_many = characters(rest);
    while (too_many - fits > 1) {
      const std::size_t middle = (fits + too_many) / 2;
      (text_width(first_characters(rest, middle), font) <= width ? fits : too_many) = middle;
    }
    const std::size_t end = break_before(rest, first_characters(rest, fits).size());
    result.push_back(rest.substr(0, end));
    rest.erase(0, rest.find_first_not_of(' ', end));
  }
  return result;
}

void Canvas::fill(Box box, Color color) {
  set(color);
  cairo_rectangle(context_.get(), box.x, box.y, box.width, box.height);
  cairo_fill(context_.get());
}

void Canvas::outline(Box box, Color color, double line_width) {
  set(color);
  cairo_set_line_width(context_.get(), line_width);
  cairo_rectangle(context_.get(), box.x + line_width / 2, box.y + line_width / 2,
                  box.width - line_width, box.height - line_width);
  cairo_stroke(context_.get());
}

void Canvas::line(Point from, Point to, Color color, double line_width) {
  const double half = std::fmod(line_width, 2) / 2;
  if (from.x == to.x) from.x = to.x = std::round(from.x - half) + half;
  if (from.y == to.y) from.y = to.y = std::round(from.y - half) + half;
  const Point points[] = {from, to};
  polyline(points, color, line_width);
}

void Canvas::polyline(std::span<const Point> points, Color color, double line_width,
                      std::span<const double> dashes) {
  if (points.empty()) return;
  cairo_t* cr = context_.get();
  set(color);
  cairo_set_line_width(cr, line_width);
  cairo_set_dash(cr, dashes.data(), static_cast<int>(dashes.size()), 0);
  cairo_move_to(cr, points[0].x, points[0].y);
  for (const Point& point : points.subspan(1)) cairo_line_to(cr, point.x, point.y);
  cairo_stroke(cr);
  cairo_set_dash(cr, nullptr, 0, 0);
}

void Canvas::disc(Point center, double radius, Color color) {
  set(color);
  cairo_new_sub_path(context_.get());
  cairo_arc(context_.get(), center.x, center.y, radius, 0, 2 * M_PI);
  cairo_fill(context_.get());
}

void Canvas::picture(const data::Picture& picture, Box box) {
  if (picture.empty()) return;
  const auto [height, width] = picture.size;
  const std::unique_ptr<cairo_surface_t, Free> image(
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
  if (cairo_surface_status(image.get()) != CAIRO_STATUS_SUCCESS) {
    throw Error(ErrorCode::kUsage, cat("picture of ", width, " x ", height, " px: Cairo says ",
                                       cairo_status_to_string(cairo_surface_status(image.get()))));
  }
  cairo_surface_flush(image.get());
  unsigned char* rows = cairo_image_surface_get_data(image.get());
  const int stride = cairo_image_surface_get_stride(image.get());
  const std::uint8_t* from = picture.pixels.data();
  for (int y = 0; y < height; ++y) {
    unsigned char* to = rows + static_cast<std::ptrdiff_t>(y) * stride;
    for (int x = 0; x < width; ++x, from += 3, to += 4) {
      const std::uint32_t pixel = from[0] << 16 | from[1] << 8 | from[2];
      std::memcpy(to, &pixel, 4);  // Cairo's order is that of the machine
    }
  }
  cairo_surface_mark_dirty(image.get());

  cairo_t* cr = context_.get();
  cairo_save(cr);
  cairo_translate(cr, box.x, box.y);
  cairo_scale(cr, box.width / width, box.height / height);
  cairo_set_source_surface(cr, image.get(), 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
  cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);  // no pale rim
  cairo_rectangle(cr, 0, 0, width, height);
  cairo_fill(cr);
  cairo_restore(cr);
}

void Canvas::clip(Box box) {
  cairo_save(context_.get());
  cairo_rectangle(context_.get(), box.x, box.y, box.width, box.height);
  cairo_clip(context_.get());
}

void Canvas::end_clip() { cairo_restore(context_.get()); }

void Canvas::save(FileSystem& fs, const std::filesystem::path& file) {
  cairo_status_t status = cairo_status(context_.get());
  std::string png;
  if (format_ == Format::kPng) {
    cairo_surface_flush(surface_.get());
    if (status == CAIRO_STATUS_SUCCESS) {
      status = cairo_surface_write_to_png_stream(surface_.get(), append, &png);
    }
  } else {
    cairo_surface_finish(surface_.get());
    if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface_.get());
  }
  if (status != CAIRO_STATUS_SUCCESS) {
    throw Error(ErrorCode::kIo,
                cat(file.string(), ": Cairo cannot draw it: ", cairo_status_to_string(status)));
  }
  if (!svg_texts_.empty()) {
    svg_.insert(svg_.rfind("</svg>"), cat("<g font-family=\"'", style::kFontFamily,
                                          "', 'Noto Sans', sans-serif\">\n", svg_texts_, "</g>\n"));
  }
  if (!boxes_.empty()) {
    log_warning(cat(file.string(), ": no font has all letters of \"", boxes_,
                    "\"; for Chinese, Japanese and Korean install Noto Sans CJK"));
  }
  write_file(fs, file, format_ == Format::kPng ? png : svg_);
}

}  // namespace carica::report
