#include "analysis/classifier_analysis.h"

#include <algorithm>
#include <array>

#include "analysis/collected.h"
#include "analysis/embed.h"
#include "analysis/grad_cam.h"
#include "analysis/inference_text.h"
#include "analysis/mistakes.h"
#include "analysis/scores.h"
#include "analysis/sheets.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "eval/device_batch.h"
#include "eval/results.h"
#include "report/confusion_table.h"
#include "report/curves.h"

namespace carica::analysis {
namespace {

constexpr int kPictureSide = 200;               // px, of mistakes in the page
constexpr std::size_t kMostPagePictures = 200;  // mistakes in the page
constexpr std::size_t kPicturesOfACell = 6;     // of the confusion matrix
constexpr std::size_t kMostThumbnails = 800;    // of an embedding in the page
constexpr std::size_t kMostRocCurves = 10;

const std::array<const char*, 2> kEndings = {".png", ".svg"};

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
  const auto& model = subject.model;
  Sheets sheets(fs, {.stem = request.run.out / "grad_cam",
                     .title = "Where the network looks (Grad-CAM)",
                     .columns = 3,
                     .cell = kPictureSide,
                     .keys = {}});
  for (std::size_t i = 0; i < chosen.size() && !sheets.full(); ++i) {
    const auto& mistake = chosen[i];
    request.progress(cat("Grad-CAM  ", i, "/", chosen.size()));
    data::Sample sample;
    sample.picture = collected.picture(mistake.row);
    RandomStream random(model.config.seed, 0, 0);
    model.pipeline->apply(sample, random);
    const auto input = eval::normalized(sample.picture.pixels.data(), 1, sample.picture.size,
                                        model.runtime, model.pipeline->normalization());
    const auto label = [&](std::int64_t which) {
      return torch::tensor({which}, torch::kLong).to(model.runtime.device);
    };
    const auto pictures = input.to(torch::kFloat);
    const auto seen = grad_cam(*model.network, pictures, label(mistake.predicted));
    const auto missed = grad_cam(*model.network, pictures, label(mistake.truth));
    if (!seen || !missed) return;  // the network has no maps
    sheets.add(sample.picture, title_of(collected, mistake));
    sheets.add(heat_overlay(sample.picture, (*seen)[0]),
               cat("for ", collected.classes[static_cast<std::size_t>(mistake.predicted)]));
    sheets.add(heat_overlay(sample.picture, (*missed)[0]),
               cat("for ", collected.classes[static_cast<std::size_t>(mistake.truth)]));
  }
  sheets.finish();
}

void draw_calibration(FileSystem& fs, const Request& request, const ClassifierScores& scores) {
  report::LineChart chart{
      .title = cat("Calibration, expected error ", fixed(scores.calibration.expected_error, 3)),
      .x_label = "confidence",
      .y_label = "share that is right",
      .series = {{"perfect", {0, 1}, {0, 1}}, {"network", {}, {}}},
      .y_from_zero = true};
  for (const auto& bin : scores.calibration.bins) {
    if (bin.samples == 0) continue;
    chart.series[1].x.push_back(bin.confidence);
    chart.series[1].y.push_back(bin.accuracy);
  }
  for (const char* ending : kEndings) {
    report::draw(chart, request.run.out / (std::string("calibration") + ending), fs);
  }
}

void draw_roc(FileSystem& fs, const Request& request, const Collected& collected,
              const ClassifierScores& scores) {
  report::LineChart chart{.title = "ROC, each class against the rest",
                          .x_label = "false positive rate",
                          .y_label = "true positive rate",
                          .series = {},
                          .y_from_zero = true};
  for (std::size_t k = 0; k < scores.rankings.size(); ++k) {
    report::Series line{cat(collected.classes[k], " ", fixed(scores.areas.roc_auc[k], 3)), {}, {}};
    for (const auto& point : metrics::roc_curve(scores.rankings[k])) {
      line.x.push_back(point.false_positive_rate);
      line.y.push_back(point.true_positive_rate);
    }
    if (!line.x.empty() && chart.series.size() < kMostRocCurves) {
      chart.series.push_back(std::move(line));
    }
  }
  if (chart.series.empty()) return;
  const auto classes = collected.classes.size();
  if (chart.series.size() < classes) {
    const bool cut = chart.series.size() == kMostRocCurves;
    chart.title +=
        cat(cut ? " (the first " : " (", chart.series.size(), " of ", classes, " classes)");
  }
  for (const char* ending : kEndings) {
    report::draw(chart, request.run.out / (std::string("roc") + ending), fs);
  }
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

Page::Json roc_json(const ClassifierScores& scores) {
  auto list = Page::Json::array();
  for (std::size_t k = 0; k < scores.rankings.size(); ++k) {
    auto points = Page::Json::array();
    for (const auto& point : metrics::roc_curve(scores.rankings[k], 100)) {
      points.push_back({std::stod(fixed(point.false_positive_rate, 4)),
                        std::stod(fixed(point.true_positive_rate, 4))});
    }
    if (!points.empty()) {
      list.push_back({{"class", k},
                      {"auc", finite_or_null(scores.areas.roc_auc[k])},
                      {"points", std::move(points)}});
    }
  }
  return list;
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
  json["roc"] = roc_json(scores);
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

void add_classes(Page& page, const Subject& subject) {
  const auto count = subject.model.classes.size();
  std::vector<Page::Json> counts(count, Page::Json::object());
  for (const char* split : {"train", "val", "test"}) {
    const auto& data = subject.datasets.split(split);
    if (data->size() == 0) continue;
    std::vector<std::int64_t> of(count, 0);
    for (std::size_t i = 0; i < data->size(); ++i) {
      for (const auto label : data::labels_of(data->item(i))) ++of[static_cast<std::size_t>(label)];
    }
    for (std::size_t k = 0; k < count; ++k) counts[k][split] = of[k];
  }
  for (std::size_t k = 0; k < count; ++k) {
    page["classes"].push_back({{"name", subject.model.classes[k]}, {"counts", counts[k]}});
  }
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
  draw_calibration(fs, request, scores);
  draw_roc(fs, request, collected, scores);

  add_headline(page, collected, scores);
  add_classes(page, subject);
  page["evaluations"].push_back(evaluation_of(collected, evaluation, scores, page));
  std::vector<std::string> embed;  // the splits that are there
  for (const auto& split : request.embed) {
    if (subject.datasets.split(split)->size() > 0) {
      embed.push_back(split);
    } else {
      log_warning(cat("analyze: the data set has no ", split, " split; its features are left out"));
    }
  }
  for (std::size_t i = 0; i < embed.size(); ++i) {
    const auto& split = embed[i];
    const auto features = split == request.split ? collected : collect_split(split, nullptr);
    const bool last = i + 1 == embed.size();
    std::vector<EmbeddedSplit> embeddings = {embed_tsne(features, request, 2),
                                             embed_pca(features, request)};
    if (last && request.in_3d) embeddings.push_back(embed_tsne(features, request, 3));
    for (const auto& embedded : embeddings) {
      if (embedded.points.empty()) continue;
      write_embedding(fs, out, features, embedded);
      page["embeddings"].push_back(
          embedding_json(features, embedded, page, last ? kMostThumbnails : 0));
    }
  }
}

}  // namespace carica::analysis
