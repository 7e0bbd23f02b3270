#pragma once

#include <torch/nn/modules/normalization.h>

#include "models/chain.h"
#include "models/classifier_options.h"
#include "models/input_rule.h"
#include "models/network.h"

namespace carica::models {

/// vit_b_16: patches of 16x16 px as a sequence, a class token in front, 12 transformer blocks
/// (Dosovitskiy et al. 2021), as torchvision's: names, function, fresh weights from the same seed.
/// Built for one size of pictures, since each place has an embedding of its own; sides are
/// multiples of 16 and need not be equal, as torchvision's must. `dropout` acts in the blocks and
/// after the embedding, 0 where the options do not say. features(): float[N,768].
class VisionTransformer : public Network {
 public:
  static constexpr std::int64_t kPatch = 16;  // px

  /// Throws Error(kConfig) for sides that are no multiples of kPatch.
  explicit VisionTransformer(const ClassifierOptions& options);

  /// Throws Error(kShape) for pictures of another size than it was built for.
  Output forward(const torch::Tensor& pictures) override;
  torch::Tensor features(const torch::Tensor& pictures) override;
  void check(at::IntArrayRef pictures) const override;
  std::string head() const override { return "heads.head."; }

 private:
  InputRule rule_;
  std::int64_t height_, width_;
  double dropout_;
  torch::Tensor class_token_;
  torch::nn::Conv2d conv_proj_;
  std::shared_ptr<torch::nn::Module> encoder_;
  torch::Tensor pos_embedding_;
  Chain layers_;
  torch::nn::LayerNorm ln_;
  torch::nn::Linear head_;
};

/// The embedding of places float[1,1+from_h*from_w,F] for a grid of to_h x to_w patches: the class
/// token's stays, the others are interpolated (bicubic, corners on corners), as torchvision's
/// interpolate_embeddings.
torch::Tensor resize_pos_embedding(const torch::Tensor& embedding, std::int64_t from_h,
                                   std::int64_t from_w, std::int64_t to_h, std::int64_t to_w);

}  // namespace carica::models
