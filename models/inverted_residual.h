#pragma once

#include "models/chain.h"
#include "models/conv_norm_activation.h"

namespace carica::models {

/// Which network's names a block has.
enum class InvertedResidualNames {
  kBlock,  // block.0.0, ...: every convolution has a level of its own (mobilenet_v3, efficientnet)
  kConv,   // conv.0.0, ...: the last convolution and its norm have none (mobilenet_v2)
};

struct InvertedResidualOptions {
  std::int64_t in = 0, expanded = 0, out = 0;  // channels; no expansion where expanded equals in
  std::int64_t kernel = 3;                     // of the depthwise convolution
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  Activation activation = Activation::kRelu6;
  std::int64_t squeezed = 0;  // channels inside the squeeze-and-excitation; 0: there is none
  Activation squeeze_activation = Activation::kRelu;
  Activation squeeze_gate = Activation::kSigmoid;
  double drop_path = 0;  // see stochastic_depth
  NormOptions norm = {};
  InvertedResidualNames names = InvertedResidualNames::kBlock;
};

/// Expansion (1x1), depthwise convolution, squeeze-and-excitation, projection (1x1), and a shortcut
/// where the shape stays (Sandler et al. 2018). float[N,in,H,W] -> float[N,out,H/stride,W/stride].
class InvertedResidualImpl : public torch::nn::Module {
 public:
  explicit InvertedResidualImpl(const InvertedResidualOptions& options);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  bool has_shortcut_;
  double drop_path_;
  Chain layers_;
};
TORCH_MODULE(InvertedResidual);

/// `channels` as a multiple of 8, the nearest one that is not more than a tenth below it: how these
/// networks round widths that are multiplied by a factor.
std::int64_t round_channels(double channels);

}  // namespace carica::models
