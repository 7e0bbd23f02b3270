#include "analysis/segmenter_analysis.h"

#include <algorithm>
#include <cmath>

#include "analysis/mask_pictures.h"
#include "analysis/segmented.h"
#include "core/random.h"
#include "core/text.h"
#include "eval/model.h"
#include "metrics/bootstrap.h"
#include "metrics/picture_ap.h"
#include "metrics/picture_failures.h"
#include "metrics/picture_scores.h"
#include "report/pictures.h"
#include "report/training_figures.h"

namespace carica::analysis {
namespace {

constexpr int kViewerSide = 640, kCell = 260;
constexpr std::size_t kViewerPictures = 12, kPicturesOfAClass = 2;
constexpr std::uint32_t kPurpose = 43;  // of the random numbers that choose

struct Scores {
  metrics::PictureConfusion pooled;
  metrics::SegmentationScores all, mean;  // of all pixels; mean of pictures
  metrics::PictureAp ap;
  metrics::OverlapIntervals intervals;
};

Scores score(const Segmented& segmented) {
  Scores scores;
  scores.pooled = metrics::pooled_confusion(segmented.pictures);
  scores.all = metrics::pooled_scores(scores.pooled);
  scores.mean = metrics::mean_picture_scores(segmented.pictures);
  scores.ap = metrics::picture_ap(segmented.pictures);
  scores.intervals = metrics::bootstrap_pictures(segmented.pictures);
  return scores;
}

std::vector<std::pair<std::string, double>> named(const metrics::OverlapScores& scores) {
  return {{"iou", scores.iou},       {"dice", scores.dice}, {"precision", scores.precision},
          {"recall", scores.recall}, {"f1", scores.f1},     {"pixel_accuracy", scores.accuracy}};
}

Page::Json object_of(const metrics::OverlapScores& scores) {
  auto json = Page::Json::object();
  for (const auto& [name, value] : named(scores)) json[name] = finite_or_null(value);
  return json;
}

std::string scores_json(const Segmented& segmented, const Scores& scores) {
  const auto whole = [](const metrics::SegmentationScores& of) {
    auto json = object_of(of.mean);
    json["frequency_weighted_iou"] = finite_or_null(of.frequency_weighted_iou);
    json["share_of_right_pixels"] = finite_or_null(of.pixel_accuracy);
    return json;
  };
  Page::Json json{
      {"split", segmented.split},
      {"pictures", segmented.pictures.size()},
      {"pixels", scores.pooled.total()},
      {"loss", finite_or_null(segmented.loss)},
      {"pooled", whole(scores.all)},
      {"mean_of_pictures", whole(scores.mean)},
      {"map", finite_or_null(scores.ap.map)},
      {"miou_interval",
       {finite_or_null(scores.intervals.miou.low), finite_or_null(scores.intervals.miou.high)}}};
  for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
    json["per_class"].push_back({{"name", segmented.classes[k]},
                                 {"pooled", object_of(scores.all.classes[k])},
                                 {"mean_of_pictures", object_of(scores.mean.classes[k])},
                                 {"ap", finite_or_null(scores.ap.ap[k])},
                                 {"pixels", scores.pooled.support(static_cast<int>(k))}});
  }
  return json.dump(2, ' ', false, Page::Json::error_handler_t::replace) + "\n";
}

std::string cell(double value) { return std::isfinite(value) ? number(value) : "nan"; }

std::string per_class_csv(const Segmented& segmented, const Scores& scores) {
  std::string csv = "name";
  for (const auto& [name, value] : named({})) csv += cat(",", name);
  csv += ",iou_low,iou_high";
  for (const auto& [name, value] : named({})) csv += cat(",", name, "_mean_of_pictures");
  csv += ",ap,pixels\n";
  const auto row = [&](const std::string& name, const metrics::OverlapScores& all,
                       const metrics::Interval& iou, const metrics::OverlapScores& mean, double ap,
                       std::int64_t pixels) {
    csv += csv_field(name);
    for (const auto& [key, value] : named(all)) csv += "," + cell(value);
    csv += cat(",", cell(iou.low), ",", cell(iou.high));
    for (const auto& [key, value] : named(mean)) csv += "," + cell(value);
    csv += cat(",", cell(ap), ",", pixels, "\n");
  };
  for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
    row(segmented.classes[k], scores.all.classes[k], scores.intervals.iou[k],
        scores.mean.classes[k], scores.ap.ap[k], scores.pooled.support(static_cast<int>(k)));
  }
  row("(mean)", scores.all.mean, scores.intervals.miou, scores.mean.mean, scores.ap.map,
      scores.pooled.total());
  return csv;
}

