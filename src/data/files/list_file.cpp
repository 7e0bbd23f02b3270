#include "data/files/list_file.h"

#include "core/error.h"
#include "core/text.h"

namespace carica::data {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace

std::vector<ListLine> parse_list(std::string_view text, const std::string& name) {
  if (text.size() > kMaxTableBytes) {
    throw Error(ErrorCode::kData, cat(name, ": has ", byte_size(text.size()), "; at most ",
                                      byte_size(kMaxTableBytes)));
  }
  std::vector<ListLine> lines;
  std::size_t number = 0;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    ++number;
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    const auto refuse = [&](const std::string& what) {
      throw Error(ErrorCode::kData, cat(name, ":", number, ": ", what));
    };
    if (line.size() > kMaxLineBytes) {
      refuse(cat("a line of ", byte_size(line.size()), "; at most ", byte_size(kMaxLineBytes)));
    }
    if (line.find('\0') != line.npos) refuse("has a NUL byte; must be text");
    const std::string_view content = trimmed(line);
    if (content.empty()) continue;
    if (lines.size() == kMaxRows) refuse(cat("more than ", kMaxRows, " lines; at most that many"));
    lines.push_back({content, number});
  }
  if (lines.empty()) throw Error(ErrorCode::kData, cat(name, ": names nothing; must list samples"));
  return lines;
}

std::vector<std::string_view> fields_of(std::string_view line) {
  const std::string_view separators = line.find('\t') != line.npos ? "\t" : " ";
  std::vector<std::string_view> fields;
  while (!line.empty()) {
    const auto end = line.find_first_of(separators);
    const std::string_view field = trimmed(line.substr(0, end));
    if (!field.empty()) fields.push_back(field);
    line.remove_prefix(end == line.npos ? line.size() : end + 1);
  }
  return fields;
}

}  // namespace carica::data
