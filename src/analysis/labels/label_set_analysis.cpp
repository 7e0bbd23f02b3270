#include "analysis/labels/label_set_analysis.h"

#include <cmath>
#include <map>
#include <optional>

#include "analysis/class_counts.h"
#include "analysis/embed_splits.h"
#include "analysis/grad_cam_pictures.h"
#include "analysis/inference_text.h"
#include "analysis/labels/embedded_sets.h"
#include "analysis/labels/label_set_page.h"
#include "analysis/sheets.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "eval/results.h"
#include "report/confusion_table.h"
#include "report/heat_map.h"

namespace carica::analysis {
namespace {

constexpr int kPictureSide = 200;         // px, of mistakes in figures
constexpr const char* kChosenOn = "val";  // thresholds: never what is judged

std::string title_of(const CollectedSets& collected, const LabelMistake& mistake) {
  const auto& name = collected.classes[mistake.label];
  const auto share = cat(fixed(100 * mistake.probability, 0), "%");
  return cat(name, mistake.missing ? " missed, " : " given, ", share);
}

// Two rows for each label that has mistakes, filled up with empty places.
void draw_mistakes(FileSystem& fs, const Request& request, const CollectedSets& collected,
                   const std::vector<LabelMistake>& chosen) {
  Sheets sheets(fs, {.stem = request.run.out / "mistakes",
                     .title = cat("Mistakes of ", collected.split,
                                  ", for each label: given wrongly, then missed"),
                     .columns = static_cast<int>(request.per_class),
                     .cell = kPictureSide,
                     .keys = {}});
  for (std::size_t i = 0; i < chosen.size() && !sheets.full(); ++i) {
    const auto& mistake = chosen[i];
    sheets.add(collected.picture(mistake.row), title_of(collected, mistake));
    if (i + 1 == chosen.size() || chosen[i + 1].label != mistake.label ||
        chosen[i + 1].missing != mistake.missing) {
      sheets.end_row();
    }
  }
  sheets.finish();
}

// The likeliest label but one.
std::int64_t likeliest_other(const CollectedSets& collected, const LabelMistake& mistake) {
  auto best = static_cast<std::int64_t>(mistake.label == 0 ? 1 : 0);
  for (std::size_t k = 0; k < collected.classes.size(); ++k) {
    const auto label = static_cast<std::int64_t>(k);
    if (k != mistake.label &&
        collected.probability(mistake.row, label) > collected.probability(mistake.row, best)) {
      best = label;
    }
  }
  return best;
}

void draw_grad_cam(FileSystem& fs, const Request& request, const Subject& subject,
                   const CollectedSets& collected, const std::vector<LabelMistake>& chosen) {
  Sheets sheets(fs, {.stem = request.run.out / "grad_cam",
                     .title = "Where the network looks (Grad-CAM)",
                     .columns = 3,
                     .cell = kPictureSide,
                     .keys = {}});
  for (std::size_t i = 0; i < chosen.size() && !sheets.full(); ++i) {
    const auto& mistake = chosen[i];
    request.progress(cat("Grad-CAM  ", i, "/", chosen.size()));
    std::vector<std::int64_t> labels = {static_cast<std::int64_t>(mistake.label)};
    if (collected.classes.size() > 1) labels.push_back(likeliest_other(collected, mistake));
    const auto pictures = grad_cam_pictures(subject.model, collected.picture(mistake.row), labels);
    if (pictures.empty()) return;  // the network has no maps
    sheets.add(pictures[0], title_of(collected, mistake));
    for (std::size_t k = 0; k < labels.size(); ++k) {
      const auto share = 100 * collected.probability(mistake.row, labels[k]);
      sheets.add(pictures[k + 1],
                 cat("for ", collected.classes[static_cast<std::size_t>(labels[k])], ", ",
                     fixed(share, 0), "%"));
    }
    sheets.end_row();
  }
  sheets.finish();
}

void draw_co_occurrence(FileSystem& fs, const std::filesystem::path& out,
                        const CollectedSets& collected, const CoOccurrence& found) {
  report::HeatMap map;
  map.title = "Labels predicted where a label is true";
  map.subtitle = cat(collected.split, ", n = ", collected.size());
  map.x_label = "predicted";
  map.y_label = "true";
  map.scale_label = "share of the pictures with the true label";
  map.names = collected.classes;
  map.counts = found.predicted;
  for (std::size_t row = 0; row < found.predicted.size(); ++row) {
    auto& shares = map.shares.emplace_back();
    for (const auto count : found.predicted[row]) {
      const auto support = found.support(row);
      shares.push_back(support == 0 ? NAN
                                    : static_cast<double>(count) / static_cast<double>(support));
    }
  }
  for (const char* ending : {".png", ".svg"}) {
    report::draw(map, out / (std::string("co_occurrence") + ending), fs);
  }
}

void draw_curves(FileSystem& fs, const std::filesystem::path& out, const CollectedSets& collected,
                 const LabelSetScores& scores) {
  const RankedClasses labels{collected.classes, scores.rankings, scores.areas, "labels"};
  draw_roc(fs, out, "ROC of each label", labels);
  draw_precision_recall(fs, out, "Precision and recall of each label", labels);
  draw_calibration(fs, out, scores.calibration, "predicted probability of a label",
                   "share of labels that are true");
}

}  // namespace

void analyze_label_sets(FileSystem& fs, const Request& request, const Subject& subject,
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
    auto collected = collect_sets(
        subject.model, data, split,
        [&](std::size_t done, std::size_t all) {
          request.progress(cat("looking at ", split, "  ", done, "/", all));
        },
        evaluation);
    save_collected(fs, request.run.features(split), collected);
    return collected;
  };
  eval::Evaluation evaluation;
  std::map<std::string, CollectedSets> kept = {
      {request.split, collect_split(request.split, &evaluation)}};
  const auto& collected = kept.at(request.split);
  const auto note = eval::absence_note(subject.model, evaluation, request.split);
  if (!note.empty()) log_warning(note);
  request.progress("intervals and curves");
  const auto scores = score(collected, evaluation);

