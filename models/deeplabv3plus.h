#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/aspp.h"
#include "models/backbone_segmenter.h"
#include "models/layers.h"

namespace carica::models {

struct DeepLabV3PlusHeadOptions {
  std::vector<std::int64_t> backbone;  // channels of the pyramid, finest first
  std::int64_t output_stride = 16;     // 8: rates 12, 24, 36; 16: 6, 12, 18
  std::int64_t outputs = 1;
};

/// Joins the atrous pyramid of the deepest map, brought up to 1/4 of the resolution, with the
/// backbone's map there (Chen et al. 2018). Gives logits at 1/4. Names as in
/// VainF/DeepLabV3Plus-Pytorch: project.{0,1}, aspp.*, classifier.{0,1,3}.
class DeepLabV3PlusHead : public Decoder {
 public:
  explicit DeepLabV3PlusHead(const DeepLabV3PlusHeadOptions& options);
  torch::Tensor forward(const std::vector<torch::Tensor>& maps) override;
  std::int64_t channels() const override { return outputs_; }

 private:
  std::int64_t outputs_;
  torch::nn::Sequential project_;
  Aspp aspp_;
  torch::nn::Conv2d conv_;
  torch::nn::BatchNorm2d norm_;
  torch::nn::Conv2d classify_;
};

struct DeepLabV3PlusOptions {
  std::string name;      // of the network, in messages
  std::string backbone;  // resnet50, resnet101 or mobilenet
  std::int64_t in_channels = 3;
  std::int64_t outputs = 1;
  std::int64_t output_stride = 16;  // 8 or 16
};

/// deeplabv3plus_resnet50, _resnet101 and _mobilenet of VainF/DeepLabV3Plus-Pytorch: names,
/// function and initialisation. Source: Chen et al. 2018,
/// https://github.com/VainF/DeepLabV3Plus-Pytorch
std::shared_ptr<Network> make_deeplabv3plus(const DeepLabV3PlusOptions& options);

}  // namespace carica::models
