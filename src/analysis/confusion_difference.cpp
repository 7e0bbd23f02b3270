#include "analysis/confusion_difference.h"

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "report/csv_table.h"

namespace carica::analysis {
namespace {

constexpr std::size_t kMostShifts = 50;

std::string cell(double value) { return std::isfinite(value) ? number(value) : "nan"; }

// Rows of confusion.csv as shares of the true class; NaN for a class without samples.
std::vector<std::vector<double>> shares_of(FileSystem& fs, const std::filesystem::path& file,
                                           std::vector<std::string>& columns) {
  const auto table = report::read_csv(fs, file);
  columns.assign(table.header.begin() + 1, table.header.end());
  std::vector<std::vector<double>> shares;
  for (const auto& row : table.rows) {
    auto& values = shares.emplace_back();
    double sum = 0;
    for (std::size_t c = 1; c < row.cells.size(); ++c) {
      values.push_back(std::stod(row.cells[c]));
      sum += values.back();
    }
    for (auto& value : values) value = sum > 0 ? value / sum : NAN;
  }
  return shares;
}

}  // namespace

void add_confusion_difference(FileSystem& fs, const std::filesystem::path& out,
                              const AnalysedRun& a, const AnalysedRun& b, Page::Json& comparison) {
  std::vector<std::string> columns, other;
  const auto first = shares_of(fs, a.analysis / "confusion.csv", columns);
  const auto second = shares_of(fs, b.analysis / "confusion.csv", other);
  if (columns != other || first.size() != second.size()) return;
  struct Shift {
    std::size_t truth, predicted;
    double first, second;
    double size() const { return std::abs(first - second); }
  };
  std::vector<Shift> shifts;
  std::string csv = "truth";
  for (const auto& name : columns) csv += "," + csv_field(name);
  csv += "\n";
  auto rows = Page::Json::array();
  for (std::size_t truth = 0; truth < first.size(); ++truth) {
    csv += csv_field(columns[truth]);
    auto row = Page::Json::array();
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const double difference = first[truth][c] - second[truth][c];
      csv += "," + cell(difference);
      row.push_back(finite_or_null(difference));
      if (std::isfinite(difference))
        shifts.push_back({truth, c, first[truth][c], second[truth][c]});
    }
    csv += "\n";
    rows.push_back(std::move(row));
  }
  write_file(fs, out / "confusion_difference.csv", csv);
  std::ranges::stable_sort(shifts, std::greater{}, &Shift::size);
  std::string list = cat("truth,predicted,", csv_field("share in " + a.name), ",",
                         csv_field("share in " + b.name), ",difference\n");
  for (std::size_t i = 0; i < std::min(shifts.size(), kMostShifts); ++i) {
    const auto& shift = shifts[i];
    list += cat(csv_field(columns[shift.truth]), ",", csv_field(columns[shift.predicted]), ",",
                cell(shift.first), ",", cell(shift.second), ",", cell(shift.first - shift.second),
                "\n");
  }
  write_file(fs, out / "shifts.csv", list);
  comparison["confusion_difference"] = {
      {"a", a.name}, {"b", b.name}, {"classes", columns}, {"shares", std::move(rows)}};
}

}  // namespace carica::analysis
