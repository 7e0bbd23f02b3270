#pragma once

#include <vector>

#include "analysis/collected_pictures.h"
#include "metrics/scored_labels.h"

namespace carica::analysis {

/// Of pictures with any number of labels each.
struct CollectedSets : CollectedPictures {
  torch::Tensor truth;     // uint8[N,K] on the host, 1 for each label of a picture
  double threshold = 0.5;  // predicted is what has a probability above it

  bool has(std::size_t row, std::size_t label) const;
  bool predicts(std::size_t row, std::size_t label) const;
  /// Indices of the labels, ascending.
  std::vector<std::size_t> labels(std::size_t row) const;
  std::vector<std::size_t> predicted_labels(std::size_t row) const;
  /// A view: no longer than these tensors live.
  metrics::ScoredLabels scored() const;
};

/// Runs the network over a split. Throws what eval::Evaluator does; Error(kUsage) for samples with
/// one label each.
CollectedSets collect_sets(const eval::Model& model, std::shared_ptr<const data::Dataset> dataset,
                           const std::string& split,
                           const std::function<void(std::size_t, std::size_t)>& after_batch = {},
                           eval::Evaluation* evaluation = nullptr);

/// save_pictures() with truth, uint8[N,K]; the threshold in the metadata.
void save_collected(FileSystem& fs, const std::filesystem::path& file,
                    const CollectedSets& collected);
/// Throws as load_pictures().
CollectedSets load_collected_sets(const std::filesystem::path& file);

/// Names of labels, '|' between them.
std::string names_of(const CollectedPictures& collected, const std::vector<std::size_t>& labels);

}  // namespace carica::analysis
