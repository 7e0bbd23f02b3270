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
  if (std::min(pictures.size(2), pictures.size(3)) < smallest) {
    throw Error(ErrorCode::kShape,
                cat(network, ": got pictures of ", pictures.size(3), "x", pictures.size(2),
                    " px; at least ", smallest, "x", smallest));
  }
  if (training && averages_pictures && pictures.size(0) < 2) {
    throw Error(
        ErrorCode::kShape,
        cat(network,
            ": a training batch of 1 picture leaves batch norm one value per channel, where "
            "whole pictures are averaged; at least 2 pictures"),
        "raise loader.batch_size, or keep loader.drop_last on");
  }
  const auto deepest = [this](std::int64_t pixels) { return (pixels + stride - 1) / stride; };
  const std::int64_t n = pictures.size(0), h = pictures.size(2), w = pictures.size(3);
  if (training && n * deepest(h) * deepest(w) < 2) {
    throw Error(
        ErrorCode::kShape,
        cat(network, ": a training batch of 1 picture of ", w, "x", h,
            " px leaves batch norm one value per channel; at least 2 pictures, or more than ",
            stride, " px on one side"),
        "raise loader.batch_size, or keep loader.drop_last on");
  }
}

}  // namespace carica::models
