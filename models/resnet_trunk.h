#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/encoder.h"
#include "models/layers.h"
#include "models/stem.h"

namespace carica::models {

/// How a member of the family is put together.
struct ResNetShape {
  std::string name;
  bool bottleneck;                            // Bottleneck blocks, else BasicBlock
  std::array<std::int64_t, 4> blocks;         // per stage
  std::int64_t groups = 1, group_width = 64;  // see ResidualOptions
};

/// The family: resnet18 to resnet152, resnext50_32x4d, resnext101_32x8d, wide_resnet50_2.
std::span<const ResNetShape> resnet_shapes();
/// nullptr where the family has no member of this name.
const ResNetShape* find_resnet(const std::string& name);

/// A residual network without its head (He et al. 2016; blocks as in torchvision, "v1.5"). The
/// deepest map has stride 32, with the CIFAR stem 8. Not a
/// module itself: its layers are children of `owner`, so that their names have no prefix: conv1,
/// bn1, layer1 to layer4.
class ResNetTrunk {
 public:
  /// Registers the layers in `owner`, with torch's default weights (see initialize_backbone).
  /// `output_stride`: that of the deepest map with the ImageNet stem; below 32, stages are dilated
  /// where they would halve the resolution (torchvision's replace_stride_with_dilation), which
  /// needs bottlenecks.
  ResNetTrunk(const ResNetShape& shape, Stem stem, std::int64_t in_channels,
              torch::nn::Module& owner, std::int64_t output_stride = 32);

  /// The map after the last stage: float[N,channels()[5],H/stride,W/stride], rounded up.
  torch::Tensor deepest(const torch::Tensor& pictures);
  /// The pictures, the map before the max pool, and those of the first `stages` stages.
  std::vector<torch::Tensor> pyramid(const torch::Tensor& pictures, std::size_t stages = 4);
  /// No gradients for the stages after the first `stages`, which nobody uses.
  void freeze_after(std::size_t stages);
  /// Of pyramid()'s maps.
  const std::array<std::int64_t, 6>& channels() const { return channels_; }

 private:
  torch::Tensor before_pool(const torch::Tensor& pictures);
  torch::Tensor pool(const torch::Tensor& x) const;

  Stem stem_;
  std::array<std::int64_t, 6> channels_;
  torch::nn::Conv2d conv1_;
  torch::nn::BatchNorm2d bn1_;
  std::array<torch::nn::Sequential, 4> layers_;
};

/// A residual network with the ImageNet stem as the encoder of a segmenter, named and initialised
/// as the encoders of segmentation_models.pytorch. The pictures themselves are no map for the
/// decoder. With a depth below 5 the stages that nobody uses are there, as in that library's
/// weights, but are not trained.
class ResNetEncoder : public Encoder {
 public:
  ResNetEncoder(const ResNetShape& shape, const EncoderOptions& options);

  std::vector<torch::Tensor> pyramid(const torch::Tensor& pictures) override;
  std::vector<std::int64_t> channels() const override;

 private:
  std::size_t depth_;
  ResNetTrunk trunk_;
};

}  // namespace carica::models