// Of each metric the best and the worst class that the truth holds.
std::string extremes_csv(const Segmented& segmented, const Scores& scores) {
  std::string csv = "metric,best,value,worst,value\n";
  for (const auto& [name, nothing] : named({})) {
    std::string best, worst;
    double most = -1, least = 2;
    for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
      if (scores.pooled.support(static_cast<int>(k)) == 0) continue;
      for (const auto& [key, value] : named(scores.all.classes[k])) {
        if (key != name || !std::isfinite(value)) continue;
        if (value > most) {
          most = value;
          best = segmented.classes[k];
        }
        if (value < least) {
          least = value;
          worst = segmented.classes[k];
        }
      }
    }
    if (best.empty()) continue;
    csv += cat(name, ",", csv_field(best), ",", cell(most), ",", csv_field(worst), ",", cell(least),
               "\n");
  }
  return csv;
}

std::string ap_csv(const Segmented& segmented, const metrics::PictureAp& ap) {
  std::string csv = "name,threshold,tp,fp,fn\n";
  for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
    for (std::size_t t = 0; t < ap.detections[k].size(); ++t) {
      const auto& at = ap.detections[k][t];
      csv += cat(csv_field(segmented.classes[k]), ",", fixed(static_cast<double>(t) / 10, 1), ",",
                 at.tp, ",", at.fp, ",", at.fn, "\n");
    }
  }
  return csv;
}

std::string confusion_csv(const Segmented& segmented, const metrics::PictureConfusion& pooled,
                          bool with_other) {
  std::string csv = "truth";
  for (const auto& name : segmented.classes) csv += "," + csv_field(name);
  csv += with_other ? ",other\n" : "\n";
  for (int truth = 0; truth < pooled.classes; ++truth) {
    csv += csv_field(segmented.classes[static_cast<std::size_t>(truth)]);
    const int columns = pooled.classes + (with_other ? 1 : 0);
    for (int guess = 0; guess < columns; ++guess) csv += cat(",", pooled.at(truth, guess));
    csv += "\n";
  }
  return csv;
}

std::vector<report::ColorKey> color_keys(const Segmented& segmented) {
  std::vector<report::ColorKey> keys;
  for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
    keys.push_back({segmented.classes[k], segmented.colors[k]});
  }
  return keys;
}

// For each class two pictures: picture, mask in colours, the class alone.
void draw_classes(FileSystem& fs, const Request& request, const Subject& subject,
                  const Segmented& segmented) {
  const int ignore = eval::ignore_index(subject.model.config);
  std::vector<report::GridCell> cells;
  for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
    const int id = static_cast<int>(k);
    for (const auto place : pictures_with(segmented, id, kPicturesOfAClass, request.seed)) {
      const auto index = static_cast<std::size_t>(segmented.indices[place]);
      auto sample = segmented.dataset->load(index);
      cells.push_back({std::move(sample.picture), segmented.names[place]});
      cells.push_back({mask_picture(sample.mask, segmented.colors), "truth"});
      cells.push_back({class_picture(sample.mask, id, segmented.colors[k], ignore),
                       cat(segmented.classes[k], " alone")});
    }
  }
  if (cells.empty()) return;
  report::draw_grid(cells, 3, kCell, "Classes, two pictures each", color_keys(segmented),
                    request.run.out / "classes.png", fs);
}

std::string failures_csv(const Segmented& segmented,
                         const std::vector<metrics::PictureFailure>& failures) {
  std::string csv = "path,class,iou\n";
  for (const auto& failure : failures) {
    csv += cat(csv_field(segmented.names[failure.picture]), ",",
               csv_field(segmented.classes[static_cast<std::size_t>(failure.class_id)]), ",",
               number(failure.iou()), "\n");
  }
  return csv;
}

