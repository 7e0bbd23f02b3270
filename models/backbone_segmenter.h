#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/decoder.h"
#include "models/encoder.h"
#include "models/input_rule.h"
#include "models/network.h"

namespace carica::models {

struct BackboneSegmenterOptions {
  InputRule rule = {};
  std::shared_ptr<Encoder> backbone = {};
  std::shared_ptr<Decoder> classifier = {};  // gives logits
  std::shared_ptr<Decoder> aux = {};         // gives logits too, in training; may be empty
  std::vector<std::string> heads;            // see Network::heads
};

/// A segmenter as torchvision builds them: a backbone and what classifies its maps. Names:
/// backbone.*, classifier.*, aux_classifier.*. Pictures of any size, unpadded: maps are rounded up.
/// logits: float[N,outputs,h,w] at the resolution of the classifier; torchvision's bilinear
/// upsampling to the pictures' size is left to the loss and the evaluator. aux, in training only:
/// the same of the auxiliary classifier.
class BackboneSegmenter : public Network {
 public:
  explicit BackboneSegmenter(const BackboneSegmenterOptions& options);

  Output forward(const torch::Tensor& pictures) override;
  torch::Tensor features(const torch::Tensor& pictures) override;
  void check(at::IntArrayRef pictures) const override;
  std::string head() const override { return heads_.front(); }
  std::vector<std::string> heads() const override { return heads_; }

 private:
  std::vector<torch::Tensor> pyramid(const torch::Tensor& pictures);

  InputRule rule_;
  std::vector<std::string> heads_;
  std::shared_ptr<Encoder> backbone_;
  std::shared_ptr<Decoder> classifier_;
  std::shared_ptr<Decoder> aux_;
};

}  // namespace carica::models
