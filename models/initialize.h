#pragma once

#include <torch/nn/module.h>

namespace carica::models {

// How fresh networks are filled, from torch's default generator, module by module in the order of
// registration. Each function walks all modules below `root` and leaves other kinds of layers as
// torch made them: Conv2d and Linear weights and biases uniform in +-1/sqrt(fan_in), norms 1 and 0.

enum class Fan { kIn, kOut };

/// Backbones. Convolutions: normal with variance 2 / fan (He et al. 2015); norms: weight 1, bias 0.
/// Source: torchvision/models/resnet.py.
void initialize_backbone(torch::nn::Module& root, Fan fan = Fan::kOut);

/// Biases of convolutions. Not part of the former: regnet's stay as torch draws them.
void zero_conv_biases(torch::nn::Module& root);

/// Linear weights normal with standard deviation `std`, biases 0: the hidden layers and heads of
/// vgg, mobilenet_v2, mobilenet_v3 and regnet. Source: e.g. torchvision/models/vgg.py.
void initialize_linears(torch::nn::Module& root, double std);

/// `tensor` from a normal distribution with mean 0 of which only [-2,2] is left. The numbers that
/// torch.nn.init.trunc_normal_ draws.
void truncated_normal(torch::Tensor tensor, double std);

/// Decoders. Convolutions: uniform with variance 2 / fan_in, bias 0; norms: weight 1, bias 0.
/// Source: segmentation_models_pytorch/base/initialization.py, initialize_decoder.
void initialize_decoder(torch::nn::Module& root);

/// Heads. Convolutions: uniform in +-sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio 2010), bias 0.
/// Source: segmentation_models_pytorch/base/initialization.py, initialize_head.
void initialize_head(torch::nn::Module& root);

}  // namespace carica::models
