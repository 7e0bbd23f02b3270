#pragma once

#include <vector>

#include "models/encoder.h"
#include "models/layers.h"

namespace carica::models {

/// The encoder of the first U-Net (Ronneberger et al. 2015) with batch norm and padding: one
/// DoubleConv per level, 2x2 max pools between them. Names: levels.N.conv1.0.weight and so on, N =
/// 0 at the picture's own resolution.
class PlainEncoder : public Encoder {
 public:
  /// `widths`: channels of each level, finest first; at least one.
  PlainEncoder(std::int64_t in_channels, std::vector<std::int64_t> widths);

  std::vector<torch::Tensor> pyramid(const torch::Tensor& pictures) override;
  std::vector<std::int64_t> channels() const override { return widths_; }

 private:
  std::vector<std::int64_t> widths_;
  torch::nn::ModuleList levels_;
};

}  // namespace carica::models
