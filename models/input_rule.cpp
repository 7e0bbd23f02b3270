#include "models/input_rule.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"

namespace carica::models {
namespace {

// Not where all are frozen: their statistics are those of other pictures.
bool trains_norms(const torch::nn::Module& network) {
  return network.is_training() &&
         std::ranges::any_of(network.modules(/*include_self=*/false), [](const auto& module) {
           return module->is_training() &&
                  module->named_buffers(/*recurse=*/false).contains("running_mean");
         });
}

}  // namespace

void InputRule::check(at::IntArrayRef pictures, const torch::nn::Module& net) const {
  if (pictures.size() != 4 || pictures[1] != channels || c10::multiply_integers(pictures) == 0) {
    throw Error(ErrorCode::kShape, cat(network, ": got pictures of shape ", pictures,
                                       "; wants [N, ", channels, ", H, W], none of them 0"));
  }
  const std::int64_t n = pictures[0], h = pictures[2], w = pictures[3];
  if (averages_pictures && n < 2 && trains_norms(net)) {
    throw Error(
        ErrorCode::kShape,
        cat(network,
            ": a training batch of 1 picture leaves batch norm one value per channel, where "
            "whole pictures are averaged; at least 2 pictures"),
        "raise loader.batch_size, or keep loader.drop_last on");
  }
  if (std::min(h, w) < smallest) {
    throw Error(ErrorCode::kShape, cat(network, ": got pictures of ", w, "x", h, " px; at least ",
                                       smallest, "x", smallest));
  }
  const auto deepest = [this](std::int64_t pixels) {
    return (pixels + stride - 1) / stride / pooled;
  };
  if (batch_norm && n * deepest(h) * deepest(w) < 2 && trains_norms(net)) {
    throw Error(
        ErrorCode::kShape,
        cat(network, ": a training batch of 1 picture of ", w, "x", h,
            " px leaves batch norm one value per channel; at least 2 pictures, or more than ",
            stride * (2 * pooled - 1), " px on one side"),
        "raise loader.batch_size, or keep loader.drop_last on");
  }
}

void InputRule::check_built_for(at::IntArrayRef pictures, std::int64_t height,
                                std::int64_t width) const {
  if (pictures[2] == height && pictures[3] == width) return;
  throw Error(ErrorCode::kShape, cat(network, ": got pictures of ", pictures[3], "x", pictures[2],
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
