#include "eval/results.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/atomic_file.h"
#include "core/text.h"
#include "core/version.h"
#include "eval/prediction_rows.h"

namespace carica::eval {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostRows = 60, kRowsAtEnds = 15;  // classes of a table for people

// JSON has no NaN: an undefined value (IoU of a class that does not occur) is null.
Json json_value(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

// A class of a table for people and of metrics.json.
struct ClassRow {
  std::vector<std::pair<const char*, double>> shares;
  std::int64_t support = 0;
};

std::vector<ClassRow> class_rows(Answer answer, const Evaluation& evaluation) {
  std::vector<ClassRow> rows;
  if (answer == Answer::kLabelSet) {
    for (const auto& m : evaluation.label_sets.classes) {
      rows.push_back({{{"average_precision", m.average_precision},
                       {"precision", m.precision},
                       {"recall", m.recall},
                       {"f1", m.f1}},
                      m.support});
    }
    return rows;
  }
  for (const auto& m : metrics::per_class(evaluation.confusion)) {
    ClassRow row{{{"precision", m.precision}, {"recall", m.recall}, {"f1", m.f1}}, m.support};
    if (answer == Answer::kMask) {
      row.shares.insert(row.shares.begin(), {{"iou", m.iou}, {"dice", m.dice}});
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string predictions_csv(const Model& model, const data::Dataset& dataset,
                            const Evaluation& evaluation) {
  const bool sets = model.answer() == Answer::kLabelSet;
  const std::size_t k = evaluation.predictions.front().top.size();
  std::string csv = "path,truth," + (sets ? label_set_header(model.classes) : top_header(k));
  for (const auto& prediction : evaluation.predictions) {
    const auto& item = dataset.item(static_cast<std::size_t>(prediction.index));
    csv +=
        cat(csv_field(item.name), ",", csv_field(data::label_text(item, model.classes, "|")), ",",
            sets ? label_set_row(model.classes, prediction.probabilities, evaluation.threshold)
                 : top_row(model.classes, prediction.top));
  }
  return csv;
}

std::string share(double value) { return std::isfinite(value) ? fixed(value, 4) : "-"; }

// What classes are ranked by where not all are shown: F1, IoU or average precision.
std::size_t ranking_column(Answer answer) { return answer == Answer::kClass ? 2 : 0; }

// The classes of a table for people: all in their order, or where a screen does not hold them the
// best and the worst ones. A class without a value stands in neither.
std::vector<std::size_t> shown_classes(const std::vector<ClassRow>& rows, std::size_t column) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.size() <= kMostRows) return order;
  const auto value = [&](std::size_t c) { return rows[c].shares[column].second; };
  std::erase_if(order, [&](std::size_t c) { return !std::isfinite(value(c)); });
  std::ranges::stable_sort(order, std::greater{}, value);
  if (order.size() > 2 * kRowsAtEnds) {
    order.erase(order.begin() + kRowsAtEnds, order.end() - kRowsAtEnds);
  }
  return order;
}

}  // namespace

nlohmann::ordered_json inference_json(const Inference& how) {
  if (how.is_plain()) return nullptr;
  return {{"flip", how.flip},
          {"scales", how.scales},
          {"window", how.window},
          {"window_overlap", how.window_overlap}};
}

std::string metrics_json(const Model& model, const Evaluation& evaluation, const Source& source) {
  Json json;
  for (const auto& [name, value] : flat_metrics(evaluation, model.answer())) {
    const bool count = name == "samples" || name == "pixels";
    json[name] = count ? Json(static_cast<std::int64_t>(value)) : json_value(value);
  }
  if (auto how = inference_json(Inference::of(model.config)); !how.is_null()) {
    json["inference"] = std::move(how);
  }
  json["source"] = {{"data", model.config.data.root},
                    {"split", source.split},
                    {"checkpoint", source.checkpoint},
                    {"weights", source.weights},
                    {"carica", kVersion}};
  const auto rows = class_rows(model.answer(), evaluation);
  json["per_class"] = Json::array();
  for (std::size_t c = 0; c < rows.size(); ++c) {
    Json row;
    row["name"] = model.classes[c];
    for (const auto& [name, value] : rows[c].shares) row[name] = json_value(value);
    row["support"] = rows[c].support;
    json["per_class"].push_back(std::move(row));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void write_results(FileSystem& fs, const std::filesystem::path& folder, const Model& model,
                   const data::Dataset& dataset, const Evaluation& evaluation,
                   const Source& source) {
  fs.create_directories(folder);
  write_atomically(fs, folder / "metrics.json", metrics_json(model, evaluation, source));
  const bool sets = model.answer() == Answer::kLabelSet;
  write_atomically(
      fs, folder / "per_class.csv",
      sets ? metrics::per_class_csv(evaluation.label_sets, model.classes)
           : metrics::per_class_csv(evaluation.confusion, model.classes, model.segments()));
  if (!sets) {
    write_atomically(fs, folder / "confusion.csv",
                     metrics::confusion_csv(evaluation.confusion, model.classes));
  }
  if (!model.segments() && !evaluation.predictions.empty()) {
    write_atomically(fs, folder / "predictions.csv", predictions_csv(model, dataset, evaluation));
  }
}

std::string results_table(const Model& model, const Evaluation& evaluation) {
  std::string table;
  const auto classes = static_cast<int>(model.classes.size());
  for (const auto& [name, value] : flat_metrics(evaluation, model.answer())) {
    // Among all classes the truth always is.
    if (evaluation.k >= classes && name == cat("top", evaluation.k)) continue;
    const bool count = name == "samples" || name == "pixels";
    table +=
        padded(name, 18, false) + padded(count ? fixed(value, 0) : share(value), 12, true) + "\n";
  }
  std::size_t width = 6;
  for (const auto& name : model.classes) width = std::max(width, columns_of(readable(name)) + 2);
  table += "\n" + padded("class", width);
  const auto rows = class_rows(model.answer(), evaluation);
  // "average precision" is longer than the others.
  const auto heading = [](const char* name) {
    return std::string(name) == "average_precision" ? "ap" : name;
  };
  for (const auto& [name, value] : rows.front().shares) table += padded(heading(name), 12, true);
  table += padded(model.segments() ? "pixels" : "samples", 12, true) + "\n";
  const auto column = ranking_column(model.answer());
  const auto shown = shown_classes(rows, column);
  for (const auto c : shown) {
    table += padded(readable(model.classes[c]), width);
    for (const auto& [name, value] : rows[c].shares) table += padded(share(value), 12, true);
    table += padded(cat(rows[c].support), 12, true) + "\n";
  }
  if (rows.size() > kMostRows) {
    const bool cut = shown.size() == 2 * kRowsAtEnds;
    table += cat(cut ? cat("(the ", kRowsAtEnds, " best and the ", kRowsAtEnds, " worst of ")
                     : cat("(the ", shown.size(), " with a value of "),
                 rows.size(), " classes, by ", heading(rows.front().shares[column].first),
                 "; per_class.csv has all)\n");
  }
  return table;
}

std::string absence_note(const Model& model, const Evaluation& evaluation,
                         const std::string& split) {
  std::vector<std::string> absent;
  const auto rows = class_rows(model.answer(), evaluation);
  for (std::size_t c = 0; c < rows.size(); ++c) {
    if (rows[c].support == 0) absent.push_back(model.classes[c]);
  }
  if (absent.empty()) return "";
  return cat(split, ": holds no ", model.segments() ? "pixel" : "sample", " of ", join_few(absent),
             "; docs/metrics.md says what each metric makes of that");
}

}  // namespace carica::eval
