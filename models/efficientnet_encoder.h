#pragma once

#include <cstdint>
#include <vector>

#include "models/encoder.h"
#include "models/layers.h"

namespace carica::models {

struct MbConvOptions {
  std::int64_t in = 0, out = 0;  // channels
  std::int64_t expansion = 6;
  std::int64_t kernel = 3;  // of the depthwise convolution
  std::int64_t stride = 1;
  double drop_path = 0;  // see stochastic_depth
};

/// An inverted residual with squeeze-and-excitation and SiLU (Tan & Le 2019). Names as in
/// efficientnet_pytorch: _expand_conv, _bn0 (where something is expanded), _depthwise_conv, _bn1,
/// _se_reduce, _se_expand, _project_conv, _bn2. A stride of 2 pads as TensorFlow does: more below
/// and to the right.
class MbConvImpl : public torch::nn::Module {
 public:
  explicit MbConvImpl(const MbConvOptions& options);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  MbConvOptions options_;
  torch::nn::Conv2d expand_;  // empty without expansion
  torch::nn::BatchNorm2d bn0_;
  torch::nn::Conv2d depthwise_;
  torch::nn::BatchNorm2d bn1_;
  torch::nn::Conv2d reduce_, excite_, project_;
  torch::nn::BatchNorm2d bn2_;
};
TORCH_MODULE(MbConv);

/// efficientnet-b0 as segmentation_models.pytorch's encoder, which has other names and another
/// padding than torchvision's classifier. Layers that the depth does not need
/// (the head always) are there, but are not trained.
class EfficientNetEncoder : public Encoder {
 public:
  explicit EfficientNetEncoder(const EncoderOptions& options);
  std::vector<torch::Tensor> pyramid(const torch::Tensor& pictures) override;
  std::vector<std::int64_t> channels() const override { return channels_; }

 private:
  std::vector<std::int64_t> channels_;
  torch::nn::Conv2d stem_;
  torch::nn::BatchNorm2d bn0_;
  std::vector<MbConv> blocks_;
};

}  // namespace carica::models
