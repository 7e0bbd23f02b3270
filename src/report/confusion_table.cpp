#include "report/confusion_table.h"

#include <charconv>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "report/csv_table.h"

namespace carica::report {
namespace {

// A figure of 2 px a cell then is 10,000 px wide, a page has 50 MB of counts.
constexpr std::size_t kMostShown = 5000;

}  // namespace

bool can_show_confusion(const std::string& of, std::size_t classes) {
  if (classes <= kMostShown) return true;
  log_warning(cat(of, ": ", classes, " classes; a confusion matrix of more than ", kMostShown,
                  " is not shown; confusion.csv has it"));
  return false;
}

ConfusionTable read_confusion(FileSystem& fs, const std::filesystem::path& file) {
  const CsvTable table = read_csv(fs, file);
  ConfusionTable result;
  auto& [classes, counts] = result;
  classes.assign(table.header.begin() + 1, table.header.end());
  // Predictions that are no class of the data have a column, and no row.
  const bool has_other = table.rows.size() + 1 == classes.size() && classes.back() == "other";
  if (table.rows.size() != classes.size() && !has_other) {
    throw Error(ErrorCode::kData,
                cat(table.file.string(), ":", table.rows.empty() ? 1 : table.rows.back().line,
                    ": the file ends after ", table.rows.size(), " rows; the header names ",
                    classes.size(), " classes, each must have a row"));
  }
  for (const CsvTable::Row& row : table.rows) {
    const std::string& expected = classes[counts.size()];
    if (row.cells[0] != expected) {
      throw Error(ErrorCode::kData,
                  cat(table.file.string(), ":", row.line, ": row of \"", row.cells[0],
                      "\"; as in the header it must be \"", expected, "\""));
    }
    std::vector<std::int64_t>& of_row = counts.emplace_back();
    for (std::size_t column = 1; column < row.cells.size(); ++column) {
      const std::string& cell = row.cells[column];
      std::int64_t count = -1;
      const auto [stop, error] = std::from_chars(cell.data(), cell.data() + cell.size(), count);
      if (error != std::errc() || stop != cell.data() + cell.size() || count < 0) {
        throw Error(ErrorCode::kData, cat(table.place(row, column), ": found \"", cell,
                                          "\"; must be a count, 0 or more"));
      }
      of_row.push_back(count);
    }
  }
  return result;
}

}  // namespace carica::report
