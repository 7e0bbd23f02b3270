#include "report/csv_table.h"

#include "core/error.h"
#include "core/text.h"

namespace carica::report {
namespace {

constexpr std::uint64_t kMostBytes = 256 << 20;

[[noreturn]] void fail(const std::filesystem::path& file, int line, const std::string& what) {
  throw Error(ErrorCode::kData, cat(file.string(), ":", line, ": ", what));
}

/// Reads records one after the other and counts lines.
class Parser {
 public:
  Parser(const std::filesystem::path& file, std::string_view text) : file_(file), text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  bool at_end() const { return at_ == text_.size(); }

  CsvTable::Row record() {
    CsvTable::Row row{line_, {}};
    while (true) {
      row.cells.push_back(at_ < text_.size() && text_[at_] == '"' ? quoted() : plain());
      if (at_end()) return row;
      const char end = text_[at_++];
      if (end == ',') continue;
      if (end == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
      ++line_;
      return row;
    }
  }

 private:
  std::string plain() {
    const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    std::string cell(text_.substr(at_, end - at_));
    at_ = end;
    return cell;
  }

  std::string quoted() {
    const int opened = line_;
    std::string cell;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (c != '"') {
        cell += c;
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        cell += '"';
        ++at_;
      } else {
        ++at_;
        if (!at_end() && text_.substr(at_, 1).find_first_of(",\r\n") == std::string_view::npos) {
          fail(file_, line_,
               cat("found \"", text_[at_],
                   "\" after a closing quote; a comma or the "
                   "end of the line must follow"));
        }
        return cell;
      }
    }
    fail(file_, opened, "a quoted field is never closed; it must end with a quote");
  }

  const std::filesystem::path& file_;
  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

std::string CsvTable::place(const Row& row, std::size_t column) const {
  return cat(file.string(), ":", row.line, ": column ", header[column]);
}

CsvTable read_csv(FileSystem& fs, const std::filesystem::path& file) {
  const std::string text = fs.read(file, kMostBytes);
  Parser parser(file, text);
  if (parser.at_end()) fail(file, 1, "the file is empty; it must begin with a header line");
  CsvTable table{file, parser.record().cells, {}};
  while (!parser.at_end()) {
    CsvTable::Row row = parser.record();
    if (row.cells.size() == 1 && row.cells[0].empty()) continue;  // a blank line
    if (row.cells.size() != table.header.size()) {
      fail(file, row.line,
           cat("found ", row.cells.size(), " fields; the header has ", table.header.size()));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace carica::report
