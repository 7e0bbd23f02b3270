#include "analysis/comparison.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "analysis/centroids.h"
#include "analysis/confusion_difference.h"
#include "analysis/mistakes.h"
#include "analysis/overfit.h"
#include "analysis/paired_runs.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "report/curves.h"

namespace carica::analysis {
namespace {

constexpr int kPictureSide = 160;  // px, in the page

std::string cell(double value) { return std::isfinite(value) ? number(value) : "nan"; }

double value_of(const Page::Json& json, const std::string& key) {
  return json.contains(key) && json[key].is_number() ? json[key].get<double>() : NAN;
}

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
    if (class_names(run) != class_names(first)) {
      refuse("has other classes than", "compare runs of one data set");
    }
    if (!across && run.split != first.split) {
      refuse(cat("was analysed on ", run.split, ", not on ", first.split, " as"),
             "carica analyze --split, or --across to compare other pictures on purpose");
    }
  }
}

std::string runs_csv(const std::vector<AnalysedRun>& runs) {
  std::string csv = "run,model,split,parameters,seconds";
  for (const auto& [name, value] : figures(runs.front())) csv += "," + csv_field(name);
  csv += "\n";
  for (const auto& run : runs) {
    csv += cat(csv_field(run.name), ",", run.model, ",", run.split, ",", run.parameters, ",",
               number(run.seconds));
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
    const auto verdict = judge_overfitting(*train, *val);
    csv += cat(csv_field(run.name), ",", verdict.overfits ? "yes" : "no", ",", verdict.best_epoch,
               ",", verdict.last_epoch, ",", cell(verdict.gap()), ",",
               csv_field(verdict.statement()), "\n");
  }
  return csv;
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
  for (const char* metric : {"loss", "top1", "miou"}) {
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

torch::Tensor rows_of(const Collected& collected, const std::vector<std::string>& names,
                      std::vector<std::int64_t>& predicted) {
  std::map<std::string, std::int64_t> row;
  for (std::size_t i = 0; i < collected.size(); ++i) {
    row[collected.names[i]] = static_cast<std::int64_t>(i);
  }
  std::vector<std::int64_t> rows;
  for (const auto& name : names) {
    rows.push_back(row.at(name));
    predicted.push_back(collected.predicted[static_cast<std::size_t>(rows.back())]);
  }
  return collected.features.index_select(0, torch::tensor(rows, torch::kLong));
}

// Mistakes of the first run: how far each network has them from the centroids of its training
// features.
void add_distances(FileSystem& fs, const ComparisonRequest& request,
                   const std::vector<AnalysedRun>& runs, const std::vector<Collected>& collected,
                   Page& page) {
  const auto chosen =
      choose_mistakes(collected.front(), request.per_class, /*worst=*/false, request.seed);
  std::vector<std::string> names;
  std::vector<std::int64_t> truth;
  for (const auto& mistake : chosen) {
    names.push_back(collected.front().names[mistake.row]);
    truth.push_back(mistake.truth);
  }
  std::vector<RunFeatures> features;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto file = runs[i].analysis / "features" / "train.safetensors";
    if (!std::filesystem::exists(file)) {
      log_warning(cat("compare: ", file.string(), " is missing; no distances to centroids"));
      return;
    }
    RunFeatures run;
    run.features = rows_of(collected[i], names, run.predicted);
    run.centroids = class_centroids(load_collected(file));
    features.push_back(std::move(run));
  }
  if (chosen.empty()) return;
  const auto distances = centroid_distances(truth, features);
  const auto& classes = collected.front().classes;
  std::string csv = "path,truth,predicted";
  Page::Json json{{"runs", Page::Json::array()}, {"rows", Page::Json::array()}};
  for (const auto& run : runs) {
    csv += cat(",", csv_field(run.name + ": to true"), ",", csv_field(run.name + ": to predicted"));
    json["runs"].push_back(run.name);
  }
  csv += "\n";
  for (std::size_t m = 0; m < chosen.size(); ++m) {
    csv +=
        cat(csv_field(names[m]), ",", csv_field(classes[static_cast<std::size_t>(chosen[m].truth)]),
            ",", csv_field(classes[static_cast<std::size_t>(chosen[m].predicted)]));
    const auto seen = request.picture(names[m]);
    Page::Json row{{"picture", seen ? Page::Json(page.add(*seen, kPictureSide, names[m]))
                                    : Page::Json(nullptr)},
                   {"path", names[m]},
                   {"truth", chosen[m].truth},
                   {"predicted", chosen[m].predicted},
                   {"to_truth", Page::Json::array()},
                   {"to_predicted", Page::Json::array()}};
    for (std::size_t r = 0; r < runs.size(); ++r) {
      const auto& own = distances[r][m];
      csv += cat(",", cell(own.to_true), ",",
                 own.to_predicted ? cell(*own.to_predicted) : std::string("NA"));
      row["to_truth"].push_back(finite_or_null(own.to_true));
      row["to_predicted"].push_back(own.to_predicted ? finite_or_null(*own.to_predicted)
                                                     : Page::Json(nullptr));
    }
    csv += "\n";
    json["rows"].push_back(std::move(row));
  }
  write_file(fs, request.out / "centroid_distances.csv", csv);
  json["note"] = cat("Mistakes of ", runs.front().name,
                     ". Euclidean distances of the features to the mean features of the training "
                     "split; NA where the network is right.");
  for (const auto& name : classes) page["classes"].push_back({{"name", name}});
  page["distances"] = std::move(json);
}

}  // namespace

