#include "report/readable.h"

#include <algorithm>
#include <cmath>

#include "core/text.h"

namespace carica::report {

std::string readable(double value, int decimals) {
  std::string digits = fixed(std::abs(value), decimals);
  const std::size_t whole = std::min(digits.find('.'), digits.size());
  if (whole > 4) {
    for (std::size_t i = whole; i > 3;) digits.insert(i -= 3, "\u202F");  // narrow no-break space
  }
  const bool is_zero = digits.find_first_not_of("0.") == std::string::npos;
  return (value < 0 && !is_zero ? "−" : "") + digits;
}

std::string compact(std::int64_t count) {
  constexpr const char* kUnits[] = {"", "k", "M", "G", "T", "P", "E"};
  auto value = static_cast<double>(count);
  int unit = 0;
  while (value >= 999.5) {
    value /= 1000;
    ++unit;
  }
  return fixed(value, unit > 0 && value < 9.95 ? 1 : 0) + kUnits[unit];
}

std::string percent(double share) {
  if (share == 0 || share == 1) return share == 0 ? "0 %" : "100 %";
  if (share < 0.001) return "< 0.1 %";
  return share > 0.9990 ? "> 99.9 %" : fixed(100 * share, 1) + " %";
}

}  // namespace carica::report
