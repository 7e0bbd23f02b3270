#pragma once

#include "models/activation.h"
#include "models/blocks.h"

namespace carica::models {

struct NormOptions {
  double eps = 1e-5;
  double momentum = 0.1;  // weight of the newest batch in the running statistics
};

torch::nn::BatchNorm2d make_norm(std::int64_t channels, const NormOptions& options = {});

struct ConvNormActivationOptions {
  ConvOptions conv;
  Activation activation = Activation::kRelu;
  NormOptions norm = {};
};

/// Convolution, batch norm, activation: float[N,in,H,W] -> float[N,out,H/stride,W/stride], rounded
/// up. Names: "0" (convolution), "1" (norm), as torchvision's Conv2dNormActivation.
class ConvNormActivationImpl : public torch::nn::Module {
 public:
  explicit ConvNormActivationImpl(const ConvNormActivationOptions& options);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  Activation activation_;
  torch::nn::Conv2d conv_;
  torch::nn::BatchNorm2d norm_;
};
TORCH_MODULE(ConvNormActivation);

}  // namespace carica::models
