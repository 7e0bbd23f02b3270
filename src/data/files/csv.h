#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carica::data {

/// A table with a header row; every row has as many fields. Fields are kept in one text, since
/// tables of millions of rows are common.
class CsvTable {
 public:
  const std::vector<std::string>& header() const { return header_; }
  std::size_t rows() const { return lines_.size(); }
  std::string_view field(std::size_t row, std::size_t column) const;
  /// Line of the file where a row begins, from 1.
  std::size_t line(std::size_t row) const { return lines_.at(row); }
  std::optional<std::size_t> column(std::string_view name) const;

 private:
  friend CsvTable parse_csv(std::string_view text, const std::string& name);

  std::vector<std::string> header_;
  std::string text_;
  std::vector<std::uint32_t> ends_;   // of each field in text_
  std::vector<std::uint32_t> lines_;  // of each row
};

/// RFC 4180: fields between commas, quoted ones may hold commas, line breaks and doubled quotes.
/// LF and CRLF, a BOM and empty lines are skipped. Opens nothing. Throws Error(kData) naming the
/// line for broken quotes, rows that are longer or shorter than the header, NUL bytes, equal names
/// in the header, and beyond 256 MiB, 1 MiB per row or 10 million rows; `name` stands in messages.
CsvTable parse_csv(std::string_view text, const std::string& name);

}  // namespace carica::data
