#pragma once

#include <torch/types.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "checkpoint/safetensors.h"
#include "core/error.h"
#include "core/file_system.h"
#include "data/dataset.h"
#include "eval/evaluator.h"

namespace carica::analysis {

/// What a classifier says of each picture of a split. Everything in row i is of one picture: all of
/// it comes from one pass, so that features and labels cannot be misaligned.
struct CollectedPictures {
  std::string split;
  std::vector<std::string> classes;  // K
  std::vector<std::string> names;    // N: data::printable() of the item's name
  torch::Tensor features;            // float[N,F] on the host
  torch::Tensor probabilities;       // float[N,K] on the host
  // Where the pictures are; not stored in files.
  std::shared_ptr<const data::Dataset> dataset = {};
  std::vector<std::int64_t> indices = {};  // N

  std::size_t size() const { return names.size(); }
  /// Throws what Dataset::load does; Error(kUsage) when it was read from a file.
  data::Picture picture(std::size_t row) const;
  float probability(std::size_t row, std::int64_t label) const;
};

/// Runs the network over a split and fills all of `into`. Throws what eval::Evaluator does.
eval::Evaluation collect_pictures(const eval::Model& model,
                                  std::shared_ptr<const data::Dataset> dataset,
                                  const std::string& split,
                                  const std::function<void(std::size_t, std::size_t)>& after_batch,
                                  CollectedPictures& into);

/// features/<split>.safetensors: tensors features and probabilities beside `labels`; names, classes
/// and split as JSON beside `more` in the metadata.
void save_pictures(FileSystem& fs, const std::filesystem::path& file,
                   const CollectedPictures& pictures, checkpoint::NamedTensors labels,
                   checkpoint::Metadata more = {});
/// Fills `into` and returns the file for its labels. Throws Error(kUsage) when it is missing (the
/// run was not analysed), Error(kCorrupt) for another file.
checkpoint::TensorFile load_pictures(const std::filesystem::path& file, CollectedPictures& into);
/// A tensor of such a file. Throws Error(kCorrupt) where there is none.
torch::Tensor stored_tensor(const checkpoint::TensorFile& stored, const std::string& name,
                            const std::filesystem::path& file);
/// Error(kCorrupt): the file, and `what` is wrong with it.
Error damaged_features(const std::filesystem::path& file, const std::string& what);

}  // namespace carica::analysis
