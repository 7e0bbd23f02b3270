#include "config/yaml_text.h"

#include <algorithm>
#include <array>
#include <type_traits>

#include "core/text.h"

namespace carica::config {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Words that some YAML reader takes for a boolean or null.
bool is_reserved(std::string_view text) {
  constexpr std::array kWords = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"};
  return std::find(kWords.begin(), kWords.end(), lower_case(text)) != kWords.end();
}

bool is_plain(std::string_view text) {
  const auto harmless = [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '/';
  };
  // What begins like a number may be one somewhere: 1e5, .5, 1_000, 2001-12-14.
  const bool begins = !text.empty() && (is_letter(text[0]) || text[0] == '_' || text[0] == '/');
  return begins && std::all_of(text.begin(), text.end(), harmless) && !is_reserved(text);
}

/// Line breaks and byte order marks beyond ASCII, which some readers would fold: NEL, U+2028,
/// U+2029, U+FEFF.
std::string_view escape_of(std::string_view rest) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kEscapes = {{
      {"\xC2\x85", "\\u0085"},
      {"\xE2\x80\xA8", "\\u2028"},
      {"\xE2\x80\xA9", "\\u2029"},
      {"\xEF\xBB\xBF", "\\uFEFF"},
  }};
  for (const auto& [bytes, escape] : kEscapes) {
    if (rest.starts_with(bytes)) return escape;
  }
  return "";
}

template <typename Range, typename Print>
std::string joined(const Range& range, const Print& print) {
  std::vector<std::string> parts;
  for (const auto& item : range) parts.push_back(print(item));
  return join(parts);
}

std::string value_text(bool value) { return value ? "true" : "false"; }
std::string value_text(int value) { return cat(value); }
std::string value_text(std::uint64_t value) { return cat(value); }
std::string value_text(double value) { return yaml_number(value); }
std::string value_text(const std::optional<double>& value) {
  return value ? yaml_number(*value) : "null";
}
std::string value_text(const std::string& value) { return yaml_string(value); }

template <typename T>
std::string value_text(const std::vector<T>& list) {
  return cat('[', joined(list, [](const T& item) { return value_text(item); }), ']');
}

template <typename Key, typename Value>
std::string value_text(const std::map<Key, Value>& map) {
  return cat('{',
             joined(map,
                    [](const auto& entry) {
                      return cat(value_text(entry.first), ": ", value_text(entry.second));
                    }),
             '}');
}

}  // namespace

std::string yaml_string(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    const std::string_view escape = escape_of(text.substr(i));
    if (!escape.empty()) {
      out += escape;
      i += escape == "\\u0085" ? 1 : 2;
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += cat("\\x", kHex[byte >> 4], kHex[byte & 15]);
    } else if (c == '$' && text.substr(i, 2) == "${") {
      out += "$$";
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string yaml_number(double value) {
  std::string text = number(value);
  const std::size_t exponent = text.find('e');
  if (exponent != std::string::npos && text.find('.') == std::string::npos) {
    text.insert(exponent, ".0");
  }
  return text;
}

std::string yaml_value(const Slot& slot, const Field& about) {
  return std::visit(
      [&](const auto* value) {
        using Value = std::remove_cvref_t<decltype(*value)>;
        if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
          // Numbers or the word random: plain either way.
          if (about.form == Form::kErasing) {
            return value->size() == 1 ? value->front() : cat('[', join(*value), ']');
          }
        }
        if constexpr (std::is_same_v<Value, std::vector<int>> ||
                      std::is_same_v<Value, std::vector<double>>) {
          const bool bare = about.form == Form::kSize || about.form == Form::kNumbers;
          if (bare && value->size() == 1) return value_text((*value)[0]);
        }
        return value_text(*value);
      },
      slot);
}

}  // namespace carica::config
