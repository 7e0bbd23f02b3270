#include "eval/results.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/text.h"

namespace carica::eval {

namespace {

using Json = nlohmann::ordered_json;

// JSON has no NaN: an undefined value (IoU of a class that does not occur) is null.
Json json_value(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

std::string predictions_csv(const Model& model, const data::Dataset& dataset,
                            const Evaluation& evaluation) {
  std::string csv = "path,truth,label,probability";
  const std::size_t k =
      evaluation.predictions.empty() ? 0 : evaluation.predictions.front().top.size();
  for (std::size_t j = 2; j <= k; ++j) csv += cat(",label_", j, ",probability_", j);
  csv += "\n";
  for (const auto& prediction : evaluation.predictions) {
    csv += csv_field(dataset.item(static_cast<std::size_t>(prediction.index)).name);
    csv += "," + csv_field(model.classes[static_cast<std::size_t>(prediction.truth)]);
    for (const auto& [label, probability] : prediction.top) {
      csv += cat(",", csv_field(model.classes[static_cast<std::size_t>(label)]), ",",
                 fixed(probability, 6));
    }
    csv += "\n";
  }
  return csv;
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string space(text.size() < width ? width - text.size() : 0, ' ');
  return right ? space + text : text + space;
}

std::string share(double value) { return std::isfinite(value) ? fixed(value, 4) : "-"; }

}  // namespace

std::string metrics_json(const Model& model, const Evaluation& evaluation) {
  Json json;
  for (const auto& [name, value] : flat_metrics(evaluation, model.segments())) {
    const bool count = name == "samples" || name == "pixels";
    json[name] = count ? Json(static_cast<std::int64_t>(value)) : json_value(value);
  }
  const auto classes = metrics::per_class(evaluation.confusion);
  json["per_class"] = Json::array();
  for (std::size_t c = 0; c < classes.size(); ++c) {
    Json row;
    row["name"] = model.classes[c];
    if (model.segments()) {
      row["iou"] = json_value(classes[c].iou);
      row["dice"] = json_value(classes[c].dice);
    }
    row["precision"] = json_value(classes[c].precision);
    row["recall"] = json_value(classes[c].recall);
    row["f1"] = json_value(classes[c].f1);
    row["support"] = classes[c].support;
    json["per_class"].push_back(std::move(row));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void write_results(FileSystem& fs, const std::filesystem::path& folder, const Model& model,
                   const data::Dataset& dataset, const Evaluation& evaluation) {
  fs.create_directories(folder);
  write_file(fs, folder / "metrics.json", metrics_json(model, evaluation));
  write_file(fs, folder / "per_class.csv",
             metrics::per_class_csv(evaluation.confusion, model.classes, model.segments()));
  write_file(fs, folder / "confusion.csv",
             metrics::confusion_csv(evaluation.confusion, model.classes));
  if (!model.segments() && !evaluation.predictions.empty()) {
    write_file(fs, folder / "predictions.csv", predictions_csv(model, dataset, evaluation));
  }
}

std::string results_table(const Model& model, const Evaluation& evaluation) {
  std::string table;
  for (const auto& [name, value] : flat_metrics(evaluation, model.segments())) {
    const bool count = name == "samples" || name == "pixels";
    table +=
        padded(name, 18, false) + padded(count ? fixed(value, 0) : share(value), 12, true) + "\n";
  }
  std::size_t width = 6;
  for (const auto& name : model.classes) width = std::max(width, name.size() + 2);
  table += "\n" + padded("class", width, false);
  const bool segments = model.segments();
  const std::vector<std::string> columns =
      segments ? std::vector<std::string>{"iou", "dice", "precision", "recall", "pixels"}
               : std::vector<std::string>{"precision", "recall", "f1", "samples"};
  for (const auto& column : columns) table += padded(column, 12, true);
  table += "\n";
  const auto classes = metrics::per_class(evaluation.confusion);
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const auto& m = classes[c];
    const auto shares = segments ? std::vector<double>{m.iou, m.dice, m.precision, m.recall}
                                 : std::vector<double>{m.precision, m.recall, m.f1};
    table += padded(model.classes[c], width, false);
    for (const double value : shares) table += padded(share(value), 12, true);
    table += padded(cat(m.support), 12, true) + "\n";
  }
  return table;
}

}  // namespace carica::eval
