#include "analysis/classifier_analysis.h"

#include <algorithm>

#include "analysis/class_counts.h"
#include "analysis/collected.h"
#include "analysis/embed_splits.h"
#include "analysis/grad_cam_pictures.h"
#include "analysis/inference_text.h"
#include "analysis/mistakes.h"
#include "analysis/ranking_figures.h"
#include "analysis/scores.h"
#include "analysis/sheets.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "eval/results.h"
#include "report/confusion_table.h"

namespace carica::analysis {
namespace {

constexpr int kPictureSide = 200;               // px, of mistakes in the page
constexpr std::size_t kMostPagePictures = 200;  // mistakes in the page
constexpr std::size_t kPicturesOfACell = 6;     // of the confusion matrix

std::string percent_text(double share) { return cat(fixed(100 * share, 0), "%"); }

std::string title_of(const Collected& collected, const Mistake& mistake) {
  return cat(collected.classes[static_cast<std::size_t>(mistake.truth)], " taken for ",
             collected.classes[static_cast<std::size_t>(mistake.predicted)], ", ",
             percent_text(mistake.probability));
}

// A row for each class that has mistakes, filled up with empty places.
void draw_mistakes(FileSystem& fs, const Request& request, const Collected& collected,
                   const std::vector<Mistake>& chosen) {
  Sheets sheets(fs, {.stem = request.run.out / "mistakes",
                     .title = cat("Mistakes of ", collected.split, ", a row for each true class"),
                     .columns = static_cast<int>(request.per_class),
                     .cell = kPictureSide,
                     .keys = {}});
  for (std::size_t i = 0; i < chosen.size() && !sheets.full(); ++i) {
    sheets.add(collected.picture(chosen[i].row), title_of(collected, chosen[i]));
    if (i + 1 == chosen.size() || chosen[i + 1].truth != chosen[i].truth) sheets.end_row();
  }
  sheets.finish();
}

void draw_grad_cam(FileSystem& fs, const Request& request, const Subject& subject,
                   const Collected& collected, const std::vector<Mistake>& chosen) {
  Sheets sheets(fs, {.stem = request.run.out / "grad_cam",
                     .title = "Where the network looks (Grad-CAM)",
                     .columns = 3,
                     .cell = kPictureSide,
                     .keys = {}});
  for (std::size_t i = 0; i < chosen.size() && !sheets.full(); ++i) {
    const auto& mistake = chosen[i];
    request.progress(cat("Grad-CAM  ", i, "/", chosen.size()));
    const auto pictures = grad_cam_pictures(subject.model, collected.picture(mistake.row),
                                            {mistake.predicted, mistake.truth});
    if (pictures.empty()) return;  // the network has no maps
    sheets.add(pictures[0], title_of(collected, mistake));
    sheets.add(pictures[1],
               cat("for ", collected.classes[static_cast<std::size_t>(mistake.predicted)]));
    sheets.add(pictures[2],
               cat("for ", collected.classes[static_cast<std::size_t>(mistake.truth)]));
  }
  sheets.finish();
}

RankedClasses ranked(const Collected& collected, const ClassifierScores& scores) {
  return {collected.classes, scores.rankings, scores.areas};
}

Page::Json per_class_json(const Collected& collected, const ClassifierScores& scores) {
  Page::Json table{{"columns", {"precision", "recall", "f1", "ROC AUC", "AP", "support"}}};
  const auto support = support_of(collected);
  for (std::size_t k = 0; k < collected.classes.size(); ++k) {
    const auto& own = scores.intervals.classes[k];
    Page::Json row{{"class", k}};
    const auto list = [&](double metrics::Interval::*part, bool value) {
      auto values =
          Page::Json::array({finite_or_null(own.precision.*part), finite_or_null(own.recall.*part),
                             finite_or_null(own.f1.*part)});
      values.push_back(value ? finite_or_null(scores.areas.roc_auc[k]) : Page::Json(nullptr));
      values.push_back(value ? finite_or_null(scores.areas.average_precision[k])
                             : Page::Json(nullptr));
      values.push_back(value ? Page::Json(support[k]) : Page::Json(nullptr));
      return values;
    };
    row["values"] = list(&metrics::Interval::value, true);
    row["low"] = list(&metrics::Interval::low, false);
    row["high"] = list(&metrics::Interval::high, false);
    table["rows"].push_back(std::move(row));
  }
  return table;
}

Page::Json confusion_json(const Collected& collected, const metrics::Confusion& confusion,
                          Page& page) {
  Page::Json json{{"classes", collected.classes}, {"counts", Page::Json::array()}};
  for (int truth = 0; truth < confusion.classes; ++truth) {
    auto row = Page::Json::array();
    for (int guess = 0; guess < confusion.classes; ++guess) {
      row.push_back(confusion.at(truth, guess));
    }
    json["counts"].push_back(std::move(row));
  }
  Page::Json pictures = Page::Json::object();
  std::size_t stored = 0;
  const bool diagonal = collected.classes.size() <= 20;  // pictures of what is right as well
  for (std::size_t row = 0; row < collected.size() && stored < 400; ++row) {
    const auto truth = collected.truth[row], guess = collected.predicted[row];
    const auto key = cat(truth, ",", guess);
    if (truth == guess && !diagonal) continue;
    if (pictures.contains(key) && pictures[key].size() >= kPicturesOfACell) continue;
    pictures[key].push_back(page.add(collected.picture(row), kPictureSide, collected.names[row]));
    ++stored;
  }
  if (!pictures.empty()) json["pictures"] = std::move(pictures);
  return json;
}

Page::Json mistakes_json(const Collected& collected, const std::vector<Mistake>& mistakes,
                         Page& page) {
  auto list = Page::Json::array();
  for (const auto& mistake : mistakes) {
    if (list.size() >= kMostPagePictures) break;
    const auto picture =
        page.add(collected.picture(mistake.row), kPictureSide, collected.names[mistake.row]);
    list.push_back({{"picture", picture},
                    {"truth", mistake.truth},
                    {"predicted", mistake.predicted},
                    {"probability", mistake.probability},
                    {"truth_probability", mistake.truth_probability},
                    {"path", collected.names[mistake.row]}});
  }
  return list;
}

Page::Json evaluation_of(const Collected& collected, const eval::Evaluation& evaluation,
                         const ClassifierScores& scores, Page& page) {
  Page::Json json{{"split", collected.split}, {"samples", collected.size()}};
  auto metrics = Page::Json::array();
  for (const auto& [name, value] : eval::flat_metrics(evaluation, eval::Answer::kClass)) {
    if (name != "samples") metrics.push_back({name, finite_or_null(value)});
  }
  metrics.push_back({"ROC AUC, macro", finite_or_null(scores.areas.roc_auc_macro)});
  metrics.push_back(
      {"average precision, macro", finite_or_null(scores.areas.average_precision_macro)});
  metrics.push_back(
      {"expected calibration error", finite_or_null(scores.calibration.expected_error)});
  metrics.push_back({"Brier score", finite_or_null(scores.brier)});
  json["metrics"] = std::move(metrics);
  json["per_class"] = per_class_json(collected, scores);
  const auto mistakes = find_mistakes(collected);
  json["mistakes"] = mistakes_json(collected, mistakes, page);
  json["mistakes_total"] = mistakes.size();
  if (report::can_show_confusion("report.html", collected.classes.size())) {
    json["confusion"] = confusion_json(collected, evaluation.confusion, page);
  }
  json["reliability"] = reliability_json(scores.calibration);
  json["roc"] = roc_json(ranked(collected, scores));
  return json;
}

void add_headline(Page& page, const Collected& collected, const ClassifierScores& scores) {
  const auto interval = [](const metrics::Interval& of) { return std::pair(of.low, of.high); };
  const auto top1 = interval(scores.intervals.accuracy), f1 = interval(scores.intervals.f1_macro);
  page.headline("Top-1 accuracy", scores.top1, "share", collected.split, &top1);
  page.headline("Macro F1", scores.intervals.f1_macro.value, "share", collected.split, &f1);
  page.headline("ROC AUC, macro", scores.areas.roc_auc_macro, "share", collected.split);
  page.headline("Pictures", static_cast<double>(collected.size()), "count", collected.split);
}

}  // namespace

void analyze_classifier(FileSystem& fs, const Request& request, const Subject& subject,
                        Page& page) {
  const auto& out = request.run.out;
  fs.create_directories(out);
  const auto collect_split = [&](const std::string& split, eval::Evaluation* evaluation) {
    const auto& data = subject.datasets.split(split);
    if (data->size() == 0) {
      throw Error(ErrorCode::kData,
                  cat(subject.model.config.data.root, ": has no ", split, " split"),
                  "choose another with --split, or other ones with --embed");
    }
    auto collected = collect(
        subject.model, data, split,
        [&](std::size_t done, std::size_t all) {
          request.progress(cat("looking at ", split, "  ", done, "/", all));
        },
        evaluation);
    save_collected(fs, request.run.features(split), collected);
    return collected;
  };
  eval::Evaluation evaluation;
  const auto collected = collect_split(request.split, &evaluation);
  const auto note = eval::absence_note(subject.model, evaluation, request.split);
  if (!note.empty()) log_warning(note);
  const auto scores = score(collected, evaluation, subject.model.head.activation);
  const auto json = scores_json(collected, scores, eval::Inference::of(subject.model.config));
  write_file(fs, out / "scores.json", json);
  add_inference_fact(Page::Json::parse(json), request.split, page);
  write_file(fs, out / "per_class.csv", scores_csv(collected, scores));
  write_file(fs, out / "mistakes.csv", mistakes_csv(collected, find_mistakes(collected)));
  write_file(fs, out / "confused_pairs.csv",
             pairs_csv(collected.classes, confused_pairs(collected)));
  write_file(fs, out / "confusion.csv",
             metrics::confusion_csv(evaluation.confusion, collected.classes));
  const auto chosen = choose_mistakes(collected, request.per_class, request.worst, request.seed);
  write_file(fs, out / "chosen_mistakes.csv", mistakes_csv(collected, chosen));
  draw_mistakes(fs, request, collected, chosen);
  draw_grad_cam(fs, request, subject, collected, chosen);
  draw_calibration(fs, out, scores.calibration, "confidence", "share that is right");
  draw_roc(fs, out, "ROC, each class against the rest", ranked(collected, scores));

  add_headline(page, collected, scores);
  add_class_counts(page, subject);
  page["evaluations"].push_back(evaluation_of(collected, evaluation, scores, page));
  embed_splits(fs, request, subject.datasets, page, [&](const std::string& split) {
    return split == request.split ? collected : collect_split(split, nullptr);
  });
}

}  // namespace carica::analysis
