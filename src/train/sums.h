#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace carica::train {

/// Sums of training losses and hits, kept on the device so that no step waits for one; read when a
/// line is logged.
class Sums {
 public:
  Sums(torch::Device device, bool count_hits);

  /// loss: the batch's mean. logits, targets: of a classifier, for its training accuracy; else not
  /// used.
  void add(const torch::Tensor& loss, const torch::Tensor& predicted, const torch::Tensor& targets,
           std::int64_t samples);

  struct Read {
    double epoch_loss;     // mean over the samples of the epoch so far
    double epoch_top1;     // share of hits of the epoch so far
    double interval_loss;  // mean since the last start_interval()
  };
  /// NaN of no samples. Synchronises.
  Read read() const;
  void start_interval();
  /// The interval goes on.
  void start_epoch();

  /// To save and to resume, to the bit.
  std::vector<double> state() const;
  void restore(const std::vector<double>& state);

 private:
  void add_on_host(const torch::Tensor& loss, const torch::Tensor& predicted,
                   const torch::Tensor& targets, std::int64_t samples);

  bool count_hits_;
  torch::Tensor sums_;  // float64[3]: loss of the epoch, loss of the interval, hits of the epoch
  double epoch_samples_ = 0, interval_samples_ = 0;
};

}  // namespace carica::train
