#include "models/conv_norm_activation.h"

namespace carica::models {
namespace nn = torch::nn;

nn::BatchNorm2d make_norm(std::int64_t channels, const NormOptions& options) {
  return nn::BatchNorm2d(
      nn::BatchNormOptions(channels).eps(options.eps).momentum(options.momentum));
}

ConvNormActivationImpl::ConvNormActivationImpl(const ConvNormActivationOptions& options)
    : activation_(options.activation),
      conv_(register_module("0", make_conv(options.conv))),
      norm_(register_module("1", make_norm(options.conv.out, options.norm))) {}

torch::Tensor ConvNormActivationImpl::forward(const torch::Tensor& x) {
  return activate(activation_, norm_->forward(conv_->forward(x)));
}

}  // namespace carica::models
