#include "data/files/csv.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "data/files/list_file.h"

namespace carica::data {
namespace {

// Reads one record after the other: its fields, one after the other, into `text`.
class CsvScanner {
 public:
  CsvScanner(std::string_view rest, const std::string& name) : rest_(rest), name_(name) {}

  bool at_end() const { return at_ == rest_.size(); }
  std::size_t line() const { return line_; }

  /// Skips empty lines.
  void skip_empty_lines() {
    while (!at_end() && (rest_[at_] == '\n' || rest_.substr(at_).starts_with("\r\n"))) {
      at_ += rest_[at_] == '\n' ? 1 : 2;
      ++line_;
    }
  }

  /// One record; `end_field` is called behind each field.
  template <typename EndField>
  void read_record(std::string& text, const EndField& end_field) {
    start_ = at_;
    start_line_ = line_;
    for (;;) {
      if (!at_end() && rest_[at_] == '"') {
        read_quoted(text);
      } else {
        read_plain(text);
      }
      end_field();
      if (at_end()) return;
      if (rest_[at_] == ',') {
        ++at_;
        continue;
      }
      at_ += rest_[at_] == '\r' ? 2 : 1;
      ++line_;
      return;
    }
  }

  [[noreturn]] void refuse(std::size_t line, const std::string& what,
                           const std::string& hint = "") const {
    throw Error(ErrorCode::kData, cat(name_, ":", line, ": ", what), hint);
  }

 private:
  void check(char c) const {
    if (c == '\0') refuse(line_, "has a NUL byte; must be text");
    if (at_ - start_ > kMaxLineBytes) {
      refuse(start_line_, cat("a row of more than ", byte_size(kMaxLineBytes)),
             "is a closing quote missing?");
    }
  }

  // Up to a comma or the end of the line, which stay.
  void read_plain(std::string& text) {
    for (; !at_end(); ++at_) {
      const char c = rest_[at_];
      check(c);
      if (c == ',' || c == '\n') return;
      if (c == '\r') {
        if (at_ + 1 < rest_.size() && rest_[at_ + 1] == '\n') return;
        refuse(line_, "a carriage return without line feed; lines must end with LF or CRLF");
      }
      if (c == '"') {
        refuse(line_, "a quote inside of a field; must be doubled, in a field in quotes",
               "\"with \"\"quotes\"\" inside\"");
      }
      text += c;
    }
  }

  // Up to behind the closing quote.
  void read_quoted(std::string& text) {
    for (++at_; !at_end(); ++at_) {
      const char c = rest_[at_];
      check(c);
      if (c == '\n') ++line_;
      if (c != '"') {
        text += c;
        continue;
      }
      if (at_ + 1 < rest_.size() && rest_[at_ + 1] == '"') {
        text += '"';
        ++at_;
        continue;
      }
      ++at_;
      const std::string_view behind = rest_.substr(at_);
      if (behind.empty() || behind.starts_with(',') || behind.starts_with('\n') ||
          behind.starts_with("\r\n")) {
        return;
      }
      refuse(line_, "text behind a closing quote; must be a comma or the end of the line");
    }
    refuse(start_line_, "a quote that is never closed");
  }

  std::string_view rest_;
  const std::string& name_;
  std::size_t at_ = 0, start_ = 0;
  std::size_t line_ = 1, start_line_ = 1;
};

void require_distinct(const std::vector<std::string>& header, const CsvScanner& scanner) {
  constexpr std::size_t kMaxColumns = 1000;
  if (header.size() > kMaxColumns) {
    scanner.refuse(1, cat(header.size(), " columns; at most ", kMaxColumns));
  }
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (std::count(header.begin(), header.end(), header[i]) > 1) {
      scanner.refuse(1, cat("column ", readable(header[i]), " stands twice; names must differ"));
    }
  }
}

}  // namespace

std::string_view CsvTable::field(std::size_t row, std::size_t column) const {
  const std::size_t place = row * header_.size() + column;
  const std::size_t begin = place == 0 ? 0 : ends_.at(place - 1);
  return std::string_view(text_).substr(begin, ends_.at(place) - begin);
}

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
  const auto place = std::find(header_.begin(), header_.end(), name);
  if (place == header_.end()) return std::nullopt;
  return static_cast<std::size_t>(place - header_.begin());
}

CsvTable parse_csv(std::string_view text, const std::string& name) {
  if (text.size() > kMaxTableBytes) {
    throw Error(ErrorCode::kData, cat(name, ": has ", byte_size(text.size()), "; at most ",
                                      byte_size(kMaxTableBytes)));
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  CsvScanner scanner(text, name);
  CsvTable table;
  scanner.skip_empty_lines();
  if (scanner.at_end()) {
    throw Error(ErrorCode::kData,
                cat(name, ": is empty; must begin with the names of its columns"));
  }
  std::string field;
  scanner.read_record(field, [&] {
    table.header_.push_back(std::move(field));
    field.clear();
  });
  require_distinct(table.header_, scanner);
  for (scanner.skip_empty_lines(); !scanner.at_end(); scanner.skip_empty_lines()) {
    const std::size_t line = scanner.line(), before = table.ends_.size();
    if (table.rows() == kMaxRows) {
      scanner.refuse(line, cat("more than ", kMaxRows, " rows; at most that many"));
    }
    scanner.read_record(table.text_, [&] {
      table.ends_.push_back(static_cast<std::uint32_t>(table.text_.size()));
    });
    const std::size_t fields = table.ends_.size() - before;
    if (fields != table.header_.size()) {
      scanner.refuse(line,
                     cat("has ", fields, fields == 1 ? " field" : " fields", "; must have ",
                         table.header_.size(), " as the header"),
                     "put fields that hold a comma in quotes");
    }
    table.lines_.push_back(static_cast<std::uint32_t>(line));
  }
  return table;
}

}  // namespace carica::data
