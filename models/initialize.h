#pragma once

#include <torch/nn/module.h>

namespace carica::models {

// How fresh networks are filled, from torch's default generator, module by module in the order of
// registration. Each function walks all modules below `root` and leaves other kinds of layers as
// torch made them: Conv2d and Linear weights and biases uniform in +-1/sqrt(fan_in), norms 1 and 0.

/// Backbones. Convolutions: normal with variance 2 / fan_out (He et al. 2015); norms: weight 1,
/// bias 0; biases of convolutions: 0. Source: torchvision/models/resnet.py and vgg.py.
void initialize_backbone(torch::nn::Module& root);

/// Decoders. Convolutions: uniform with variance 2 / fan_in, bias 0; norms: weight 1, bias 0.
/// Source: segmentation_models_pytorch/base/initialization.py, initialize_decoder.
void initialize_decoder(torch::nn::Module& root);

/// Heads of deeplabv3plus. Convolutions: normal with variance 2 / fan_in, their biases as torch
/// made them; norms: weight 1, bias 0. Source: VainF/DeepLabV3Plus-Pytorch, network/_deeplab.py.
void initialize_atrous_head(torch::nn::Module& root);

/// Heads. Convolutions: uniform in +-sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio 2010), bias 0.
/// Source: segmentation_models_pytorch/base/initialization.py, initialize_head.
void initialize_head(torch::nn::Module& root);

}  // namespace carica::models
