#include "analysis/comparison.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>

#include "analysis/centroid_table.h"
#include "analysis/compared_labels.h"
#include "analysis/confusion_difference.h"
#include "analysis/inference_text.h"
#include "analysis/overfit.h"
#include "analysis/paired_runs.h"
#include "analysis/result_files.h"
#include "analysis/run_names.h"
#include "checkpoint/safetensors.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "report/confusion_table.h"
#include "report/curves.h"

namespace carica::analysis {
namespace {

double value_of(const Page::Json& json, const std::string& key) {
  return json.contains(key) && json[key].is_number() ? json[key].get<double>() : NAN;
}

const std::array kCurves = {"loss", "top1", "miou", "map"};  // metrics of training

bool classifies(const AnalysedRun& run) { return run.task == "classify"; }

Page::Json parse(FileSystem& fs, const std::filesystem::path& file) {
  auto json = Page::Json::parse(fs.read(file, 64 << 20), nullptr, false);
  if (!json.is_object()) {
    throw Error(ErrorCode::kCorrupt, cat(file.string(), ": is no JSON object"),
                "carica analyze RUN writes it anew");
  }
  return json;
}

// The numbers that a comparison shows, by name.
std::vector<std::pair<std::string, double>> figures(const AnalysedRun& run) {
  const auto& s = run.scores;
  if (run.several_labels) {
    return {{"mean average precision", value_of(s, "map")},
            {"F1 macro", value_of(s, "f1_macro")},
            {"F1 micro", value_of(s, "f1_micro")},
            {"F1 of samples", value_of(s, "f1_samples")},
            {"all labels right", value_of(s, "exact_match")},
            {"ROC AUC macro", value_of(s, "roc_auc_macro")},
            {"expected calibration error", value_of(s, "expected_calibration_error")}};
  }
  if (classifies(run)) {
    return {{"top-1", value_of(s, "top1")},
            {"F1 macro", value_of(s, "f1_macro")},
            {"F1 weighted", value_of(s, "f1_weighted")},
            {"ROC AUC macro", value_of(s, "roc_auc_macro")},
            {"expected calibration error", value_of(s, "expected_calibration_error")},
            {"negative log likelihood", value_of(s, "negative_log_likelihood")}};
  }
  const auto pooled = s.value("pooled", Page::Json::object());
  return {{"mIoU", value_of(pooled, "iou")},
          {"mean Dice", value_of(pooled, "dice")},
          {"mean precision", value_of(pooled, "precision")},
          {"mean recall", value_of(pooled, "recall")},
          {"share of right pixels", value_of(pooled, "share_of_right_pixels")},
          {"mAP over IoU thresholds", value_of(s, "map")}};
}

std::vector<std::string> class_names(const AnalysedRun& run) {
  std::vector<std::string> names;
  for (const auto& each : run.scores.value("per_class", Page::Json::array())) {
    names.push_back(each.value("name", ""));
  }
  return names;
}

void check_together(const std::vector<AnalysedRun>& runs, bool across) {
  const auto& first = runs.front();
  for (const auto& run : runs) {
    const auto refuse = [&](const std::string& what, const std::string& hint) {
      throw Error(ErrorCode::kUsage, cat("compare: ", run.name, " ", what, " ", first.name), hint);
    };
    if (run.task != first.task) refuse("is of another task than", "compare runs of one task");
    if (run.several_labels != first.several_labels) {
      refuse(run.several_labels ? "has several labels for each picture, not one as"
                                : "has one label for each picture, not several as",
             "compare runs of one data set");
    }
    if (class_names(run) != class_names(first)) {
      refuse("has other classes than", "compare runs of one data set");
    }
    if (!across && run.split != first.split) {
      refuse(cat("was analysed on ", run.split, ", not on ", first.split, " as"),
             "carica analyze --split, or --across to compare other pictures on purpose");
    }
  }
}

std::vector<AnalysedRun> with_distinct_names(std::vector<AnalysedRun> runs) {
  std::vector<NamedFolder> places;
  for (const auto& run : runs) places.push_back({run.name, run.folder});
  const auto names = distinct_names(places);
  for (std::size_t i = 0; i < runs.size(); ++i) runs[i].name = names[i];
  return runs;
}

std::string runs_csv(const std::vector<AnalysedRun>& runs) {
  std::string csv = "run,model,split,parameters,seconds";
  for (const auto& [name, value] : figures(runs.front())) csv += "," + csv_field(name);
  csv += "\n";
  for (const auto& run : runs) {
    csv += cat(csv_field(run.name), ",", run.model, ",", run.split, ",", run.parameters, ",",
               run.seconds > 0 ? number(run.seconds) : "");
    for (const auto& [name, value] : figures(run)) csv += "," + cell(value);
    csv += "\n";
  }
  return csv;
}

std::string per_class_csv(const std::vector<AnalysedRun>& runs) {
  const std::string key = classifies(runs.front()) ? "f1" : "iou";
  std::string csv = "class";
  for (const auto& run : runs) csv += cat(",", csv_field(cat(key, " of ", run.name)));
  csv += "\n";
  const auto names = class_names(runs.front());
  for (std::size_t k = 0; k < names.size(); ++k) {
    csv += csv_field(names[k]);
    for (const auto& run : runs) {
      const auto& own = run.scores["per_class"][k];
      csv += "," + cell(value_of(classifies(run) ? own : own["pooled"], key));
    }
    csv += "\n";
  }
  return csv;
}

std::string overfitting_csv(const std::vector<AnalysedRun>& runs) {
  std::string csv = "run,overfits,best_epoch,last_epoch,gap_at_end,statement\n";
  for (const auto& run : runs) {
    const auto *train = run.curves.find("train_loss"), *val = run.curves.find("val_loss");
    if (train == nullptr || val == nullptr) continue;
    const auto verdict = judge_overfitting(*train, *val, run.curves.no_gap);
    if (!verdict.known) continue;
    csv += cat(csv_field(run.name), ",", verdict.overfits ? "yes" : "no", ",", verdict.best_epoch,
               ",", verdict.last_epoch, ",", verdict.no_gap.empty() ? cell(verdict.gap()) : "", ",",
               csv_field(verdict.statement()), "\n");
  }
  return csv;
}

// Flips, scales and windows of a run may be all that makes it better.
void tell_inference(const std::vector<AnalysedRun>& runs, Page& page) {
  std::vector<std::string> ways;
  for (const auto& run : runs) ways.push_back(inference_text(run.scores));
  const bool differ = std::ranges::adjacent_find(ways, std::not_equal_to{}) != ways.end();
  if (!differ && ways.front() == kPlainInference) return;
  std::string list;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    page.fact("Inference", runs[i].name, ways[i]);
    list += cat(i == 0 ? "" : ", ", readable(runs[i].name), ": ", ways[i]);
  }
  if (differ) log_warning(cat("compare: the runs look at pictures in different ways (", list, ")"));
}

// One figure of the runs' curves of a metric, training dashed where the style has dashes.
void draw_curves(FileSystem& fs, const std::filesystem::path& out,
                 const std::vector<AnalysedRun>& runs, const std::string& metric) {
  report::LineChart chart{
      .title = cat(metric, " of the runs"), .x_label = "epoch", .y_label = metric, .series = {}};
  for (const auto& run : runs) {
    for (const char* split : {"train", "val"}) {
      const auto* values = run.curves.find(cat(split, "_", metric));
      if (values == nullptr) continue;
      report::Series series{cat(run.name, ", ", split), {}, *values};
      series.x.assign(run.curves.epochs.begin(), run.curves.epochs.end());
      chart.series.push_back(std::move(series));
    }
  }
  if (chart.series.empty()) return;
  for (const char* ending : {".png", ".svg"}) {
    report::draw(chart, out / cat(metric, ending), fs);
  }
}

Page::Json curves_json(const std::vector<AnalysedRun>& runs) {
  Page::Json json{{"epochs", Page::Json::array()}, {"panels", Page::Json::array()}};
  std::size_t longest = 0;
  for (const auto& run : runs) {
    if (run.curves.epochs.size() > longest) {
      longest = run.curves.epochs.size();
      json["epochs"] = run.curves.epochs;
    }
  }
  for (const char* metric : kCurves) {
    auto lines = Page::Json::array();
    for (std::size_t i = 0; i < runs.size(); ++i) {
      for (const char* split : {"train", "val"}) {
        const auto* values = runs[i].curves.find(cat(split, "_", metric));
        if (values == nullptr) continue;
        auto list = Page::Json::array();
        for (std::size_t e = 0; e < longest; ++e) {
          list.push_back(e < values->size() ? finite_or_null((*values)[e]) : Page::Json(nullptr));
        }
        lines.push_back({{"name", cat(runs[i].name, ", ", split)},
                         {"values", std::move(list)},
                         {"group", i},
                         {"dashed", std::string(split) == "train"}});
      }
    }
    if (!lines.empty()) json["panels"].push_back({{"title", metric}, {"lines", std::move(lines)}});
  }
  return json;
}

// A checkpoint that is gone, or has no checksum, cannot be compared.
void require_same_weights(const AnalysedRun& run, const Page::Json& summary,
                          const std::filesystem::path& given) {
  const std::string file = summary.value("checkpoint", ""), then = summary.value("weights", "");
  const auto checkpoint = run.folder / file;
  if (then.empty() || !std::filesystem::is_regular_file(checkpoint)) return;
  if (checksum_of(checkpoint) == then) return;
  std::string command = "carica analyze ";
  command += (file == "weights/best.safetensors" ? run.folder : checkpoint).string();
  if (run.split != "test") command += " --split " + run.split;
  if (run.analysis != run.folder / "analysis") command += " --out " + run.analysis.string();
  throw Error(ErrorCode::kUsage,
              cat(given.string(), ": was analysed before ", checkpoint.string(),
                  " changed; its analysis must be of the same weights"),
              command);
}

}  // namespace