  std::optional<LabelThresholds> thresholds;
  metrics::LabelSetMetrics judged;
  if (subject.datasets.split(kChosenOn)->size() > 0) {
    if (!kept.contains(kChosenOn)) kept.emplace(kChosenOn, collect_split(kChosenOn, nullptr));
    thresholds = choose_thresholds(kept.at(kChosenOn));
    judged = with_thresholds(*thresholds, collected);
    write_file(fs, out / "thresholds.csv", thresholds_csv(*thresholds, collected, judged));
  } else {
    log_warning("analyze: the data set has no val split to choose thresholds on; none are chosen");
  }
  std::optional<JudgedThresholds> judged_thresholds;
  if (thresholds) judged_thresholds.emplace(JudgedThresholds{*thresholds, judged});
  const auto* with = judged_thresholds ? &*judged_thresholds : nullptr;

  const auto json = scores_json(collected, scores, eval::Inference::of(subject.model.config), with);
  write_file(fs, out / "scores.json", json);
  add_inference_fact(Page::Json::parse(json), request.split, page);
  write_file(fs, out / "per_class.csv", scores_csv(collected, scores));
  const auto together = co_occurrence(collected);
  write_file(fs, out / "co_occurrence.csv",
             co_occurrence_csv(together.predicted, collected.classes));
  write_file(fs, out / "co_occurrence_truth.csv",
             co_occurrence_csv(together.truth, collected.classes));
  const auto mistakes = find_label_mistakes(collected);
  write_file(fs, out / "mistakes.csv", label_mistakes_csv(collected, mistakes));
  const auto chosen =
      choose_label_mistakes(collected, request.per_class, request.worst, request.seed);
  write_file(fs, out / "chosen_mistakes.csv", label_mistakes_csv(collected, chosen));
  draw_mistakes(fs, request, collected, chosen);
  draw_grad_cam(fs, request, subject, collected, chosen);
  draw_curves(fs, out, collected, scores);
  const bool shown = report::can_show_confusion("report.html", collected.classes.size());
  if (shown) draw_co_occurrence(fs, out, collected, together);

  add_headline(page, collected, scores);
  add_class_counts(page, subject);
  page["evaluations"].push_back(evaluation_json(
      {collected, evaluation, scores, mistakes, shown ? &together : nullptr, with}, page));
  embed_splits(fs, request, subject.datasets, page, [&](const std::string& split) {
    const auto found = kept.find(split);
    return found != kept.end() ? found->second : collect_split(split, nullptr);
  });
}

}  // namespace carica::analysis
