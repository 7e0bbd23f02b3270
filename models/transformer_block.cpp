#include "models/transformer_block.h"

#include <torch/nn/init.h>

namespace carica::models {
namespace nn = torch::nn;
namespace {

/// Glorot weights, biases nearly 0.
Chain make_perceptron(const TransformerBlockOptions& o) {
  nn::Linear first(o.width, o.hidden), second(o.hidden, o.width);
  for (const nn::Linear& linear : {first, second}) {
    nn::init::xavier_uniform_(linear->weight);
    nn::init::normal_(linear->bias, 0, 1e-6);
  }
  Chain layers;
  layers->push_back("0", first);
  layers->push_back("1", nn::Functional([](const torch::Tensor& x) { return torch::gelu(x); }));
  layers->push_back("2", nn::Dropout(o.dropout));
  layers->push_back("3", second);
  return layers;
}

}  // namespace

SelfAttentionImpl::SelfAttentionImpl(std::int64_t width, std::int64_t heads)
    : heads_(heads),
      in_proj_weight_(register_parameter("in_proj_weight", torch::empty({3 * width, width}))),
      in_proj_bias_(register_parameter("in_proj_bias", torch::zeros({3 * width}))),
      out_proj_(register_module("out_proj", nn::Linear(width, width))) {
  nn::init::xavier_uniform_(in_proj_weight_);
  nn::init::zeros_(out_proj_->bias);
}

torch::Tensor SelfAttentionImpl::forward(const torch::Tensor& x) {
  // [N,S,3*width] -> q, k, v: [N,heads,S,width/heads], views all.
  const auto parts = torch::linear(x, in_proj_weight_, in_proj_bias_)
                         .unflatten(2, {3, heads_, x.size(2) / heads_})
                         .permute({2, 0, 3, 1, 4})
                         .unbind(0);
  const auto y = at::scaled_dot_product_attention(parts[0], parts[1], parts[2]);
  return out_proj_->forward(y.transpose(1, 2).flatten(2));
}

TransformerBlockImpl::TransformerBlockImpl(const TransformerBlockOptions& o)
    : dropout_(o.dropout),
      ln_1_(register_module("ln_1", make_layer_norm(o.width))),
      self_attention_(register_module("self_attention", SelfAttention(o.width, o.heads))),
      ln_2_(register_module("ln_2", make_layer_norm(o.width))),
      mlp_(register_module("mlp", make_perceptron(o))) {}

torch::Tensor TransformerBlockImpl::forward(const torch::Tensor& x) {
  const auto dropped = [this](const torch::Tensor& y) {
    return torch::dropout(y, dropout_, is_training());
  };
  const auto y = dropped(self_attention_->forward(ln_1_->forward(x))) + x;
  return y + dropped(mlp_->forward(ln_2_->forward(y)));
}

nn::LayerNorm make_layer_norm(std::int64_t width) {
  return nn::LayerNorm(nn::LayerNormOptions({width}).eps(1e-6));
}

}  // namespace carica::models
