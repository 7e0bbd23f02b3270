#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <string>

namespace carica::models {

/// What a network asks of the pictures that it gets. A plain struct, so that every network words
/// its refusals alike.
struct InputRule {
  std::string network;  // named in messages
  std::int64_t channels = 3;
  std::int64_t stride = 1;  // pixels of the picture per pixel of the deepest map

  /// Throws Error(kShape) unless `pictures` is [N,channels,H,W] with N, H, W >= 1, and, in
  /// training, leaves batch norm more than one value per channel in the deepest map.
  void check(const torch::Tensor& pictures, bool training) const;
};

}  // namespace carica::models
