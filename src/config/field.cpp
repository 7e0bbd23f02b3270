#include "config/field.h"

#include <cmath>

#include "core/text.h"

namespace carica::config {
namespace {

/// Whole bounds in full: 65536 rather than 6.5e+04.
std::string bound(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e15) {
    return cat(static_cast<std::int64_t>(value));
  }
  return number(value);
}

std::string_view plural(std::size_t count) { return count == 1 ? " item" : " items"; }

}  // namespace

bool Range::contains(double value) const {
  return (low_open ? value > low : value >= low) && (high_open ? value < high : value <= high);
}

std::string Range::text() const {
  const bool has_low = std::isfinite(low), has_high = std::isfinite(high);
  if (has_low && has_high) {
    return cat("in ", low_open ? '(' : '[', bound(low), ", ", bound(high), high_open ? ')' : ']');
  }
  if (has_low) return cat(low_open ? "above " : "at least ", bound(low));
  if (has_high) return cat(high_open ? "below " : "at most ", bound(high));
  return "";
}

std::string Length::text() const {
  const bool has_high = high != Length{}.high;
  if (has_high && low == high) return cat(low, plural(low));
  if (has_high && low == 0) return cat("at most ", high, plural(high));
  if (has_high) return cat(low, " to ", high, " items");
  if (low > 0) return cat("at least ", low, plural(low));
  return "";
}

}  // namespace carica::config
