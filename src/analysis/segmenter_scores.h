#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/segmented.h"
#include "eval/inference.h"
#include "metrics/bootstrap.h"
#include "metrics/picture_ap.h"
#include "metrics/picture_failures.h"
#include "metrics/picture_scores.h"

namespace carica::analysis {

/// What the pixels say, and what the boundaries do.
struct OverlapAndBoundary {
  metrics::SegmentationScores overlaps;
  metrics::BoundaryScores boundaries;

  /// Names and values in the order of the tables: of class k, or means over the classes.
  std::vector<std::pair<std::string, double>> of_class(std::size_t k) const;
  std::vector<std::pair<std::string, double>> mean() const;
};

/// Everything that follows from the counts of a segmenter's pictures: docs/metrics.md.
struct SegmenterScores {
  metrics::PictureConfusion confusion;  // pooled
  OverlapAndBoundary pooled, mean_of_pictures;
  metrics::PictureAp ap;
  metrics::OverlapIntervals intervals;
};
SegmenterScores score(const Segmented& segmented);

/// scores.json: pooled, mean of pictures, mAP, the interval of mIoU, `inference` where it was not
/// plain, per_class.
std::string scores_json(const Segmented& segmented, const SegmenterScores& scores,
                        const eval::Inference& how);
/// per_class.csv: a row for each class and one, "(mean)", for the means.
std::string scores_csv(const Segmented& segmented, const SegmenterScores& scores);
/// best_and_worst.csv: of each metric the best and the worst class that the truth holds.
std::string extremes_csv(const Segmented& segmented, const SegmenterScores& scores);
/// ap.csv: TP, FP and FN of each class at each threshold.
std::string ap_csv(const Segmented& segmented, const metrics::PictureAp& ap);
/// confusion.csv; with_other: and a last column of outputs that are no class.
std::string confusion_csv(const Segmented& segmented, const metrics::PictureConfusion& pooled,
                          bool with_other);
/// failures.csv: path,class,iou.
std::string failures_csv(const Segmented& segmented,
                         const std::vector<metrics::PictureFailure>& failures);
/// pictures.csv: path,miou,share_of_right_pixels.
std::string pictures_csv(const Segmented& segmented,
                         const std::vector<metrics::RankedPicture>& ranked);

}  // namespace carica::analysis
