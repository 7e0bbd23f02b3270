#include "analysis/compared_labels.h"

#include <array>
#include <cmath>

#include "core/text.h"

namespace carica::analysis {
namespace {

const std::array kMetrics = {std::pair("average_precision", "AP"), std::pair("f1", "F1")};

const Page::Json& labels_of(const AnalysedRun& run) { return run.scores["per_class"]; }

double value_of(const AnalysedRun& run, std::size_t label, const char* key) {
  const auto& own = labels_of(run)[label];
  return own.contains(key) && own[key].is_number() ? own[key].get<double>() : NAN;
}

}  // namespace

std::string per_label_csv(const std::vector<AnalysedRun>& runs) {
  std::string csv = "class";
  for (const auto& [key, title] : kMetrics) {
    for (const auto& run : runs) csv += cat(",", csv_field(cat(key, " of ", run.name)));
  }
  csv += "\n";
  for (std::size_t k = 0; k < labels_of(runs.front()).size(); ++k) {
    csv += csv_field(labels_of(runs.front())[k].value("name", ""));
    for (const auto& [key, title] : kMetrics) {
      for (const auto& run : runs) csv += "," + cell(value_of(run, k, key));
    }
    csv += "\n";
  }
  return csv;
}

Page::Json per_label_json(const std::vector<AnalysedRun>& runs) {
  Page::Json table{{"columns", Page::Json::array()}, {"rows", Page::Json::array()}};
  for (const auto& [key, title] : kMetrics) {
    for (const auto& run : runs) table["columns"].push_back(cat(title, ", ", run.name));
  }
  for (std::size_t k = 0; k < labels_of(runs.front()).size(); ++k) {
    auto values = Page::Json::array();
    for (const auto& [key, title] : kMetrics) {
      for (const auto& run : runs) values.push_back(finite_or_null(value_of(run, k, key)));
    }
    table["rows"].push_back({{"class", k}, {"values", std::move(values)}});
  }
  return table;
}

}  // namespace carica::analysis
