#include "models/input_rule.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"

namespace carica::models {

void InputRule::check(const torch::Tensor& pictures, bool training) const {
  if (pictures.dim() != 4 || pictures.size(1) != channels || pictures.numel() == 0) {
    throw Error(ErrorCode::kShape, cat(network, ": got pictures of shape ", pictures.sizes(),
                                       "; wants [N, ", channels, ", H, W], none of them 0"));
  }
  if (training && averages_pictures && pictures.size(0) < 2) {
    throw Error(
        ErrorCode::kShape,
        cat(network,
            ": a training batch of 1 picture leaves batch norm one value per channel, where "
            "whole pictures are averaged; at least 2 pictures"),
        "raise loader.batch_size, or keep loader.drop_last on");
  }
  const std::int64_t n = pictures.size(0), h = pictures.size(2), w = pictures.size(3);
  if (std::min(h, w) < smallest) {
    throw Error(ErrorCode::kShape, cat(network, ": got pictures of ", w, "x", h, " px; at least ",
                                       smallest, "x", smallest));
  }
  const auto deepest = [this](std::int64_t pixels) {
    return (pixels + stride - 1) / stride / pooled;
  };
  if (training && batch_norm && n * deepest(h) * deepest(w) < 2) {
    throw Error(
        ErrorCode::kShape,
        cat(network, ": a training batch of 1 picture of ", w, "x", h,
            " px leaves batch norm one value per channel; at least 2 pictures, or more than ",
            stride * (2 * pooled - 1), " px on one side"),
        "raise loader.batch_size, or keep loader.drop_last on");
  }
}

void InputRule::check_built_for(const torch::Tensor& pictures, std::int64_t height,
                                std::int64_t width) const {
  if (pictures.size(2) == height && pictures.size(3) == width) return;
  throw Error(ErrorCode::kShape,
              cat(network, ": got pictures of ", pictures.size(3), "x", pictures.size(2),
                  " px; it was built for ", width, "x", height));
}

void InputRule::check_size(std::int64_t height, std::int64_t width,
                           const std::string& way_out) const {
  if (std::min(height, width) >= smallest) return;
  throw Error(ErrorCode::kConfig,
              cat("model.name = ", network, ": pictures of ", width, "x", height,
                  " px are too small for it; at least ", smallest, "x", smallest),
              way_out);
}

}  // namespace carica::models
