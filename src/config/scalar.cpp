#include "config/scalar.h"

#include <charconv>
#include <limits>

namespace carica::config {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "+1" without its sign, which from_chars does not take; "" for "+-1".
std::string_view without_plus(std::string_view text) {
  if (!text.starts_with('+')) return text;
  text.remove_prefix(1);
  return !text.empty() && is_digit(text[0]) ? text : std::string_view();
}

}  // namespace

std::optional<double> to_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  // from_chars would take "inf", "nan" and a second sign.
  const bool begins = !text.empty() && (is_digit(text[0]) || text[0] == '.');
  if (!begins) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return negative ? -value : value;
}

std::optional<std::int64_t> to_whole_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  text = without_plus(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::invalid_argument || end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    return negative ? std::numeric_limits<std::int64_t>::min()
                    : std::numeric_limits<std::int64_t>::max();
  }
  return value;
}

std::optional<std::uint64_t> to_unsigned_number(std::string_view text) {
  text = without_plus(text);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> to_flag(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

}  // namespace carica::config
