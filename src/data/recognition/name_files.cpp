#include "data/recognition/name_files.h"

#include <array>
#include <charconv>
#include <map>
#include <optional>

#include "core/text.h"
#include "data/images/image_io.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

// Empty where there is no such file, or its text is no UTF-8.
std::vector<std::string> lines_of(const fs::path& file) {
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return {};
  const auto bytes = read_bytes(file);
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  if (!is_utf8(text)) return {};
  auto lines = split(text, '\n');
  for (auto& line : lines) {
    if (line.ends_with('\r')) line.pop_back();
  }
  return lines;
}

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<int> number_in(std::string_view text) {
  const auto digits = without_blanks(text);
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<config::Color> color_in(std::string_view text) {
  const auto parts = split(text, ',');
  config::Color color{};
  if (parts.size() != color.size()) return std::nullopt;
  for (std::size_t i = 0; i < color.size(); ++i) {
    const auto value = number_in(parts[i]);
    if (!value) return std::nullopt;
    color[i] = *value;
  }
  return color;
}

}  // namespace

std::vector<std::string> names_of_colors(const fs::path& root,
                                         const std::set<config::Color>& colors) {
  std::map<config::Color, std::string> known;
  for (const auto& line : lines_of(root / "labelmap.txt")) {
    const auto fields = split(line, ':');
    if (line.starts_with('#') || fields.size() < 2 || fields[0].empty()) continue;
    if (const auto color = color_in(fields[1])) known.emplace(*color, fields[0]);
  }
  if (known.empty()) return {};
  std::vector<std::string> names;
  for (const auto& color : colors) {
    const auto found = known.find(color);
    names.push_back(found == known.end() ? cat("class_", names.size()) : found->second);
  }
  return names;
}

std::vector<std::string> names_of_values(const fs::path& root) {
  for (const auto& file : {root / "_classes.csv", root / "train" / "_classes.csv"}) {
    const auto lines = lines_of(file);
    if (lines.empty() || !lower_case(lines.front()).starts_with("pixel value,")) continue;
    std::vector<std::string> names;
    for (std::size_t i = 1; i < lines.size() && !lines[i].empty(); ++i) {
      const auto comma = lines[i].find(',');
      const auto value = number_in(std::string_view(lines[i]).substr(0, comma));
      if (comma == std::string::npos || value != static_cast<int>(names.size())) return {};
      names.emplace_back(without_blanks(std::string_view(lines[i]).substr(comma + 1)));
    }
    return names;
  }
  return {};
}

}  // namespace carica::data
