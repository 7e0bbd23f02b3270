#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace carica {

/// Concatenates the parts as operator<< prints them: cat("lr ", 0.1, " at step ", 7).
template <typename... Parts>
std::string cat(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

/// "a, b, c" with the given separator.
std::string join(std::span<const std::string> parts, std::string_view separator = ", ");

/// The first `most` of them: "a, b and 7 more".
std::string join_few(std::span<const std::string> parts, std::size_t most = 5);

/// Columns that UTF-8 text takes on a terminal: two for the scripts of East Asia and for pictures.
std::size_t columns_of(std::string_view text);
/// Filled up with spaces to that many columns, on the left where the text stands to the right.
std::string padded(std::string text, std::size_t columns, bool right = false);

/// Splits at every `separator`; "" gives one empty part.
std::vector<std::string> split(std::string_view text, char separator);

/// A to Z as a to z; all else, other letters included, as it is.
std::string lower_case(std::string_view text);

/// The entry of `known` with the smallest edit distance (case ignored), if it is close enough to be
/// a slip of the keyboard.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> known);

/// Short text that reads back as the same double: 0.1, 1e-05, 3, 100000.
std::string number(double value);

/// Fixed digits after the point: fixed(0.98765, 2) is "0.99".
std::string fixed(double value, int digits);

/// Seconds as 00:41, 12:07 or 3:05:09.
std::string clock_time(double seconds);

/// 1536 -> "1.5 KiB".
std::string byte_size(std::uint64_t bytes);

/// Today as YYYY-MM-DDTHH:MM:SSZ.
std::string utc_now();

/// A CSV field, quoted when it holds a comma, quote or line break (RFC 4180).
std::string csv_field(std::string_view text);

/// True when the bytes are well-formed UTF-8.
bool is_utf8(std::string_view text);

/// For messages: control characters as \xNN, and so is every byte above 0x7F where the whole is no
/// UTF-8; cut after `most` bytes.
std::string readable(std::string_view text, std::size_t most = 200);

}  // namespace carica
