#include "models/initialize.h"

#include <torch/nn/init.h>

#include <cmath>

#include "models/layers.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

template <typename Layer, typename Fill>
void for_each(nn::Module& root, const Fill& fill) {
  for (const auto& module : root.modules(/*include_self=*/false)) {
    if (auto* layer = module->as<Layer>()) fill(*layer);
  }
}

void zero_bias(nn::Conv2dImpl& conv) {
  if (conv.bias.defined()) nn::init::zeros_(conv.bias);
}

void reset_norms(nn::Module& root) {
  for_each<nn::BatchNorm2d>(root, [](nn::BatchNorm2dImpl& norm) {
    nn::init::ones_(norm.weight);
    nn::init::zeros_(norm.bias);
  });
}

}  // namespace

void initialize_backbone(nn::Module& root, Fan fan) {
  using Mode = nn::init::FanModeType;
  const Mode mode = fan == Fan::kOut ? Mode(torch::kFanOut) : Mode(torch::kFanIn);
  for_each<nn::Conv2d>(root, [&mode](nn::Conv2dImpl& conv) {
    nn::init::kaiming_normal_(conv.weight, 0, mode, torch::kReLU);
  });
  reset_norms(root);
}

void zero_conv_biases(nn::Module& root) { for_each<nn::Conv2d>(root, zero_bias); }

void initialize_linears(nn::Module& root, double std) {
  for_each<nn::Linear>(root, [std](nn::LinearImpl& linear) {
    nn::init::normal_(linear.weight, 0, std);
    nn::init::zeros_(linear.bias);
  });
}

void truncated_normal(torch::Tensor tensor, double std) {
  torch::NoGradGuard no_grad;
  // The inverse of the distribution function, of uniform numbers.
  const auto low = std::erf(-2 / (std * std::sqrt(2)));
  tensor.uniform_(low, -low).erfinv_().mul_(std * std::sqrt(2)).clamp_(-2, 2);
}

void initialize_decoder(nn::Module& root) {
  for_each<nn::Conv2d>(root, [](nn::Conv2dImpl& conv) {
    nn::init::kaiming_uniform_(conv.weight, 0, torch::kFanIn, torch::kReLU);
    zero_bias(conv);
  });
  reset_norms(root);
}

void initialize_head(nn::Module& root) {
  for_each<nn::Conv2d>(root, [](nn::Conv2dImpl& conv) {
    nn::init::xavier_uniform_(conv.weight);
    zero_bias(conv);
  });
}

}  // namespace carica::models
