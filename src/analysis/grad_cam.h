#pragma once

#include <torch/types.h>

#include <optional>

#include "data/images/picture.h"
#include "models/network.h"

namespace carica::analysis {

/// Where in a picture a classifier sees a class: float[N,h,w] in 0..1, h and w those of the last
/// maps of the network. Each map counts by the mean of the gradient of the class's logit to it;
/// what speaks against the class is left out; the largest value of a picture is 1 (0 where nothing
/// speaks for it). pictures: float[N,C,H,W], normalised; labels: int64[N]. None where the network
/// has no maps, as vit_b_16. The network must be in evaluation mode.
/// Source: Selvaraju et al. 2017, "Grad-CAM".
std::optional<torch::Tensor> grad_cam(models::Network& network, const torch::Tensor& pictures,
                                      const torch::Tensor& labels);

/// A map float[h,w] in 0..1 over a picture, enlarged to its size: what counts most in warm colours.
data::Picture heat_overlay(const data::Picture& picture, const torch::Tensor& map,
                           double alpha = 0.5);

}  // namespace carica::analysis
