#pragma once

#include <torch/types.h>

#include <cstdint>

#include "metrics/confusion.h"

namespace carica::metrics {

/// Counts on the device, read only when asked: no synchronisation per batch. Integer sums, so the
/// counts are equal for any batch size, thread count and device. Not thread-safe.
/// All tensors given must lie on the accumulator's device: else Error(kShape).
class Accumulator {
 public:
  /// ignore_index may be any number, also one that no class or no uint8 can have. has_other:
  /// predictions of K or more are outputs that are no class of the data, and counted as such.
  Accumulator(int classes, int ignore_index, int top_k, torch::Device device,
              bool has_other = false);

  /// predictions, targets: int64|uint8[...] of one shape; targets equal to ignore_index are left
  /// out. A value outside 0..K-1 (a prediction on an ignored target excepted) is noted, and
  /// confusion() reports it: to look here would mean to wait for the device.
  void add(const torch::Tensor& predictions, const torch::Tensor& targets);
  /// The same for a batch [N,...], and gives what it added of each: int64[N,K,K+1], rows truth,
  /// columns prediction, the last one outside 0..K-1.
  torch::Tensor add_each(const torch::Tensor& predictions, const torch::Tensor& targets);
  /// Top-k hits of scores float[N,K] (ties by lower class index first) against int64|uint8[N].
  /// k is at most the number of classes: a larger top_k counts as K. Targets equal to ignore_index
  /// are left out; a NaN score of the true class is no hit.
  void add_top_k(const torch::Tensor& scores, const torch::Tensor& targets);
  /// Sum of per-sample losses: mean over the batch times its weight (samples, or pixels that
  /// count). A batch of weight 0 adds nothing, whatever its mean.
  void add_loss(const torch::Tensor& mean_loss, double weight);

  /// Synchronises. Throws Error(kData) when a value was outside 0..K-1.
  Confusion confusion() const;
  double top_k_share() const;  // hits / samples; 0 of nothing
  double mean_loss() const;    // weighted mean; NaN of nothing
  void reset();

 private:
  int classes_, ignore_index_, top_k_;
  bool has_other_;
  torch::Tensor counts_;  // int64[K+2,K+1]: row K ignored, row K+1 and column K outside 0..K-1
  torch::Tensor hits_;    // int64[2]: hits, samples
  torch::Tensor loss_;    // float64[2]: weighted sum, weight
};

}  // namespace carica::metrics
