#include "analysis/ranking_figures.h"

#include <array>

#include "core/text.h"
#include "report/curves.h"

namespace carica::analysis {
namespace {

constexpr std::size_t kMostCurves = 10;   // of a figure
constexpr std::size_t kMostPoints = 100;  // of a curve in the page
const std::array<const char*, 2> kEndings = {".png", ".svg"};

void draw_as(FileSystem& fs, const report::LineChart& chart, const std::filesystem::path& stem) {
  for (const char* ending : kEndings) report::draw(chart, stem.string() + ending, fs);
}

// One line for each class that has one, as far as they fit.
template <typename Line>
void draw_lines(FileSystem& fs, report::LineChart chart, const std::filesystem::path& stem,
                const RankedClasses& classes, const Line& line_of) {
  for (std::size_t k = 0; k < classes.rankings.size(); ++k) {
    report::Series line = line_of(k);
    if (!line.x.empty() && chart.series.size() < kMostCurves) {
      chart.series.push_back(std::move(line));
    }
  }
  if (chart.series.empty()) return;
  const auto all = classes.names.size();
  if (chart.series.size() < all) {
    const bool cut = chart.series.size() == kMostCurves;
    chart.title +=
        cat(cut ? " (the first " : " (", chart.series.size(), " of ", all, " ", classes.what, ")");
  }
  draw_as(fs, chart, stem);
}

double rounded(double value) { return std::stod(fixed(value, 4)); }

// Precision holds from the recall before it to its own: a step.
template <typename Take>
void take_steps(const std::vector<metrics::PrecisionRecallPoint>& points, const Take& take) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i > 0 && points[i].precision != points[i - 1].precision) {
      take(points[i - 1].recall, points[i].precision);
    }
    take(points[i].recall, points[i].precision);
  }
}

}  // namespace

void draw_roc(FileSystem& fs, const std::filesystem::path& folder, const std::string& title,
              const RankedClasses& classes) {
  draw_lines(
      fs,
      {.title = title,
       .x_label = "false positive rate",
       .y_label = "true positive rate",
       .series = {},
       .y_from_zero = true},
      folder / "roc", classes, [&](std::size_t k) {
        report::Series line{cat(classes.names[k], " ", fixed(classes.areas.roc_auc[k], 3)), {}, {}};
        for (const auto& point : metrics::roc_curve(classes.rankings[k])) {
          line.x.push_back(point.false_positive_rate);
          line.y.push_back(point.true_positive_rate);
        }
        return line;
      });
}

Page::Json roc_json(const RankedClasses& classes) {
  auto list = Page::Json::array();
  for (std::size_t k = 0; k < classes.rankings.size(); ++k) {
    auto points = Page::Json::array();
    for (const auto& point : metrics::roc_curve(classes.rankings[k], kMostPoints)) {
      points.push_back({rounded(point.false_positive_rate), rounded(point.true_positive_rate)});
    }
    if (!points.empty()) {
      list.push_back({{"class", k},
                      {"auc", finite_or_null(classes.areas.roc_auc[k])},
                      {"points", std::move(points)}});
    }
  }
  return list;
}

void draw_precision_recall(FileSystem& fs, const std::filesystem::path& folder,
                           const std::string& title, const RankedClasses& classes) {
  draw_lines(
      fs,
      {.title = title,
       .x_label = "recall",
       .y_label = "precision",
       .series = {},
       .y_from_zero = true},
      folder / "precision_recall", classes, [&](std::size_t k) {
        report::Series line{
            cat(classes.names[k], " ", fixed(classes.areas.average_precision[k], 3)), {}, {}};
        take_steps(metrics::precision_recall_curve(classes.rankings[k]),
                   [&](double recall, double precision) {
                     line.x.push_back(recall);
                     line.y.push_back(precision);
                   });
        return line;
      });
}

Page::Json precision_recall_json(const RankedClasses& classes) {
  auto list = Page::Json::array();
  for (std::size_t k = 0; k < classes.rankings.size(); ++k) {
    const auto& ranking = classes.rankings[k];
    auto points = Page::Json::array();
    take_steps(metrics::precision_recall_curve(ranking, kMostPoints),
               [&](double recall, double precision) {
                 points.push_back({rounded(recall), rounded(precision)});
               });
    if (!points.empty()) {
      list.push_back({{"class", k},
                      {"ap", finite_or_null(classes.areas.average_precision[k])},
                      {"points", std::move(points)}});
    }
  }
  return list;
}

void draw_calibration(FileSystem& fs, const std::filesystem::path& folder,
                      const metrics::Calibration& calibration, const std::string& x_label,
                      const std::string& y_label) {
  report::LineChart chart{
      .title = cat("Calibration, expected error ", fixed(calibration.expected_error, 3)),
      .x_label = x_label,
      .y_label = y_label,
      .series = {{"perfect", {0, 1}, {0, 1}}, {"network", {}, {}}},
      .y_from_zero = true};
  for (const auto& bin : calibration.bins) {
    if (bin.samples == 0) continue;
    chart.series[1].x.push_back(bin.confidence);
    chart.series[1].y.push_back(bin.accuracy);
  }
  draw_as(fs, chart, folder / "calibration");
}

Page::Json reliability_json(const metrics::Calibration& calibration) {
  Page::Json json{{"bins", Page::Json::array()},
                  {"ece", finite_or_null(calibration.expected_error)}};
  for (const auto& bin : calibration.bins) {
    json["bins"].push_back({{"low", bin.low},
                            {"high", bin.high},
                            {"count", bin.samples},
                            {"confidence", finite_or_null(bin.confidence)},
                            {"accuracy", finite_or_null(bin.accuracy)}});
  }
  return json;
}

}  // namespace carica::analysis