// At most per_class failures of each class: the lowest IoU, or drawn.
std::vector<metrics::PictureFailure> choose_failures(
    const Request& request, const Segmented& segmented,
    const std::vector<metrics::PictureFailure>& failures) {
  std::vector<metrics::PictureFailure> chosen;
  for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
    std::vector<metrics::PictureFailure> own;
    for (const auto& failure : failures) {
      if (failure.class_id == static_cast<int>(k)) own.push_back(failure);
    }
    std::ranges::sort(own, {}, [&](const auto& f) { return segmented.names[f.picture]; });
    if (request.worst) {
      std::ranges::stable_sort(own, {}, [](const auto& f) { return f.iou(); });
    } else {
      RandomStream random(request.seed, 0, k, kPurpose);
      std::vector<metrics::PictureFailure> drawn;
      for (const auto i : permutation(static_cast<std::int64_t>(own.size()), random)) {
        drawn.push_back(own[static_cast<std::size_t>(i)]);
      }
      own = std::move(drawn);
    }
    own.resize(std::min(own.size(), request.per_class));
    chosen.insert(chosen.end(), own.begin(), own.end());
  }
  return chosen;
}

void draw_failures(FileSystem& fs, const Request& request, const Subject& subject,
                   const Segmented& segmented, const std::vector<metrics::PictureFailure>& chosen) {
  const int ignore = eval::ignore_index(subject.model.config);
  std::vector<report::GridCell> cells;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    request.progress(cat("drawing failures  ", i, "/", chosen.size()));
    const auto& failure = chosen[i];
    const auto seen = look_again(subject, segmented, failure.picture);
    const auto& name = segmented.classes[static_cast<std::size_t>(failure.class_id)];
    cells.push_back({seen.picture, cat(name, ": IoU ", fixed(failure.iou(), 3))});
    cells.push_back({mask_picture(seen.truth, segmented.colors), "truth"});
    cells.push_back({mask_picture(seen.prediction, segmented.colors), "prediction"});
    cells.push_back(
        {error_picture(seen.picture, seen.truth, seen.prediction, ignore), "what is wrong"});
  }
  if (cells.empty()) return;
  report::draw_grid(cells, 4, kCell, cat("Failures of ", segmented.split, ": IoU of at most 0.5"),
                    color_keys(segmented), request.run.out / "failures.png", fs);
}

std::string pictures_csv(const Segmented& segmented,
                         const std::vector<metrics::RankedPicture>& ranked) {
  std::string csv = "path,miou,share_of_right_pixels\n";
  for (const auto& each : ranked) {
    const auto& counts = segmented.pictures[each.picture];
    const auto right = static_cast<double>(counts.correct()) / static_cast<double>(counts.total());
    csv +=
        cat(csv_field(segmented.names[each.picture]), ",", cell(each.miou), ",", cell(right), "\n");
  }
  return csv;
}

// Some of the best, of the middle and of the worst pictures.
std::vector<metrics::RankedPicture> choose_for_viewer(
    const std::vector<metrics::RankedPicture>& ranked) {
  if (ranked.size() <= kViewerPictures) return ranked;
  std::vector<metrics::RankedPicture> chosen;
  const std::size_t third = kViewerPictures / 3;
  for (std::size_t i = 0; i < third; ++i) chosen.push_back(ranked[i]);
  for (std::size_t i = 0; i < third; ++i)
    chosen.push_back(ranked[ranked.size() / 2 - third / 2 + i]);
  for (std::size_t i = third; i > 0; --i) chosen.push_back(ranked[ranked.size() - i]);
  return chosen;
}

void add_viewer(const Request& request, const Subject& subject, const Segmented& segmented,
                const std::vector<metrics::RankedPicture>& ranked, Page& page) {
  const int ignore = eval::ignore_index(subject.model.config);
  Page::Json viewer{{"split", segmented.split}, {"pictures", Page::Json::array()}};
  for (const auto& each : choose_for_viewer(ranked)) {
    request.progress(cat("drawing pictures of the report  ", viewer["pictures"].size()));
    const auto seen = look_again(subject, segmented, each.picture);
    auto classes = Page::Json::array();
    const auto& counts = segmented.pictures[each.picture];
    for (int k = 0; k < counts.classes; ++k) {
      if (counts.support(k) == 0) continue;
      const auto iou = static_cast<double>(counts.at(k, k)) / static_cast<double>(counts.either(k));
      classes.push_back({{"class", k}, {"iou", iou}});
    }
    viewer["pictures"].push_back(
        {{"path", segmented.names[each.picture]},
         {"iou", finite_or_null(each.miou)},
         {"picture", page.add(seen.picture, kViewerSide)},
         {"truth", page.add_mask(mask_picture(seen.truth, segmented.colors), kViewerSide)},
         {"prediction",
          page.add_mask(mask_picture(seen.prediction, segmented.colors), kViewerSide)},
         {"error",
          page.add(error_picture(seen.picture, seen.truth, seen.prediction, ignore), kViewerSide)},
         {"classes", std::move(classes)}});
  }
  page["segmentation"] = std::move(viewer);
}

