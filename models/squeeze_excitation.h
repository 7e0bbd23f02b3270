#pragma once

#include "models/activation.h"
#include "models/layers.h"

namespace carica::models {

struct SqueezeExcitationOptions {
  std::int64_t channels = 0, squeezed = 0;
  Activation activation = Activation::kRelu;  // between the two layers
  Activation gate = Activation::kSigmoid;     // what the factors go through
};

/// Scales each channel by a factor that follows from the means of all channels (Hu et al. 2018).
/// Keeps the shape float[N,channels,H,W]. Names: fc1, fc2, as torchvision's SqueezeExcitation.
class SqueezeExcitationImpl : public torch::nn::Module {
 public:
  explicit SqueezeExcitationImpl(const SqueezeExcitationOptions& options);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  Activation activation_, gate_;
  torch::nn::Conv2d fc1_, fc2_;
};
TORCH_MODULE(SqueezeExcitation);

}  // namespace carica::models
