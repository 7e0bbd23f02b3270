#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/file_system.h"
#include "data/checks/distribution.h"
#include "data/checks/survey.h"

namespace carica::cli {

/// What data stats knows of a data set.
struct DataStatistics {
  std::string root;
  bool segments = false;
  bool several_labels = false;  // pictures have any number of them
  std::vector<std::string> classes;
  std::vector<data::SplitSurvey> splits;  // those with samples
  struct Sizes {
    data::Distribution width, height, aspect;  // of readable pictures; aspect is width / height
  };
  std::vector<Sizes> sizes;  // one for each split
  struct Weights {
    std::string kind;             // as in cross_entropy.class_weights
    std::vector<double> weights;  // one per class
  };
  std::vector<Weights> weights;  // of the train split; empty when no class occurs, and with
                                 // several labels

  const data::SplitSurvey* train() const;
};

/// "Normalize: {mean: [0.4883, 0.4551, 0.4170], std: [...]}" from the train split; "" without one.
std::string normalize_line(const DataStatistics& statistics);

std::string stats_text(const DataStatistics& statistics);
nlohmann::ordered_json stats_json(const DataStatistics& statistics);

/// class_distribution, sizes and aspect_ratios, as .png and .svg, in `folder`.
std::vector<std::filesystem::path> draw_stats(const DataStatistics& statistics,
                                              const std::filesystem::path& folder, FileSystem& fs);

}  // namespace carica::cli
