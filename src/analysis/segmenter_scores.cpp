#include "analysis/segmenter_scores.h"

#include <cmath>

#include "analysis/page.h"
#include "core/text.h"
#include "eval/results.h"

namespace carica::analysis {
namespace {

using Named = std::vector<std::pair<std::string, double>>;

Named named(const metrics::OverlapScores& scores, double boundary_iou, double boundary_f1) {
  return {{"iou", scores.iou},
          {"dice", scores.dice},
          {"precision", scores.precision},
          {"recall", scores.recall},
          {"f1", scores.f1},
          {"pixel_accuracy", scores.accuracy},
          {"boundary_iou", boundary_iou},
          {"boundary_f1", boundary_f1}};
}

Page::Json object_of(const Named& values) {
  auto json = Page::Json::object();
  for (const auto& [name, value] : values) json[name] = finite_or_null(value);
  return json;
}

std::string cells(const Named& values) {
  std::string text;
  for (const auto& [name, value] : values) text += "," + cell(value);
  return text;
}

}  // namespace

Named OverlapAndBoundary::of_class(std::size_t k) const {
  return named(overlaps.classes[k], boundaries.iou[k], boundaries.f1[k]);
}

Named OverlapAndBoundary::mean() const {
  return named(overlaps.mean, boundaries.mean_iou, boundaries.mean_f1);
}

SegmenterScores score(const Segmented& segmented) {
  SegmenterScores scores;
  scores.confusion = metrics::pooled_confusion(segmented.pictures);
  scores.pooled = {metrics::pooled_scores(scores.confusion),
                   metrics::pooled_boundary_scores(segmented.boundaries)};
  scores.mean_of_pictures = {metrics::mean_picture_scores(segmented.pictures),
                             metrics::mean_picture_boundary_scores(segmented.boundaries)};
  scores.ap = metrics::picture_ap(segmented.pictures);
  scores.intervals = metrics::bootstrap_pictures(segmented.pictures);
  return scores;
}

std::string scores_json(const Segmented& segmented, const SegmenterScores& scores,
                        const eval::Inference& how) {
  const auto whole = [](const OverlapAndBoundary& of) {
    auto json = object_of(of.mean());
    json["frequency_weighted_iou"] = finite_or_null(of.overlaps.frequency_weighted_iou);
    json["share_of_right_pixels"] = finite_or_null(of.overlaps.pixel_accuracy);
    return json;
  };
  Page::Json json{
      {"split", segmented.split},
      {"pictures", segmented.pictures.size()},
      {"pixels", scores.confusion.total()},
      {"loss", finite_or_null(segmented.loss)},
      {"pooled", whole(scores.pooled)},
      {"mean_of_pictures", whole(scores.mean_of_pictures)},
      {"map", finite_or_null(scores.ap.map)},
      {"miou_interval",
       {finite_or_null(scores.intervals.miou.low), finite_or_null(scores.intervals.miou.high)}}};
  if (auto ways = eval::inference_json(how); !ways.is_null()) json["inference"] = std::move(ways);
  for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
    json["per_class"].push_back(
        {{"name", segmented.classes[k]},
         {"pooled", object_of(scores.pooled.of_class(k))},
         {"mean_of_pictures", object_of(scores.mean_of_pictures.of_class(k))},
         {"ap", finite_or_null(scores.ap.ap[k])},
         {"pixels", scores.confusion.support(static_cast<int>(k))}});
  }
  return json.dump(2, ' ', false, Page::Json::error_handler_t::replace) + "\n";
}

std::string scores_csv(const Segmented& segmented, const SegmenterScores& scores) {
  const auto names = scores.pooled.mean();
  std::string csv = "name";
  for (const auto& [name, value] : names) csv += cat(",", name);
  csv += ",iou_low,iou_high";
  for (const auto& [name, value] : names) csv += cat(",", name, "_mean_of_pictures");
  csv += ",ap,pixels\n";
  const auto row = [&](const std::string& name, const Named& pooled, const metrics::Interval& iou,
                       const Named& mean, double ap, std::int64_t pixels) {
    csv += cat(csv_field(name), cells(pooled), ",", cell(iou.low), ",", cell(iou.high), cells(mean),
               ",", cell(ap), ",", pixels, "\n");
  };
  for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
    row(segmented.classes[k], scores.pooled.of_class(k), scores.intervals.iou[k],
        scores.mean_of_pictures.of_class(k), scores.ap.ap[k],
        scores.confusion.support(static_cast<int>(k)));
  }
  row("(mean)", scores.pooled.mean(), scores.intervals.miou, scores.mean_of_pictures.mean(),
      scores.ap.map, scores.confusion.total());
  return csv;
}

std::string extremes_csv(const Segmented& segmented, const SegmenterScores& scores) {
  std::string csv = "metric,best,best_value,worst,worst_value\n";
  const auto names = scores.pooled.mean();
  for (std::size_t metric = 0; metric < names.size(); ++metric) {
    std::string best, worst;
    double most = -1, least = 2;
    for (std::size_t k = 0; k < segmented.classes.size(); ++k) {
      if (scores.confusion.support(static_cast<int>(k)) == 0) continue;
      const double value = scores.pooled.of_class(k)[metric].second;
      if (!std::isfinite(value)) continue;
      if (value > most) {
        most = value;
        best = segmented.classes[k];
      }
      if (value < least) {
        least = value;
        worst = segmented.classes[k];
      }
    }
    if (best.empty()) continue;
    csv += cat(names[metric].first, ",", csv_field(best), ",", cell(most), ",", csv_field(worst),
               ",", cell(least), "\n");
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

}  // namespace carica::analysis
