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
  std::int64_t stride = 1;         // pixels of the picture per pixel of the deepest map
  bool averages_pictures = false;  // a norm sees one value per channel and picture
  std::int64_t smallest = 1;       // side of a picture, px

  /// Throws Error(kShape) unless `pictures` is [N,channels,H,W] with N >= 1, H and W >= smallest,
  /// and, in training, leaves every batch norm more than one value per channel.
  void check(const torch::Tensor& pictures, bool training) const;
};

}  // namespace carica::models
