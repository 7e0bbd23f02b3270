#include "report/training_figures.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <numeric>
#include <string_view>

#include "core/error.h"
#include "core/text.h"
#include "report/confusion_table.h"
#include "report/csv_table.h"
#include "report/curves.h"

namespace carica::report {
namespace {

/// How metrics are called in figures; others keep their column's name without "val_".
struct MetricName {
  std::string_view column, shown;
};
constexpr MetricName kMetricNames[] = {
    {"top1", "top-1 accuracy"},
    {"top5", "top-5 accuracy"},
    {"precision_macro", "precision (macro)"},
    {"recall_macro", "recall (macro)"},
    {"f1_micro", "F1 (micro)"},
    {"f1_macro", "F1 (macro)"},
    {"f1_weighted", "F1 (weighted)"},
    {"miou", "mean IoU"},
    {"mdice", "mean Dice"},
    {"pixel_accuracy", "pixel accuracy"},
    {"mean_precision", "mean precision"},
    {"mean_recall", "mean recall"},
    {"mean_f1", "mean F1"},
    {"map", "mAP"},
    {"precision_micro", "precision (micro)"},
    {"recall_micro", "recall (micro)"},
    {"f1_samples", "F1 (samples)"},
    {"exact_match", "exact match"},
};

std::string metric_name(std::string_view column) {
  column.remove_prefix(std::string_view("val_").size());
  for (const MetricName& name : kMetricNames) {
    if (name.column == column) return std::string(name.shown);
  }
  std::string shown(column);
  std::replace(shown.begin(), shown.end(), '_', ' ');
  return shown;
}

/// The numbers of a column; empty cells are NaN.
std::vector<double> numbers(const CsvTable& table, std::size_t column) {
  std::vector<double> values;
  for (const CsvTable::Row& row : table.rows) {
    const std::string& cell = row.cells[column];
    double value = NAN;
    if (!cell.empty()) {
      const char* end = cell.data() + cell.size();
      const auto [stop, error] = std::from_chars(cell.data(), end, value);
      if (error == std::errc::result_out_of_range) {
        value = INFINITY;
      } else if (error != std::errc() || stop != end) {
        throw Error(ErrorCode::kData, cat(table.place(row, column), ": found \"", cell,
                                          "\"; must be a number or empty"));
      }
    }
    values.push_back(value);
  }
  return values;
}

std::size_t column_named(const CsvTable& table, const std::string& name) {
  const auto found = std::find(table.header.begin(), table.header.end(), name);
  if (found == table.header.end()) {
    throw Error(ErrorCode::kData, cat(table.file.string(), ":1: columns ", join(table.header),
                                      "; a column \"", name, "\" must be among them"));
  }
  return static_cast<std::size_t>(found - table.header.begin());
}

/// Adds the points of a column, or only its name when an earlier one has the same points.
void add(LineChart& chart, std::string name, const std::vector<double>& epochs,
         const std::vector<double>& values) {
  Series series{std::move(name), {}, {}};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    series.x.push_back(epochs[i]);
    series.y.push_back(values[i]);
  }
  for (Series& earlier : chart.series) {
    if (series.y.empty() || earlier.x != series.x || earlier.y != series.y) continue;
    earlier.name += " = " + series.name;
    return;
  }
  chart.series.push_back(std::move(series));
}

template <typename Draw>
std::vector<std::filesystem::path> draw_both(const std::filesystem::path& stem, Draw draw_to) {
  std::vector<std::filesystem::path> written;
  for (const char* ending : {".png", ".svg"}) {
    written.push_back(stem);
    written.back() += ending;
    draw_to(written.back());
  }
  return written;
}

LineChart chart_over_epochs(const char* title, const char* y_label) {
  LineChart chart;
  chart.title = title;
  chart.x_label = "epoch";
  chart.y_label = y_label;
  return chart;
}

}  // namespace

std::vector<std::filesystem::path> draw_training_figures(FileSystem& fs,
                                                         const std::filesystem::path& results_csv,
                                                         const std::filesystem::path& folder) {
  const CsvTable table = read_csv(fs, results_csv);
  const std::vector<double> epochs = numbers(table, column_named(table, "epoch"));

  LineChart loss = chart_over_epochs("Loss", "loss");
  LineChart metrics = chart_over_epochs("Validation metrics", "");
  LineChart lr = chart_over_epochs("Learning rate", "learning rate");
  lr.y_from_zero = true;
  for (std::size_t column = 0; column < table.header.size(); ++column) {
    const std::string& name = table.header[column];
    const std::vector<double> values = numbers(table, column);  // every cell is checked
    if (name == "train_loss") {
      add(loss, "training", epochs, values);
    } else if (name == "val_loss") {
      add(loss, "validation", epochs, values);
    } else if (name == "lr") {
      add(lr, lr.y_label, epochs, values);
    } else if (name.starts_with("val_")) {
      add(metrics, metric_name(name), epochs, values);
    }
  }

  fs.create_directories(folder);
  std::vector<std::filesystem::path> written;
  const auto write = [&](const LineChart& chart, const char* stem) {
    std::ranges::copy(draw_both(folder / stem, [&](const auto& file) { draw(chart, file, fs); }),
                      std::back_inserter(written));
  };
  write(loss, "loss");
  if (!metrics.series.empty()) write(metrics, "metrics");
  write(lr, "lr");
  return written;
}

std::vector<std::filesystem::path> draw_confusion_figure(FileSystem& fs,
                                                         const std::filesystem::path& confusion_csv,
                                                         const std::filesystem::path& folder) {
  auto [classes, counts] = read_confusion(fs, confusion_csv);
  if (classes.size() == counts.size() + 1) counts.emplace_back(classes.size(), 0);
  fs.create_directories(folder);
  return draw_both(folder / "confusion",
                   [&](const auto& file) { draw_confusion(counts, classes, file, fs); });
}

std::vector<std::filesystem::path> draw_label_set_figure(FileSystem& fs,
                                                         const std::filesystem::path& per_class_csv,
                                                         const std::filesystem::path& folder) {
  const CsvTable table = read_csv(fs, per_class_csv);
  const auto values = numbers(table, column_named(table, "average_precision"));
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t c) { return std::isnan(values[c]) ? -1 : values[c]; };
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return key(a) > key(b); });
  std::vector<std::string> classes;
  std::vector<double> sorted;
  for (const std::size_t c : order) {
    classes.push_back(table.rows[c].cells[column_named(table, "name")]);
    sorted.push_back(values[c]);
  }
  fs.create_directories(folder);
  return draw_both(folder / "average_precision", [&](const auto& file) {
    draw_bars("Average precision of each label", classes, sorted, file, fs);
  });
}

}  // namespace carica::report
