#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace carica::analysis {

/// Features with the label and the sample that each row belongs to. They are added together, batch
/// by batch, and can be had together only: a shuffled loader that is read once for features and
/// once for labels cannot mix them here.
class FeatureSet {
 public:
  /// features: floating[B,F], any device; copied to the CPU as float32. Throws Error(kShape) unless
  /// there are B labels and B samples, and F is that of earlier batches.
  void add(const torch::Tensor& features, const std::vector<std::int64_t>& labels,
           const std::vector<std::int64_t>& samples);

  std::int64_t size() const { return static_cast<std::int64_t>(labels_.size()); }
  torch::Tensor features() const;  // float[N,F]; [0,0] when empty
  const std::vector<std::int64_t>& labels() const { return labels_; }    // class of each row
  const std::vector<std::int64_t>& samples() const { return samples_; }  // index in the data set

 private:
  std::vector<torch::Tensor> parts_;
  std::vector<std::int64_t> labels_, samples_;
};

}  // namespace carica::analysis
