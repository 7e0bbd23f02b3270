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
  // Pixels of the picture per pixel of the deepest map: first layers that round up, as convolutions
  // with padding do, then such that round down.
  std::int64_t stride = 1, pooled = 1;
  std::int64_t smallest = 1;       // side, px
  bool batch_norm = true;          // whether it has such layers
  bool averages_pictures = false;  // one of them sees one value per channel and picture

  /// Throws Error(kShape) unless the shape `pictures` is [N,channels,H,W] with N, H, W >= 1, no
  /// side below `smallest`, and leaves every batch norm more than one value per channel where some
  /// norm of `net` is in training mode.
  void check(at::IntArrayRef pictures, const torch::nn::Module& net) const;
  /// Throws Error(kShape) where the pictures are of another size, px, than a head was built for.
  void check_built_for(at::IntArrayRef pictures, std::int64_t height, std::int64_t width) const;
  /// Throws Error(kConfig) where pictures of this size, px, would be refused. `way_out`: a hint.
  void check_size(std::int64_t height, std::int64_t width, const std::string& way_out) const;
};

}  // namespace carica::models