std::string checksum_of(const std::filesystem::path& file) {
  const auto metadata = checkpoint::read_safetensors_metadata(file);
  const auto found = metadata.find(checkpoint::kChecksumKey);
  return found == metadata.end() ? "" : found->second;
}

void begin_analysis(FileSystem& fs, const RunPlace& run) {
  remove_results(fs, run.out, kAnalysisMark, analysis_files());
  fs.create_directories(run.out);
  write_file(fs, run.out / kAnalysisMark, "{}\n");
}

void write_run_summary(FileSystem& fs, const RunPlace& run, const AnalysedSubject& subject) {
  Page::Json json{{"name", run.name()},
                  {"folder", std::filesystem::absolute(run.folder).string()},
                  {"checkpoint", std::filesystem::relative(run.checkpoint, run.folder).string()},
                  {"weights", subject.weights},
                  {"task", subject.task},
                  {"model", subject.model},
                  {"split", subject.split},
                  {"parameters", subject.parameters},
                  {"seconds", read_curves(fs, run.folder / "results.csv").seconds()}};
  if (subject.several_labels) json["labels"] = "several";
  write_file(fs, run.out / kAnalysisMark,
             json.dump(2, ' ', false, Page::Json::error_handler_t::replace) + "\n");
}

AnalysedRun read_analysed(FileSystem& fs, const std::filesystem::path& given) {
  AnalysedRun run;
  auto path = (given / "").lexically_normal().parent_path();  // without a slash at its end
  const bool is_analysis = std::filesystem::exists(path / kAnalysisMark);
  run.analysis = is_analysis ? path : path / "analysis";
  run.folder = is_analysis ? path.parent_path() : path;
  const auto file = run.analysis / kAnalysisMark;
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorCode::kUsage,
                cat(given.string(), ": was not analysed: ", file.string(), " is missing"),
                cat("carica analyze ", given.string()));
  }
  const auto summary = parse(fs, file);
  if (summary.empty()) {
    throw Error(ErrorCode::kUsage,
                cat(given.string(), ": its analysis was stopped, or is still under way"),
                "carica analyze RUN begins anew");
  }
  run.name = summary.value("name", path.filename().string());
  run.task = summary.value("task", "");
  run.model = summary.value("model", "");
  run.split = summary.value("split", "");
  run.parameters = summary.value("parameters", std::int64_t{0});
  run.seconds = summary.value("seconds", 0.0);
  run.several_labels = summary.value("labels", "") == "several";
  run.scores = parse(fs, run.analysis / "scores.json");
  // An analysis that stands elsewhere knows its run.
  const std::filesystem::path folder = summary.value("folder", "");
  const bool beside =
      run.analysis == run.folder / "analysis" && std::filesystem::exists(run.folder / kRunMark);
  if (!beside && std::filesystem::exists(folder)) run.folder = folder;
  require_same_weights(run, summary, given);
  run.curves = read_curves(fs, run.folder / "results.csv");
  if (run.curves.seconds() > 0) run.seconds = run.curves.seconds();  // a run may have gone on
  if (!std::filesystem::exists(run.folder / kRunMark)) {
    log_warning(
        cat("compare: ", given.string(), ": its run is not at hand; no curves of ", run.name));
  }
  return run;
}

