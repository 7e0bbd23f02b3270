#include "data/pixels/options_check.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/error.h"
#include "core/text.h"

namespace carica::data {
namespace {

constexpr std::size_t kMostPixels = std::size_t{1} << 28;  // of a result; more is a mistake

}  // namespace

void reject(std::string_view where, const std::string& found, std::string_view allowed) {
  throw Error(ErrorCode::kConfig, cat(where, " = ", found, ": must be ", allowed));
}

std::string list_text(std::span<const double> values) {
  std::vector<std::string> parts;
  for (const double value : values) parts.push_back(number(value));
  return cat("[", join(parts), "]");
}

std::string list_text(std::span<const int> values) {
  const std::vector<double> numbers(values.begin(), values.end());
  return list_text(numbers);
}

std::string size_text(Size size) { return cat(size.height, "x", size.width); }

void check_size(const char* name, const std::vector<int>& size) {
  const bool good = (size.size() == 1 || size.size() == 2) &&
                    std::all_of(size.begin(), size.end(), [](int side) { return side >= 1; });
  if (good) return;
  reject(cat(name, ".size"), list_text(size), "one number or [height, width], each at least 1");
}

Size crop_size(const char* name, const std::vector<int>& size) {
  check_size(name, size);
  return {size.front(), size.back()};
}

void check_range(std::string_view where, const std::vector<double>& range) {
  const bool good =
      range.size() == 2 && range[0] > 0 && range[0] <= range[1] && std::isfinite(range[1]);
  if (!good) reject(where, list_text(range), "[low, high] with 0 < low <= high");
}

void check_probability(const char* name, double p) {
  if (!(p >= 0 && p <= 1)) reject(cat(name, ".p"), number(p), "in [0, 1]");
}

Interval interval_around_zero(std::string_view where, const std::vector<double>& values) {
  const bool finite =
      std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
  if (finite && values.size() == 1 && values[0] >= 0) return {-values[0], values[0]};
  if (finite && values.size() == 2 && values[0] <= values[1]) return {values[0], values[1]};
  reject(where, list_text(values), "one number, 0 or more, or [low, high] with low <= high");
}

std::optional<Colour> fill_colour(const char* name, const std::vector<int>& fill) {
  if (fill.empty()) return std::nullopt;
  return required_fill(name, fill);
}

Colour required_fill(const char* name, const std::vector<int>& fill) {
  const bool good = (fill.size() == 1 || fill.size() == 3) &&
                    std::all_of(fill.begin(), fill.end(), [](int v) { return v >= 0 && v <= 255; });
  if (!good) {
    reject(cat(name, ".fill"), list_text(fill),
           "one number or [red, green, blue], each in 0 to 255");
  }
  const auto channel = [&](std::size_t c) {
    return static_cast<std::uint8_t>(fill.size() == 1 ? fill[0] : fill[c]);
  };
  return {channel(0), channel(1), channel(2)};
}

Border border_of(const char* name, const std::string& padding_mode) {
  if (padding_mode == "constant") return Border::kConstant;
  if (padding_mode == "edge") return Border::kEdge;
  if (padding_mode == "reflect") return Border::kReflect;
  if (padding_mode == "symmetric") return Border::kSymmetric;
  reject(cat(name, ".padding_mode"), padding_mode, "constant, edge, reflect or symmetric");
}

Sampling sampling_of(const char* name, const std::string& interpolation) {
  if (interpolation == "nearest") return Sampling::kNearest;
  if (interpolation == "bilinear") return Sampling::kBilinear;
  reject(cat(name, ".interpolation"), interpolation, "nearest or bilinear");
}

Size checked_size(const char* name, Size from, double height, double width) {
  if (!(height * width <= static_cast<double>(kMostPixels))) {
    throw Error(ErrorCode::kData,
                cat(name, ": a picture of ", size_text(from), " would become ", fixed(height, 0),
                    "x", fixed(width, 0), "; at most ", kMostPixels, " pixels are allowed"));
  }
  return {std::max(1, static_cast<int>(height)), std::max(1, static_cast<int>(width))};
}

}  // namespace carica::data
