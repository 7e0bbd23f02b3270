#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/backbone_segmenter.h"
#include "models/layers.h"

namespace carica::models {

struct LrasppHeadOptions {
  std::int64_t low = 0, high = 0;  // channels of the maps at 1/8 and at the deepest
  std::int64_t outputs = 1;
};

/// Lite R-ASPP (Howard et al. 2019): the deepest map scaled by a factor for each channel, brought
/// up to 1/8; logits from it and from the backbone's map there are added. Names as torchvision's
/// LRASPPHead: cbr.{0,1}, scale.1, low_classifier, high_classifier.
class LrasppHead : public Decoder {
 public:
  explicit LrasppHead(const LrasppHeadOptions& options);
  torch::Tensor forward(const std::vector<torch::Tensor>& maps) override;
  std::int64_t channels() const override { return outputs_; }

 private:
  std::int64_t outputs_;
  torch::nn::Sequential cbr_;
  torch::nn::Conv2d scale_;
  torch::nn::Conv2d low_, high_;
};

struct MobileSegmenterOptions {
  std::int64_t in_channels = 3;
  std::int64_t outputs = 1;
  bool aux = true;  // deeplabv3: an FcnHead on the map at 1/8
};

// torchvision's segmenters on a dilated MobileNetV3: names, function and initialisation.

/// deeplabv3_mobilenet_v3_large.
std::shared_ptr<Network> make_deeplabv3_mobilenet(const std::string& name,
                                                  const MobileSegmenterOptions& options);
/// lraspp_mobilenet_v3_large.
std::shared_ptr<Network> make_lraspp(const std::string& name,
                                     const MobileSegmenterOptions& options);

}  // namespace carica::models
