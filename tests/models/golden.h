#pragma once

#include <gtest/gtest.h>
#include <torch/nn/module.h>

#include <cstdint>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "models/network.h"
#include "models/registry.h"

namespace carica::models {

/// One network of tests/golden/models.txt, as Python's torchvision and segmentation_models.pytorch
/// know it.
struct Golden {
  std::string name;
  std::int64_t side = 0;  // px of its pictures
  std::int64_t parameter_count = 0;
  std::vector<std::string> parameters, buffers;      // "conv1.weight 64x3x7x7", in order; or else:
  std::string parameters_hash, buffers_hash;         // see hash_of
  std::map<std::string, std::vector<double>> fresh;  // first values with seed 3, by parameter
  std::int64_t logit_count = 0;
  std::vector<double> logits;  // evenly spaced ones of logit_count, of filled weights and pictures
  bool slow = false;           // too large to be filled in every test run
};

std::vector<Golden> read_goldens();

/// How GoogleTest prints one, and names the tests made of it.
void PrintTo(const Golden& golden, std::ostream* out);
std::string case_name(const testing::TestParamInfo<Golden>& info);

/// The same network of ours: classifiers with 10 outputs, segmenters with 11.
std::shared_ptr<Network> build_like(const Golden& golden);

/// "conv1.weight 64x3x7x7" for each, in order.
std::vector<std::string> signatures(const torch::OrderedDict<std::string, torch::Tensor>& tensors);

/// "62 8f0c...": how many lines, and the 64-bit FNV-1a of them, each with its line break.
std::string hash_of(const std::vector<std::string>& lines);

/// The numbers in [-1, 1) that make_models.py makes from the same key: float64[numel].
torch::Tensor noise(std::int64_t numel, std::int64_t key);

/// Fills weights and statistics by make_models.py's formula.
void fill(Network& network);

/// Options for a network by name with the defaults of the config.
BuildOptions options_for(const std::string& name, int outputs);

}  // namespace carica::models
