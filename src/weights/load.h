#pragma once

#include <torch/nn/module.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "weights/read.h"

namespace carica::weights {

struct LoadOptions {
  std::string key;                 // of the dict in the file, see read_weights
  std::vector<std::string> heads;  // prefixes of the names of the network's heads, e.g. "fc."
  bool reinit_head = false;        // the heads keep their own weights; the file's are left out
  // Brings a tensor of the file to the form that the network has for the name, which may have an
  // equal shape; undefined: it stays as it is.
  std::function<torch::Tensor(const std::string& name, const torch::Tensor& tensor)> reshape = {};
};

/// What became of a file's tensors.
struct LoadReport {
  std::size_t loaded = 0;              // tensors of the network that were set
  std::size_t of_heads = 0;            // those of its heads among them
  std::size_t tensors = 0;             // and that it has
  std::int64_t parameters_loaded = 0;  // numbers
  std::int64_t parameters = 0;
  std::size_t buffers_loaded = 0;  // tensors
  std::size_t buffers = 0;
  std::vector<std::string> notes;  // what was chosen, renamed, left out, adapted: sentences
  /// "62 of 62 tensors, 100 % of the parameters, 40 of 40 buffers"
  std::string summary() const;
};

/// Reads a file and copies it into a network in place. Names are brought into the network's form
/// first: prefixes of wrappers come off, other known spellings are changed (rename.h), and a
/// classifier's weights go into a segmenter's encoder ("encoder." or "backbone.", its head left
/// out). A first convolution for three channels is adapted to another number. Missing counts of
/// batches (num_batches_tracked) are taken as 0. An auxiliary head (aux_classifier.) that only one
/// of both has is left out, or keeps its weights. Everything done so is in the notes.
/// Then every tensor must be there once, with its shape: throws Error(kCorrupt) that lists all
/// missing, unexpected and wrong ones, and changes nothing; also for numbers that are not finite
/// and variances below 0.
LoadReport load(torch::nn::Module& network, const std::filesystem::path& file,
                const LoadOptions& options);
/// The same for weights at hand; `where` stands for the file.
LoadReport load(torch::nn::Module& network, WeightsFile file, const LoadOptions& options,
                const std::string& where);

}  // namespace carica::weights
