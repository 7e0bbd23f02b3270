#pragma once

#include <torch/types.h>

#include <cstdint>

#include "config/config.h"
#include "data/loading/loader.h"

namespace carica::train {

/// How the pictures of a batch are mixed, each with the one before it in the batch.
struct Mix {
  double own = 1;  // share of the picture's own label; 1: not mixed
  bool cuts = false;
  // cuts: what is pasted from the other picture, in pixels; empty where nothing is left of it.
  int top = 0, left = 0, bottom = 0, right = 0;
};

/// Draws from (seed, epoch, number of the batch): whether at all, which of both, the share by
/// Beta(alpha, alpha), and for cutmix the centre of the rectangle, whose sides are sqrt(share) of
/// the picture's, cut off at its border. Source: torchvision.transforms.v2.MixUp and CutMix, after
/// Zhang et al. 2018 and Yun et al. 2019.
Mix draw_mix(const config::BatchTransformsConfig& config, std::uint64_t seed, std::int64_t epoch,
             const data::Batch& batch);

/// float[N,C,H,W] in, the same shape and memory format out; the input itself where nothing is
/// mixed.
torch::Tensor mixed(const torch::Tensor& pictures, const Mix& mix);

}  // namespace carica::train
