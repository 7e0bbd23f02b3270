#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/golden.h"

namespace carica::models {

/// One segmenter of tests/golden/segmenters.txt, as Python knows it.
struct SegmenterGolden {
  std::string label;  // "unet-resnet18-48,40,32,24,16"
  BuildOptions options;
  std::int64_t parameter_count = 0;    // frozen ones too
  std::string parameters, buffers;     // hashes of their names and shapes
  std::int64_t height = 0, width = 0;  // px; 0: names only
  struct Logits {
    std::int64_t count = 0;
    std::vector<double> some;  // evenly spaced ones
  };
  std::map<std::string, Logits> logits;  // eval, train, aux
};

/// `with_logits`: those that have some.
std::vector<SegmenterGolden> read_segmenter_goldens(bool with_logits);

void PrintTo(const SegmenterGolden& golden, std::ostream* out);
std::string segmenter_case(const testing::TestParamInfo<SegmenterGolden>& info);

/// FNV-1a of the lines, as make_segmenters.py writes it.
std::string fnv(const std::vector<std::string>& lines);

/// A segmenter of 11 classes with the options that are written as "encoder=resnet18 aux=on".
BuildOptions segmenter_options(const std::string& name, const std::string& settings = "");
std::shared_ptr<Network> build_segmenter(const BuildOptions& options);

/// No dropout in training.
void disable_dropout(Network& network);

/// The largest difference from the golden logits, as a share of the largest of them.
double error(const torch::Tensor& logits, const SegmenterGolden::Logits& golden);

}  // namespace carica::models
