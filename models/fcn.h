#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/backbone_segmenter.h"
#include "models/layers.h"
#include "models/resnet_trunk.h"

namespace carica::models {

struct FcnHeadOptions {
  std::size_t map = 5;  // which of the pyramid's
  std::int64_t in = 0;  // its channels
  std::int64_t outputs = 1;
};

/// 3x3 convolution to a quarter of the channels, norm, ReLU, dropout, 1x1 convolution to logits.
/// Names as torchvision's FCNHead: 0, 1, 4.
class FcnHead : public Decoder {
 public:
  explicit FcnHead(const FcnHeadOptions& options);
  torch::Tensor forward(const std::vector<torch::Tensor>& maps) override;
  std::int64_t channels() const override { return outputs_; }

 private:
  std::size_t map_;
  std::int64_t outputs_;
  torch::nn::Conv2d conv_;
  torch::nn::BatchNorm2d norm_;
  torch::nn::Dropout dropout_;
  torch::nn::Conv2d classify_;
};

struct DilatedOptions {
  ResNetShape shape;  // with bottlenecks
  std::int64_t in_channels = 3;
  std::int64_t outputs = 1;
  bool aux = true;  // an FcnHead on the third stage
};

/// What torchvision's fcn and deeplabv3 share: a residual backbone of output stride 8 and the
/// auxiliary head. `classifier` and `rule` are left to fill.
BackboneSegmenterOptions dilated_resnet(const DilatedOptions& options);

/// torchvision's fcn_resnet50 and fcn_resnet101 (Long et al. 2015, on a dilated backbone): names,
/// function and initialisation.
std::shared_ptr<Network> make_fcn(const std::string& name, const DilatedOptions& options);

}  // namespace carica::models
