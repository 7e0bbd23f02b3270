// loss: what training minimises. May include core, config and ops.
#pragma once

#include <torch/types.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/config.h"

namespace carica::loss {

/// How logits become probabilities; decided by the loss that a network is trained with.
enum class Activation {
  kSoftmax,           // float[N,K,...] -> softmax over dim 1
  kBinarySigmoid,     // float[N,1,...] -> (1 - s, s)
  kOneVsRestSigmoid,  // float[N,K,...] -> sigmoid of each
};

/// Length of the logits' class dimension and the activation, from the configured terms. Throws
/// Error(kConfig): a binary head with other than two classes, terms that want different heads, and
/// with `several_labels` (samples have any number of labels) terms other than bce with one logit
/// per class.
struct HeadSpec {
  int outputs = 0;
  Activation activation = Activation::kSoftmax;
};
HeadSpec head_spec(std::span<const config::LossTerm> terms, int classes,
                   bool several_labels = false);

/// float[N,classes,...] of probabilities (one-vs-rest: not normalised).
torch::Tensor probabilities(const torch::Tensor& logits, Activation activation);
/// int64[N,...]: the most likely class.
torch::Tensor predicted_class(const torch::Tensor& logits, Activation activation);

/// uint8[N,height,width]: the most likely class of each pixel of logits float[N,outputs,h,w] of any
/// resolution (bilinear, align_corners=false).
torch::Tensor predicted_map(const torch::Tensor& logits, std::int64_t height, std::int64_t width,
                            Activation activation);

struct LossOptions {
  int classes = 0;
  int ignore_index = -100;      // targets with this value count for nothing
  bool several_labels = false;  // targets are sets of labels
  /// Samples or pixels per class of the training split; class_weights need them.
  std::vector<double> class_counts = {};
  /// median_frequency on masks: for each class, the labelled pixels of the masks that it occurs in.
  /// Empty: frequencies over the whole split.
  std::vector<double> counts_around = {};
};

/// The weighted sum of the configured terms. No state changes in forward; safe to capture in a CUDA
/// graph. Formulas stand with the terms: cross_entropy.cpp, bce.cpp, dice.cpp, focal.cpp.
class Loss {
 public:
  /// Throws Error(kConfig) for terms that want different heads, or class weights that do not fit.
  Loss(std::span<const config::LossTerm> terms, const LossOptions& options);
  /// logits: float[N,outputs] or [N,outputs,h,w] of any float type; targets: int64[N] or
  /// int64|uint8[N,H,W]; with several labels uint8[N,classes] of 0 and 1. Logits of another
  /// resolution are brought to the targets' (bilinear, align_corners=false). Computed in float32
  /// (float64 stays). Returns a scalar; targets that are all ignored give 0 with zero gradient.
  /// Throws Error(kShape) for tensors that do not fit. A target outside 0..classes-1 that is not
  /// ignore_index throws Error(kData) from cross_entropy and focal on the CPU; it is undefined
  /// elsewhere: data sets check their labels and masks.
  torch::Tensor operator()(const torch::Tensor& logits, const torch::Tensor& targets) const;
  /// Moves class weights to the device.
  void to(torch::Device device);

  class Term;

 private:
  std::vector<std::shared_ptr<Term>> terms_;
  HeadSpec head_;
  int classes_;
  int ignore_index_;
  bool several_labels_;
};

/// One row of the table of losses, in the order of config::LossTerm.
struct LossInfo {
  std::string name, help;
};
std::vector<LossInfo> losses();

}  // namespace carica::loss