Page::Json evaluation_json(const Segmented& segmented, const Scores& scores, bool with_other) {
  Page::Json json{{"split", segmented.split}, {"samples", segmented.pictures.size()}};
  auto metrics = Page::Json::array();
  const auto add = [&](const std::string& name, double value) {
    metrics.push_back({name, finite_or_null(value)});
  };
  add("loss", segmented.loss);
  add("mIoU", scores.all.mean.iou);
  add("mIoU, mean of pictures", scores.mean.mean.iou);
  add("mean Dice", scores.all.mean.dice);
  add("share of right pixels", scores.all.pixel_accuracy);
  add("frequency-weighted IoU", scores.all.frequency_weighted_iou);
  add("mean precision", scores.all.mean.precision);
  add("mean recall", scores.all.mean.recall);
  add("mean F1", scores.all.mean.f1);
  add("mAP over IoU thresholds", scores.ap.map);
  json["metrics"] = std::move(metrics);
  Page::Json table{
      {"columns",
       {"IoU", "Dice", "precision", "recall", "F1", "AP", "IoU, mean of pictures", "pixels"}},
      {"rows", Page::Json::array()}};
  const Page::Json none(nullptr);
  for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
    const auto& own = scores.all.classes[k];
    const auto& iou = scores.intervals.iou[k];
    table["rows"].push_back(
        {{"class", k},
         {"values",
          {finite_or_null(own.iou), finite_or_null(own.dice), finite_or_null(own.precision),
           finite_or_null(own.recall), finite_or_null(own.f1), finite_or_null(scores.ap.ap[k]),
           finite_or_null(scores.mean.classes[k].iou), scores.pooled.support(static_cast<int>(k))}},
         {"low", {finite_or_null(iou.low), none, none, none, none, none, none, none}},
         {"high", {finite_or_null(iou.high), none, none, none, none, none, none, none}}});
  }
  json["per_class"] = std::move(table);
  auto names = segmented.classes;
  if (with_other) names.push_back("other");
  Page::Json confusion{{"classes", names}, {"counts", Page::Json::array()}};
  for (int truth = 0; truth < scores.pooled.classes; ++truth) {
    auto row = Page::Json::array();
    for (int guess = 0; guess < static_cast<int>(names.size()); ++guess) {
      row.push_back(scores.pooled.at(truth, guess));
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
  write_file(fs, out / "scores.json", scores_json(segmented, scores));
  write_file(fs, out / "per_class.csv", per_class_csv(segmented, scores));
  write_file(fs, out / "best_and_worst.csv", extremes_csv(segmented, scores));
  write_file(fs, out / "ap.csv", ap_csv(segmented, scores.ap));
  write_file(fs, out / "pictures.csv", pictures_csv(segmented, ranked));
  write_file(fs, out / "failures.csv", failures_csv(segmented, failures));
  write_file(fs, out / "chosen_failures.csv", failures_csv(segmented, chosen));
  write_file(fs, out / "confusion.csv", confusion_csv(segmented, scores.pooled, with_other));
  report::draw_confusion_figure(fs, out / "confusion.csv", out);
  draw_classes(fs, request, subject, segmented);
  draw_failures(fs, request, subject, segmented, chosen);

  const std::pair interval(scores.intervals.miou.low, scores.intervals.miou.high);
  page.headline("Mean IoU", scores.all.mean.iou, "share", segmented.split, &interval);
  page.headline("Right pixels", scores.all.pixel_accuracy, "share", segmented.split);
  page.headline("mAP over IoU thresholds", scores.ap.map, "share", segmented.split);
  page.headline("Pictures", static_cast<double>(segmented.pictures.size()), "count",
                segmented.split);
  for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
    page["classes"].push_back(
        {{"name", segmented.classes[k]},
         {"color", segmented.colors[k]},
         {"counts", {{segmented.split, scores.pooled.support(static_cast<int>(k))}}}});
  }
  page["evaluations"].push_back(evaluation_json(segmented, scores, with_other));
  add_viewer(request, subject, segmented, ranked, page);
}

}  // namespace carica::analysis
