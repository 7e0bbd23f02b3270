#pragma once

#include "analysis/collected_pictures.h"

namespace carica::analysis {

/// Of pictures with one label each.
struct Collected : CollectedPictures {
  std::vector<std::int64_t> truth;      // N
  std::vector<std::int64_t> predicted;  // N
};

/// Runs the network over a split. `evaluation`, where given, gets the counts of the same pass.
/// Throws what eval::Evaluator does; Error(kUsage) for samples with several labels.
Collected collect(const eval::Model& model, std::shared_ptr<const data::Dataset> dataset,
                  const std::string& split,
                  const std::function<void(std::size_t, std::size_t)>& after_batch = {},
                  eval::Evaluation* evaluation = nullptr);

/// save_pictures() with truth and predicted, int64[N].
void save_collected(FileSystem& fs, const std::filesystem::path& file, const Collected& collected);
/// Throws as load_pictures().
Collected load_collected(const std::filesystem::path& file);

}  // namespace carica::analysis
