#pragma once

#include <cairo.h>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/file_system.h"
#include "data/images/picture.h"
#include "report/color.h"

namespace carica::report {

enum class Format { kPng, kSvg };

/// By the ending of the name. Throws Error(kUsage) for any other than .png and .svg.
Format format_of(const std::filesystem::path& file);

struct Font {
  double size = 12;  // px
  bool bold = false;
};
enum class Align { kLeft, kCenter, kRight };

struct Point {
  double x = 0, y = 0;
};
struct Box {
  double x = 0, y = 0, width = 0, height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

/// White paper to draw on with Cairo; pixels, y downwards. Text may be any bytes: what is not UTF-8
/// is drawn as U+FFFD, control characters as spaces. In an SVG, text becomes glyph outlines: it
/// looks the same on every machine, and cannot be searched. Letters that style's fonts lack come
/// from another font of the machine; where none has them, and for writing that Cairo cannot set
/// (Arabic, Hebrew, those of India and their like), an SVG has the text as text, which its viewer
/// sets above all else, and a PNG has boxes, of which save() warns, or single letters from left to
/// right. Not thread-safe.
class Canvas {
 public:
  /// Throws Error(kUsage) when a side is not in 1..30000 px.
  Canvas(Format format, double width, double height);
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  /// Draws one line of text whose vertical middle is at `at`, turned by `degrees`
  /// counter-clockwise.
  void text(Point at, std::string_view text, Font font, Color color, Align align = Align::kLeft,
            double degrees = 0);
  double text_width(std::string_view text, Font font) const;
  /// The text, or as much of its beginning as fits with "…" after it.
  std::string fitted(std::string_view text, Font font, double width) const;
  /// At most `lines` lines, broken at spaces or where it must be; the last one is fitted().
  std::vector<std::string> wrapped(std::string_view text, Font font, double width, int lines) const;

  void fill(Box box, Color color);
  void outline(Box box, Color color, double line_width = 1);
  /// A line from `from` to `to`; one that is level or upright falls on whole pixels.
  void line(Point from, Point to, Color color, double line_width = 1);
  /// `dashes` as in SVG: lengths of dash, gap, dash, ...; empty is solid.
  void polyline(std::span<const Point> points, Color color, double line_width,
                std::span<const double> dashes = {});
  void disc(Point center, double radius, Color color);
  /// Scales the picture to the box: averaging when it shrinks, smoothly when it grows.
  void picture(const data::Picture& picture, Box box);

  void clip(Box box);
  void end_clip();

  /// Writes the finished figure; nothing may be drawn after it. Throws Error(kIo).
  void save(FileSystem& fs, const std::filesystem::path& file);

 private:
  struct Free {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    void operator()(cairo_t* context) const { cairo_destroy(context); }
  };
  void set(Color color);
  void add_svg_text(const std::string& text, Point at, double down, Font font, Color color,
                    Align align, double degrees);

  Format format_;
  std::string svg_;        // filled by the surface: outlives it
  std::string svg_texts_;  // elements that save() adds to it
  std::string boxes_;      // the first text in a PNG that has boxes
  std::unique_ptr<cairo_surface_t, Free> surface_;
  std::unique_ptr<cairo_t, Free> context_;
};

}  // namespace carica::report
