#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace carica::data {

// Limits of tables and lists.
inline constexpr std::size_t kMaxTableBytes = 256u << 20;
inline constexpr std::size_t kMaxLineBytes = 1u << 20;
inline constexpr std::size_t kMaxRows = 10'000'000;

struct ListLine {
  std::string_view text;   // without blanks at both ends; part of what was parsed
  std::size_t number = 0;  // from 1
};

/// The lines of a list file that are not empty. LF and CRLF, a BOM is skipped. Opens nothing.
/// Throws Error(kData) beyond the limits above, for a NUL byte, and for a list without lines;
/// `name` stands in messages.
std::vector<ListLine> parse_list(std::string_view text, const std::string& name);

/// The parts of a line: between tabs where it has any, else between blanks.
std::vector<std::string_view> fields_of(std::string_view line);

}  // namespace carica::data