void write_run_summary(FileSystem& fs, const RunPlace& run, const std::string& name,
                       const std::string& task, const std::string& model, const std::string& split,
                       std::int64_t parameters) {
  const Page::Json json{{"name", name},
                        {"task", task},
                        {"model", model},
                        {"split", split},
                        {"parameters", parameters},
                        {"seconds", read_curves(fs, run.folder / "results.csv").seconds()}};
  write_file(fs, run.out / "run.json",
             json.dump(2, ' ', false, Page::Json::error_handler_t::replace) + "\n");
}

AnalysedRun read_analysed(FileSystem& fs, const std::filesystem::path& given) {
  AnalysedRun run;
  const bool is_analysis = std::filesystem::exists(given / "run.json");
  run.analysis = is_analysis ? given : given / "analysis";
  run.folder = is_analysis ? given.parent_path() : given;
  if (!std::filesystem::exists(run.analysis / "run.json")) {
    throw Error(ErrorCode::kUsage,
                cat(given.string(), ": was not analysed: ", (run.analysis / "run.json").string(),
                    " is missing"),
                cat("carica analyze ", given.string()));
  }
  const auto summary = parse(fs, run.analysis / "run.json");
  run.name = summary.value("name", given.filename().string());
  run.task = summary.value("task", "");
  run.model = summary.value("model", "");
  run.split = summary.value("split", "");
  run.parameters = summary.value("parameters", std::int64_t{0});
  run.seconds = summary.value("seconds", 0.0);
  run.scores = parse(fs, run.analysis / "scores.json");
  run.curves = read_curves(fs, run.folder / "results.csv");
  return run;
}

void compare_runs(FileSystem& fs, const ComparisonRequest& request,
                  const std::vector<AnalysedRun>& runs, Page& page) {
  if (runs.size() < 2) {
    throw Error(ErrorCode::kUsage, cat("compare: ", runs.size(), " runs; at least 2 are needed"));
  }
  check_together(runs, request.across);
  std::vector<Collected> collected;
  auto tests = Page::Json::array();
  std::string tests_csv;
  if (!request.across) {  // refuses other pictures
    if (classifies(runs.front())) {
      for (const auto& run : runs) {
        const auto file = run.analysis / "features" / (run.split + ".safetensors");
        collected.push_back(load_collected(file));
      }
      tests_csv = test_classifiers(runs, collected, tests);
    } else {
      tests_csv = test_segmenters(runs, tests);
    }
  }
  fs.create_directories(request.out);
  write_file(fs, request.out / "runs.csv", runs_csv(runs));
  write_file(fs, request.out / "per_class.csv", per_class_csv(runs));
  write_file(fs, request.out / "overfitting.csv", overfitting_csv(runs));
  for (const char* metric : {"loss", "top1", "miou"}) draw_curves(fs, request.out, runs, metric);
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
  add_confusion_difference(fs, request.out, runs.front(), runs.back(), comparison);
  page["comparison"] = std::move(comparison);
  if (!collected.empty()) add_distances(fs, request, runs, collected, page);
}

}  // namespace carica::analysis
