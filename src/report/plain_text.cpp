#include "report/plain_text.h"

#include <algorithm>
#include <cstdint>

namespace carica::report {
namespace {

constexpr std::size_t kMostCharacters = 1000;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool continues(char byte) { return (static_cast<std::uint8_t>(byte) & 0xC0) == 0x80; }

/// Bytes of the well-formed character at the beginning, 0 when there is none (Unicode, table 3-7).
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(text[i])) return 0;
  }
  const std::uint8_t second = byte(1);
  const bool wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                     (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return wrong ? 0 : length;
}

/// U+FDD0..FDEF and the last two of each plane, which neither Cairo nor XML takes.
bool is_noncharacter(std::string_view character) {
  const auto low = [&](std::size_t i) { return static_cast<std::uint8_t>(character[i]) & 0x3Fu; };
  if (character.size() < 3) return false;
  const std::size_t last = character.size() - 1;
  const unsigned code = (low(last - 2) & 0xFu) << 12 | low(last - 1) << 6 | low(last);
  if ((code & 0xFFFEu) == 0xFFFEu) return true;
  return character.size() == 3 && code >= 0xFDD0u && code <= 0xFDEFu;
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string plain;
  for (std::size_t count = 0; !text.empty() && count < kMostCharacters; ++count) {
    const std::size_t length = character_length(text);
    if (length == 0 || is_noncharacter(text.substr(0, length))) {
      plain += kReplacement;
    } else if (static_cast<std::uint8_t>(text[0]) < 0x20 || text[0] == 0x7F) {
      plain += ' ';
    } else {
      plain += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return plain;
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; count > 0 && end < text.size(); --count) {
    ++end;
    while (end < text.size() && continues(text[end])) ++end;
  }
  return text.substr(0, end);
}

std::size_t characters(std::string_view text) {
  return text.size() - std::count_if(text.begin(), text.end(), continues);
}

}  // namespace carica::report
