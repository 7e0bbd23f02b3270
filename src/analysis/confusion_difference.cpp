#include "analysis/confusion_difference.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/log.h"
#include "core/text.h"
#include "report/confusion_table.h"

namespace carica::analysis {
namespace {

constexpr std::size_t kMostShifts = 50;

struct Shares {
  std::vector<std::string> columns;
  std::vector<std::vector<double>> rows;  // of the true class; NaN for a class without samples

  bool has_other() const { return columns.size() > rows.size(); }
};

Shares shares_of(FileSystem& fs, const std::filesystem::path& file) {
  const auto table = report::read_confusion(fs, file);
  Shares shares{table.columns, {}};
  for (const auto& counts : table.counts) {
    const auto sum = static_cast<double>(std::reduce(counts.begin(), counts.end()));
    auto& row = shares.rows.emplace_back();
    for (const auto count : counts) row.push_back(sum > 0 ? static_cast<double>(count) / sum : NAN);
  }
  return shares;
}

// A network without outputs of other classes never predicts one.
void add_other(Shares& shares) {
  shares.columns.push_back("other");
  for (auto& row : shares.rows) row.push_back(std::isnan(row[0]) ? NAN : 0);
}

Page::Json json_of(const std::vector<std::vector<double>>& rows) {
  auto json = Page::Json::array();
  for (const auto& row : rows) {
    auto& list = json.emplace_back(Page::Json::array());
    for (const double value : row) list.push_back(finite_or_null(value));
  }
  return json;
}

}  // namespace

void add_confusion_difference(FileSystem& fs, const std::filesystem::path& out,
                              const AnalysedRun& a, const AnalysedRun& b, Page::Json& comparison) {
  auto of_a = shares_of(fs, a.analysis / "confusion.csv");
  auto of_b = shares_of(fs, b.analysis / "confusion.csv");
  if (of_a.has_other() && !of_b.has_other()) add_other(of_b);
  if (of_b.has_other() && !of_a.has_other()) add_other(of_a);
  const auto& columns = of_a.columns;
  const auto &first = of_a.rows, &second = of_b.rows;
  if (columns != of_b.columns) {
    log_warning(cat("compare: the confusion matrices of ", a.name, " and ", b.name,
                    " have other classes; no difference of them"));
    return;
  }
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
  comparison["confusion_difference"] = {{"a", a.name},
                                        {"b", b.name},
                                        {"classes", columns},
                                        {"of_a", json_of(first)},
                                        {"of_b", json_of(second)},
                                        {"shares", std::move(rows)}};
}

}  // namespace carica::analysis
