#pragma once

#include <cairo.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <set>
#include <vector>

#include "report/color.h"

namespace carica::test {

/// A PNG as a reader sees it, decoded by Cairo; a file that is none fails the test and has width 0.
class PngFile {
 public:
  explicit PngFile(const std::filesystem::path& file) {
    cairo_surface_t* image = cairo_image_surface_create_from_png(file.c_str());
    EXPECT_EQ(cairo_surface_status(image), CAIRO_STATUS_SUCCESS) << file;
    cairo_surface_flush(image);
    width_ = cairo_image_surface_get_width(image);
    height_ = cairo_image_surface_get_height(image);
    const unsigned char* data = cairo_image_surface_get_data(image);
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) {
        std::uint32_t pixel;
        std::memcpy(&pixel, data + y * cairo_image_surface_get_stride(image) + 4 * x, 4);
        pixels_.push_back(pixel & 0xFFFFFF);
      }
    }
    cairo_surface_destroy(image);
  }

  int width() const { return width_; }
  int height() const { return height_; }
  report::Color at(int x, int y) const {
    const std::uint32_t pixel = pixels_[static_cast<std::size_t>(y) * width_ + x];
    return {static_cast<std::uint8_t>(pixel >> 16), static_cast<std::uint8_t>(pixel >> 8),
            static_cast<std::uint8_t>(pixel)};
  }
  std::size_t distinct_colors() const {
    return std::set<std::uint32_t>(pixels_.begin(), pixels_.end()).size();
  }
  std::size_t count(const report::Color& color) const {
    const std::uint32_t wanted = color[0] << 16 | color[1] << 8 | color[2];
    return static_cast<std::size_t>(std::count(pixels_.begin(), pixels_.end(), wanted));
  }
  /// True when all pixels of the outermost `margin` px are white: nothing was cut off.
  bool has_white_margin(int margin) const {
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) {
        const bool inside =
            x >= margin && y >= margin && x < width_ - margin && y < height_ - margin;
        if (!inside && at(x, y) != report::Color{255, 255, 255}) return false;
      }
    }
    return true;
  }

 private:
  int width_ = 0, height_ = 0;
  std::vector<std::uint32_t> pixels_;
};

}  // namespace carica::test
