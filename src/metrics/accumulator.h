#pragma once

#include <torch/torch.h>

#include <cstdint>

#include "metrics/confusion.h"

namespace carica::metrics {

/// Counts on the device, read only when asked: no synchronisation per batch. Equal results for any batch size.
class Accumulator {
 public:
  Accumulator(int classes, int ignore_index, int top_k, torch::Device device);

  /// predictions, targets: int64|uint8[...] of one shape; targets equal to ignore_index are left out.
  void add(const torch::Tensor& predictions, const torch::Tensor& targets);
  /// Top-k hits of scores float[N,K] (ties by lower class index first) against int64[N]. k is at most the number of classes.
  void add_top_k(const torch::Tensor& scores, const torch::Tensor& targets);
  /// Sum of per-sample losses: mean over the batch times its weight (samples, or pixels that count).
  void add_loss(const torch::Tensor& mean_loss, double weight);

  Confusion confusion() const;       // synchronises
  double top_k_share() const;        // hits / samples
  double mean_loss() const;          // weighted mean
  void reset();

 private:
  int classes_, ignore_index_, top_k_;
  torch::Tensor counts_;  // int64[K,K]
  torch::Tensor hits_;    // int64[2]: hits, samples
  torch::Tensor loss_;    // float64[2]: weighted sum, weight
};

}  // namespace carica::metrics
