#pragma once

#include <torch/types.h>

#include <cstdint>

#include "loss/loss.h"

namespace carica::loss {

/// What the terms of one forward pass share; each piece is computed at most once. Lives for one
/// call, in one thread. Nothing here waits for the device or depends on what a tensor holds.
class TermInput {
 public:
  /// Shapes as Loss takes them. Throws Error(kShape).
  TermInput(const torch::Tensor& logits, const torch::Tensor& targets, const HeadSpec& head,
            int classes, int ignore_index, bool sets);

  /// float32|float64[N,outputs,...], contiguous, at the targets' resolution.
  const torch::Tensor& logits();
  /// As given: any float type, layout and resolution.
  const torch::Tensor& raw_logits() const { return raw_logits_; }
  Activation activation() const { return activation_; }
  int classes() const { return classes_; }
  int ignore_index() const { return ignore_index_; }
  /// Targets are uint8[N,classes], 1 for each label of a sample; nothing is ignored.
  bool has_label_sets() const { return has_label_sets_; }

  /// As given: int64|uint8[N,...].
  const torch::Tensor& targets() const { return targets_; }
  /// bool[N,...]: targets that count for nothing.
  const torch::Tensor& ignored();
  /// Scalar of the logits' type: the number of targets that count, at least 1.
  const torch::Tensor& counted();
  /// bool[N,classes,...]: whether the target is this class.
  torch::Tensor one_hot() const;

  /// float[N,outputs,...]: log_softmax over the classes.
  const torch::Tensor& log_softmax();
  /// float[N,...]: -weight[y] * log_softmax[y], 0 where ignored. `weight` is float[classes] or
  /// undefined.
  torch::Tensor negative_log_likelihood(const torch::Tensor& weight = {});
  /// int64[N,...]: the targets, with 0 in place of ignored ones.
  torch::Tensor safe_targets();

 private:
  const torch::Tensor& index();

  torch::Tensor raw_logits_, logits_, targets_, index_, ignored_, counted_, log_softmax_;
  Activation activation_;
  int classes_;
  int ignore_index_;
  bool has_label_sets_;
};

}  // namespace carica::loss