void compare_runs(FileSystem& fs, const ComparisonRequest& request,
                  const std::vector<AnalysedRun>& given, Page& page) {
  if (given.size() < 2) {
    throw Error(ErrorCode::kUsage, cat("compare: ", given.size(), " runs; at least 2 are needed"));
  }
  const auto runs = with_distinct_names(given);
  check_together(runs, request.across);
  std::vector<Collected> collected;
  auto tests = Page::Json::array();
  std::string tests_csv;
  if (!request.across) {  // refuses other pictures
    if (runs.front().several_labels) {
      tests_csv = test_label_sets(runs, tests);
    } else if (classifies(runs.front())) {
      for (const auto& run : runs) {
        const auto file = run.analysis / "features" / (run.split + ".safetensors");
        collected.push_back(load_collected(file));
      }
      tests_csv = test_classifiers(runs, collected, tests);
    } else {
      tests_csv = test_segmenters(runs, tests);
    }
  }
  tell_inference(runs, page);
  fs.create_directories(request.out);
  remove_results(fs, request.out, kComparisonMark,
                 {"per_class.csv", "overfitting.csv", "tests.csv", "centroid_distances.csv",
                  "confusion_difference.csv", "shifts.csv", "loss.png", "loss.svg", "top1.png",
                  "top1.svg", "miou.png", "miou.svg", "map.png", "map.svg"});
  write_file(fs, request.out / kComparisonMark, runs_csv(runs));
  const bool sets = runs.front().several_labels;
  write_file(fs, request.out / "per_class.csv", sets ? per_label_csv(runs) : per_class_csv(runs));
  write_file(fs, request.out / "overfitting.csv", overfitting_csv(runs));
  for (const char* metric : kCurves) draw_curves(fs, request.out, runs, metric);
  if (!tests_csv.empty()) write_file(fs, request.out / "tests.csv", tests_csv);

  Page::Json comparison{{"runs", Page::Json::array()}, {"tests", std::move(tests)}};
  for (const auto& run : runs) {
    auto metrics = Page::Json::array();
    for (const auto& [name, value] : figures(run)) {
      metrics.push_back({name, finite_or_null(value)});
    }
    comparison["runs"].push_back(
        {{"name", run.name},
         {"metrics", std::move(metrics)},
         {"parameters", run.parameters},
         {"seconds", run.seconds > 0 ? Page::Json(run.seconds) : Page::Json(nullptr)}});
  }
  auto curves = curves_json(runs);
  if (!curves["panels"].empty()) comparison["curves"] = std::move(curves);
  if (sets) {
    comparison["per_class"] = per_label_json(runs);
    for (const auto& name : class_names(runs.front())) {
      page["classes"].push_back({{"name", name}});
    }
  } else if (report::can_show_confusion("compare", class_names(runs.front()).size())) {
    add_confusion_difference(fs, request.out, runs.front(), runs.back(), comparison);
  }
  page["comparison"] = std::move(comparison);
  if (!collected.empty()) add_centroid_distances(fs, request, runs, collected, page);
}

}  // namespace carica::analysis
