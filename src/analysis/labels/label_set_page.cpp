#include "analysis/labels/label_set_page.h"

#include "core/text.h"

namespace carica::analysis {
namespace {

constexpr int kPictureSide = 200;           // px
constexpr std::size_t kMostPictures = 200;  // of mistakes in the page

Page::Json per_class_json(const CollectedSets& collected, const LabelSetScores& scores) {
  Page::Json table{{"columns", {"AP", "precision", "recall", "f1", "ROC AUC", "support"}}};
  for (std::size_t k = 0; k < collected.classes.size(); ++k) {
    const auto& own = scores.metrics.classes[k];
    const auto& between = scores.intervals.classes[k];
    const auto ends = [&](double metrics::Interval::*end) {
      auto list = Page::Json::array();
      for (const auto* one :
           {&between.average_precision, &between.precision, &between.recall, &between.f1}) {
        list.push_back(finite_or_null(one->*end));
      }
      list.push_back(nullptr);
      list.push_back(nullptr);
      return list;
    };
    table["rows"].push_back({{"class", k},
                             {"values",
                              {finite_or_null(own.average_precision), finite_or_null(own.precision),
                               finite_or_null(own.recall), finite_or_null(own.f1),
                               finite_or_null(scores.areas.roc_auc[k]), own.support}},
                             {"low", ends(&metrics::Interval::low)},
                             {"high", ends(&metrics::Interval::high)}});
  }
  return table;
}

// What to say above the table of thresholds.
std::string told(const LabelSetResults& results) {
  const auto& chosen = results.thresholds->chosen;
  const auto& judged = results.collected.split;
  const auto before = cat("with ", number(results.collected.threshold), " for all labels ",
                          fixed(results.scores.metrics.f1_macro, 3));
  auto text = cat(
      "The thresholds with the best F1 of each label on ", chosen.split, ". Macro F1 of ", judged,
      " with them: ", fixed(results.thresholds->metrics.f1_macro, 3), ", ", before, ".");
  if (judged == chosen.split) text += " Of the pictures they were chosen on it is too good.";
  return text;
}

Page::Json thresholds_json(const LabelSetResults& results) {
  const auto& chosen = results.thresholds->chosen;
  const bool apart = results.collected.split != chosen.split;
  Page::Json json{{"chosen_on", chosen.split}, {"text", told(results)}};
  auto columns = Page::Json::array();
  columns.push_back("threshold");
  columns.push_back(cat("F1, ", chosen.split));
  if (apart) columns.push_back(cat("F1, ", results.collected.split));
  columns.push_back(cat("F1, ", results.collected.split, ", at ", number(chosen.common)));
  columns.push_back(cat("support, ", chosen.split));
  json["columns"] = std::move(columns);
  for (std::size_t k = 0; k < chosen.labels.size(); ++k) {
    const auto& own = chosen.labels[k];
    auto values = Page::Json::array({finite_or_null(own.threshold), finite_or_null(own.chosen.f1)});
    if (apart) values.push_back(finite_or_null(results.thresholds->metrics.classes[k].f1));
    values.push_back(finite_or_null(results.scores.metrics.classes[k].f1));
    values.push_back(own.support);
    json["rows"].push_back({{"class", k}, {"values", std::move(values)}});
  }
  return json;
}

Page::Json mistakes_json(const LabelSetResults& results, Page& page) {
  const auto& collected = results.collected;
  auto list = Page::Json::array();
  for (const auto& mistake :
       surest_of_each(results.mistakes, collected.classes.size(), kMostPictures)) {
    const auto& name = collected.names[mistake.row];
    list.push_back({{"picture", page.add(collected.picture(mistake.row), kPictureSide, name)},
                    {"label", mistake.label},
                    {"missing", mistake.missing},
                    {"probability", mistake.probability},
                    {"truth", collected.labels(mistake.row)},
                    {"predicted", collected.predicted_labels(mistake.row)},
                    {"path", name}});
  }
  return list;
}

Page::Json metrics_json(const LabelSetResults& results) {
  auto list = Page::Json::array();
  for (const auto& [name, value] :
       eval::flat_metrics(results.evaluation, eval::Answer::kLabelSet)) {
    if (name != "samples") list.push_back({name, finite_or_null(value)});
  }
  const auto& scores = results.scores;
  list.push_back({"ROC AUC, macro", finite_or_null(scores.areas.roc_auc_macro)});
  list.push_back({"expected calibration error", finite_or_null(scores.calibration.expected_error)});
  return list;
}

}  // namespace

void add_headline(Page& page, const CollectedSets& collected, const LabelSetScores& scores) {
  const auto put = [&](const char* label, double value, const metrics::Interval& interval) {
    const auto ends = std::pair(interval.low, interval.high);
    page.headline(label, value, "share", collected.split, &ends);
  };
  put("Mean average precision", scores.metrics.map, scores.intervals.map);
  put("Macro F1", scores.metrics.f1_macro, scores.intervals.f1_macro);
  put("All labels right", scores.metrics.exact_match, scores.intervals.exact_match);
  page.headline("Pictures", static_cast<double>(collected.size()), "count", collected.split);
}

Page::Json evaluation_json(const LabelSetResults& results, Page& page) {
  const auto& collected = results.collected;
  const RankedClasses labels{collected.classes, results.scores.rankings, results.scores.areas,
                             "labels"};
  Page::Json json{{"split", collected.split},
                  {"samples", collected.size()},
                  {"metrics", metrics_json(results)},
                  {"per_class", per_class_json(collected, results.scores)}};
  if (results.thresholds != nullptr) json["thresholds"] = thresholds_json(results);
  if (results.together != nullptr) {
    json["co_occurrence"] = {{"truth", results.together->truth},
                             {"predicted", results.together->predicted}};
  }
  json["reliability"] = reliability_json(results.scores.calibration);
  json["reliability"]["of"] = "labels";
  json["roc"] = roc_json(labels);
  json["precision_recall"] = precision_recall_json(labels);
  json["label_mistakes"] = mistakes_json(results, page);
  json["label_mistakes_total"] = results.mistakes.size();
  return json;
}

}  // namespace carica::analysis
