#include "models/resnet_trunk.h"

#include <algorithm>

#include "models/blocks.h"
#include "models/initialize.h"
#include "models/residual_blocks.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

const std::array<ResNetShape, 8> kShapes = {{
    {.name = "resnet18", .bottleneck = false, .blocks = {2, 2, 2, 2}},
    {.name = "resnet34", .bottleneck = false, .blocks = {3, 4, 6, 3}},
    {.name = "resnet50", .bottleneck = true, .blocks = {3, 4, 6, 3}},
    {.name = "resnet101", .bottleneck = true, .blocks = {3, 4, 23, 3}},
    {.name = "resnet152", .bottleneck = true, .blocks = {3, 8, 36, 3}},
    {.name = "resnext50_32x4d",
     .bottleneck = true,
     .blocks = {3, 4, 6, 3},
     .groups = 32,
     .group_width = 4},
    {.name = "resnext101_32x8d",
     .bottleneck = true,
     .blocks = {3, 4, 23, 3},
     .groups = 32,
     .group_width = 8},
    {.name = "wide_resnet50_2", .bottleneck = true, .blocks = {3, 4, 6, 3}, .group_width = 128},
}};

template <typename Block>
nn::Sequential make_stage(ResidualOptions first, std::int64_t blocks, std::int64_t dilation) {
  nn::Sequential stage;
  stage->push_back(Block(first));
  const std::int64_t out = first.planes * Block::Impl::kExpansion;
  for (std::int64_t i = 1; i < blocks; ++i) {
    auto next = first;
    next.in = out;
    next.stride = 1;
    next.dilation = dilation;
    stage->push_back(Block(next));
  }
  return stage;
}

ConvOptions first_conv(Stem stem, std::int64_t in_channels) {
  const bool imagenet = stem == Stem::kImagenet;
  return {.in = in_channels, .out = 64, .kernel = imagenet ? 7 : 3, .stride = imagenet ? 2 : 1};
}

}  // namespace

std::span<const ResNetShape> resnet_shapes() { return kShapes; }

const ResNetShape* find_resnet(const std::string& name) {
  const auto found = std::ranges::find(resnet_shapes(), name, &ResNetShape::name);
  return found == resnet_shapes().end() ? nullptr : &*found;
}

ResNetTrunk::ResNetTrunk(const ResNetShape& shape, Stem stem, std::int64_t in_channels,
                         nn::Module& owner, std::int64_t output_stride)
    : stem_(stem),
      channels_{in_channels, 64},
      conv1_(owner.register_module("conv1", make_conv(first_conv(stem, in_channels)))),
      bn1_(owner.register_module("bn1", nn::BatchNorm2d(64))),
      layers_{nullptr, nullptr, nullptr, nullptr} {
  std::int64_t in = 64, reached = 4, dilation = 1;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    ResidualOptions first{.in = in,
                          .planes = 64 << i,
                          .dilation = dilation,
                          .groups = shape.groups,
                          .group_width = shape.group_width};
    if (i > 0 && reached == output_stride) {
      dilation *= 2;  // in place of the stride, and from the second block on
    } else if (i > 0) {
      first.stride = 2;
      reached *= 2;
    }
    auto stage = shape.bottleneck ? make_stage<Bottleneck>(first, shape.blocks[i], dilation)
                                  : make_stage<BasicBlock>(first, shape.blocks[i], dilation);
    layers_[i] = owner.register_module("layer" + std::to_string(i + 1), std::move(stage));
    in =
        first.planes * (shape.bottleneck ? BottleneckImpl::kExpansion : BasicBlockImpl::kExpansion);
    channels_[i + 2] = in;
  }
}

torch::Tensor ResNetTrunk::before_pool(const torch::Tensor& pictures) {
  return bn1_->forward(conv1_->forward(pictures)).relu_();
}

torch::Tensor ResNetTrunk::pool(const torch::Tensor& x) const {
  return stem_ == Stem::kImagenet ? torch::max_pool2d(x, 3, 2, 1) : x;
}

torch::Tensor ResNetTrunk::deepest(const torch::Tensor& pictures) {
  auto x = pool(before_pool(pictures));
  for (auto& layer : layers_) x = layer->forward(x);
  return x;
}

std::vector<torch::Tensor> ResNetTrunk::pyramid(const torch::Tensor& pictures, std::size_t stages) {
  std::vector<torch::Tensor> maps = {pictures, before_pool(pictures)};
  auto x = pool(maps.back());
  for (std::size_t i = 0; i < stages; ++i) maps.push_back(x = layers_[i]->forward(x));
  return maps;
}

void ResNetTrunk::freeze_after(std::size_t stages) {
  for (std::size_t i = stages; i < layers_.size(); ++i) {
    for (auto& parameter : layers_[i]->parameters()) parameter.requires_grad_(false);
  }
}

ResNetEncoder::ResNetEncoder(const ResNetShape& shape, const EncoderOptions& options)
    : depth_(static_cast<std::size_t>(options.depth)),
      trunk_(shape, Stem::kImagenet, options.in_channels, *this, options.output_stride) {
  initialize_backbone(*this);
  trunk_.freeze_after(depth_ - 1);
}

std::vector<torch::Tensor> ResNetEncoder::pyramid(const torch::Tensor& pictures) {
  return trunk_.pyramid(pictures, depth_ - 1);
}

std::vector<std::int64_t> ResNetEncoder::channels() const {
  const auto& all = trunk_.channels();
  std::vector<std::int64_t> offered(all.begin(),
                                    all.begin() + static_cast<std::ptrdiff_t>(depth_) + 1);
  offered.front() = 0;
  return offered;
}

}  // namespace carica::models
