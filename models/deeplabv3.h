#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/aspp.h"
#include "models/fcn.h"

namespace carica::models {

struct DeepLabHeadOptions {
  std::int64_t in = 2048;  // channels of the deepest map
  std::int64_t outputs = 1;
};

/// Atrous pyramid with rates 12, 24, 36, 3x3 convolution, norm, ReLU, 1x1 convolution to logits.
/// Names as torchvision's DeepLabHead: 0 (Aspp), 1, 2, 4.
class DeepLabHead : public Decoder {
 public:
  explicit DeepLabHead(const DeepLabHeadOptions& options);
  torch::Tensor forward(const std::vector<torch::Tensor>& maps) override;
  std::int64_t channels() const override { return outputs_; }

 private:
  std::int64_t outputs_;
  Aspp aspp_;
  torch::nn::Conv2d conv_;
  torch::nn::BatchNorm2d norm_;
  torch::nn::Conv2d classify_;
};

/// torchvision's deeplabv3_resnet50 and deeplabv3_resnet101 (Chen et al. 2017): names, function and
/// initialisation.
std::shared_ptr<Network> make_deeplabv3(const std::string& name, const DilatedOptions& options);

}  // namespace carica::models
