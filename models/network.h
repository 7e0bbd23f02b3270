// models: architectures only, never weights. One network per file; registry.cpp is the table. May
// include core, config and ops.
#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <string>
#include <vector>

namespace carica::models {

/// What a forward pass gives. Segmenters may leave `logits` at a lower resolution than the input:
/// the loss and the evaluator bring them to the target's size (bilinear, align_corners=false),
/// fused where they can.
struct Output {
  torch::Tensor logits;         // float[N,K] for classifiers, float[N,K,h,w] for segmenters
  torch::Tensor aux = {};       // in training, of networks with an auxiliary head: float[N,K,h',w']
  torch::Tensor features = {};  // what features() gives, of the classifiers that have it anyway
};

/// A network that carica trains. Parameter and buffer names are torchvision's (classifiers) or
/// segmentation_models.pytorch's.
class Network : public torch::nn::Module {
 public:
  /// pictures: float[N,C,H,W], normalised.
  virtual Output forward(const torch::Tensor& pictures) = 0;
  /// Classifiers: float[N,F], what the head gets. Segmenters: float[N,F,h,w], the deepest map of
  /// the encoder.
  virtual torch::Tensor features(const torch::Tensor& pictures) = 0;
  /// Throws Error(kShape) where forward() would refuse pictures of this shape, [N,C,H,W], in the
  /// mode that the network and its norms are in.
  virtual void check(at::IntArrayRef) const {}
  /// Prefix of the names of the layer that depends on the number of classes, e.g. "fc.".
  virtual std::string head() const = 0;
  /// The prefixes of all such layers, head() first: networks with an auxiliary head have two.
  virtual std::vector<std::string> heads() const { return {head()}; }
};

}  // namespace carica::models
