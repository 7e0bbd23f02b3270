#include "analysis/segmenter_analysis.h"

#include "analysis/inference_text.h"
#include "analysis/picture_counts.h"
#include "analysis/segmenter_pictures.h"
#include "analysis/segmenter_scores.h"
#include "report/training_figures.h"

namespace carica::analysis {
namespace {

Page::Json evaluation_json(const Segmented& segmented, const SegmenterScores& scores,
                           bool with_other) {
  Page::Json json{{"split", segmented.split}, {"samples", segmented.pictures.size()}};
  auto metrics = Page::Json::array();
  const auto add = [&](const std::string& name, double value) {
    metrics.push_back({name, finite_or_null(value)});
  };
  add("loss", segmented.loss);
  add("mIoU", scores.pooled.overlaps.mean.iou);
  add("mIoU, mean of pictures", scores.mean_of_pictures.overlaps.mean.iou);
  add("mean Dice", scores.pooled.overlaps.mean.dice);
  add("share of right pixels", scores.pooled.overlaps.pixel_accuracy);
  add("frequency-weighted IoU", scores.pooled.overlaps.frequency_weighted_iou);
  add("mean precision", scores.pooled.overlaps.mean.precision);
  add("mean recall", scores.pooled.overlaps.mean.recall);
  add("mean F1", scores.pooled.overlaps.mean.f1);
  add("mAP over IoU thresholds", scores.ap.map);
  add("mean boundary IoU", scores.pooled.boundaries.mean_iou);
  add("mean boundary F1", scores.pooled.boundaries.mean_f1);
  json["metrics"] = std::move(metrics);
  const std::vector<std::string> columns = {
      "IoU",          "Dice",        "precision", "recall", "F1", "AP", "IoU, mean of pictures",
      "boundary IoU", "boundary F1", "pixels"};
  Page::Json table{{"columns", columns}, {"rows", Page::Json::array()}};
  const auto bound_of_iou = [&](double value) {
    std::vector<Page::Json> row(columns.size(), Page::Json(nullptr));
    row[0] = finite_or_null(value);
    return row;
  };
  for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
    const auto& own = scores.pooled.overlaps.classes[k];
    const auto& iou = scores.intervals.iou[k];
    auto values = Page::Json::array();
    for (const double value : {own.iou, own.dice, own.precision, own.recall, own.f1,
                               scores.ap.ap[k], scores.mean_of_pictures.overlaps.classes[k].iou,
                               scores.pooled.boundaries.iou[k], scores.pooled.boundaries.f1[k]}) {
      values.push_back(finite_or_null(value));
    }
    values.push_back(scores.confusion.support(static_cast<int>(k)));
    table["rows"].push_back({{"class", k},
                             {"values", std::move(values)},
                             {"low", bound_of_iou(iou.low)},
                             {"high", bound_of_iou(iou.high)}});
  }
  json["per_class"] = std::move(table);
  auto names = segmented.classes;
  if (with_other) names.push_back("other");
  Page::Json confusion{{"classes", names}, {"counts", Page::Json::array()}};
  for (int truth = 0; truth < scores.confusion.classes; ++truth) {
    auto row = Page::Json::array();
    for (int guess = 0; guess < static_cast<int>(names.size()); ++guess) {
      row.push_back(scores.confusion.at(truth, guess));
    }
    confusion["counts"].push_back(std::move(row));
  }
  json["confusion"] = std::move(confusion);
  return json;
}

}  // namespace

void analyze_segmenter(FileSystem& fs, const Request& request, const Subject& subject, Page& page) {
  const auto& out = request.run.out;
  fs.create_directories(out);
  const auto segmented = count_pictures(request, subject);
  const auto scores = score(segmented);
  const bool with_other = subject.model.has_other_outputs();
  const auto failures = metrics::picture_failures(segmented.pictures);
  const auto ranked = metrics::rank_pictures(segmented.pictures);
  const auto chosen = choose_failures(request, segmented, failures);
  save_counts(fs, request.run.counts(request.split), segmented.classes, segmented.names,
              segmented.pictures);
  const auto how = eval::Inference::of(subject.model.config);
  const auto json = scores_json(segmented, scores, how);
  write_file(fs, out / "scores.json", json);
  add_inference_fact(Page::Json::parse(json), request.split, page);
  write_file(fs, out / "per_class.csv", scores_csv(segmented, scores));
  write_file(fs, out / "best_and_worst.csv", extremes_csv(segmented, scores));
  write_file(fs, out / "ap.csv", ap_csv(segmented, scores.ap));
  write_file(fs, out / "pictures.csv", pictures_csv(segmented, ranked));
  write_file(fs, out / "failures.csv", failures_csv(segmented, failures));
  write_file(fs, out / "chosen_failures.csv", failures_csv(segmented, chosen));
  write_file(fs, out / "confusion.csv", confusion_csv(segmented, scores.confusion, with_other));
  report::draw_confusion_figure(fs, out / "confusion.csv", out);
  draw_classes(fs, request, subject, segmented);
  draw_failures(fs, request, subject, segmented, chosen);

  const std::pair interval(scores.intervals.miou.low, scores.intervals.miou.high);
  page.headline("Mean IoU", scores.pooled.overlaps.mean.iou, "share", segmented.split, &interval);
  page.headline("Right pixels", scores.pooled.overlaps.pixel_accuracy, "share", segmented.split);
  page.headline("mAP over IoU thresholds", scores.ap.map, "share", segmented.split);
  page.headline("Pictures", static_cast<double>(segmented.pictures.size()), "count",
                segmented.split);
  for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
    page["classes"].push_back(
        {{"name", segmented.classes[k]},
         {"color", segmented.colors[k]},
         {"counts", {{segmented.split, scores.confusion.support(static_cast<int>(k))}}}});
  }
  page["evaluations"].push_back(evaluation_json(segmented, scores, with_other));
  add_viewer(request, subject, segmented, ranked, page);
}

}  // namespace carica::analysis
