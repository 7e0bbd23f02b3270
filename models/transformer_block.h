#pragma once

#include <torch/nn/modules/normalization.h>

#include "models/chain.h"

namespace carica::models {

/// Multi-head attention of a sequence to itself: float[N,S,width] -> the same shape. Names:
/// in_proj_weight, in_proj_bias (queries, keys and values of all heads), out_proj, as torch's
/// MultiheadAttention, and filled as it.
class SelfAttentionImpl : public torch::nn::Module {
 public:
  SelfAttentionImpl(std::int64_t width, std::int64_t heads);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  std::int64_t heads_;
  torch::Tensor in_proj_weight_, in_proj_bias_;
  torch::nn::Linear out_proj_;
};
TORCH_MODULE(SelfAttention);

struct TransformerBlockOptions {
  std::int64_t width = 768, heads = 12, hidden = 3072;
  double dropout = 0;  // of what attention gives, and after both layers of the perceptron
};

/// Norm, attention, shortcut; norm, two layers with GELU, shortcut (Dosovitskiy et al. 2021).
/// float[N,S,width] -> the same shape. Names as torchvision's: ln_1, self_attention, ln_2, mlp.0,
/// mlp.3.
class TransformerBlockImpl : public torch::nn::Module {
 public:
  explicit TransformerBlockImpl(const TransformerBlockOptions& options);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  double dropout_;
  torch::nn::LayerNorm ln_1_;
  SelfAttention self_attention_;
  torch::nn::LayerNorm ln_2_;
  Chain mlp_;
};
TORCH_MODULE(TransformerBlock);

/// Layer norm of vectors with eps 1e-6, torchvision's in its transformer.
torch::nn::LayerNorm make_layer_norm(std::int64_t width);

}  // namespace carica::models
