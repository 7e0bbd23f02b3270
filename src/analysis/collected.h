#pragma once

#include <torch/types.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/file_system.h"
#include "data/dataset.h"
#include "eval/evaluator.h"

namespace carica::analysis {

/// What a classifier says of each picture of a split. Everything in row i is of one picture: all of
/// it comes from one pass, so that features and labels cannot be misaligned.
struct Collected {
  std::string split;
  std::vector<std::string> classes;     // K
  std::vector<std::string> names;       // N: data::printable() of the item's name
  std::vector<std::int64_t> truth;      // N
  std::vector<std::int64_t> predicted;  // N
  torch::Tensor features;               // float[N,F] on the host
  torch::Tensor probabilities;          // float[N,K] on the host
  // Where the pictures are; not stored in files.
  std::shared_ptr<const data::Dataset> dataset = {};
  std::vector<std::int64_t> indices = {};  // N

  std::size_t size() const { return names.size(); }
  /// Throws what Dataset::load does; Error(kUsage) when it was read from a file.
  data::Picture picture(std::size_t row) const;
  float probability(std::size_t row, std::int64_t label) const;
};

/// Runs the network over a split. `evaluation`, where given, gets the counts of the same pass.
/// Throws what eval::Evaluator does; Error(kUsage) for samples with several labels.
Collected collect(const eval::Model& model, std::shared_ptr<const data::Dataset> dataset,
                  const std::string& split,
                  const std::function<void(std::size_t, std::size_t)>& after_batch = {},
                  eval::Evaluation* evaluation = nullptr);

/// features/<split>.safetensors: tensors features, probabilities, truth, predicted (int64[N]);
/// names, classes and split in the metadata, as JSON.
void save_collected(FileSystem& fs, const std::filesystem::path& file, const Collected& collected);
/// Throws Error(kUsage) when the file is missing (the run was not analysed), Error(kCorrupt) for
/// another file.
Collected load_collected(const std::filesystem::path& file);

}  // namespace carica::analysis
