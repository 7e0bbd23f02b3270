#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/page.h"
#include "metrics/calibration.h"
#include "metrics/probabilities.h"

namespace carica::analysis {

// Curves of classes or labels by their probabilities, as .png and .svg in a folder and for the
// page (docs/report.md). Figures have the first ten classes with a curve. All throw Error(kIo).

struct RankedClasses {
  const std::vector<std::string>& names;          // K
  const std::vector<metrics::Ranking>& rankings;  // K
  const metrics::RankingMetrics& areas;
  std::string what = "classes";  // what they are called
};

/// roc.png; nothing where no class has a curve.
void draw_roc(FileSystem& fs, const std::filesystem::path& folder, const std::string& title,
              const RankedClasses& classes);
Page::Json roc_json(const RankedClasses& classes);

/// precision_recall.png; nothing where no class has a curve.
void draw_precision_recall(FileSystem& fs, const std::filesystem::path& folder,
                           const std::string& title, const RankedClasses& classes);
Page::Json precision_recall_json(const RankedClasses& classes);

/// calibration.png: the line of the bins beside the diagonal.
void draw_calibration(FileSystem& fs, const std::filesystem::path& folder,
                      const metrics::Calibration& calibration, const std::string& x_label,
                      const std::string& y_label);
Page::Json reliability_json(const metrics::Calibration& calibration);

}  // namespace carica::analysis
