#include "models/shufflenet_v2.h"

#include <array>

#include "models/conv_norm_activation.h"
#include "models/plain_layers.h"
#include "models/pooled_classifier.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

struct Stage {
  const char* name;
  int blocks;
  std::int64_t out;
};
constexpr std::array<Stage, 3> kStages = {{
    {"stage2", 4, 116},
    {"stage3", 8, 232},
    {"stage4", 4, 464},
}};
constexpr std::int64_t kFirst = 24, kLast = 1024;  // channels

/// a0 b0 a1 b1 ...: concatenation and channel shuffle in one copy, in the layout of `a`.
torch::Tensor interleave(const torch::Tensor& a, const torch::Tensor& b) {
  if (!b.is_contiguous(torch::MemoryFormat::ChannelsLast)) {
    return torch::stack({a, b}, 2).flatten(1, 2);
  }
  const auto rows = [](const torch::Tensor& x) { return x.permute({0, 2, 3, 1}); };
  return torch::stack({rows(a), rows(b)}, 4).flatten(3).permute({0, 3, 1, 2});
}

/// Adds a convolution without activation: 3x3 depthwise, or 1x1.
void add_conv(Chain& layers, const ConvOptions& options) {
  layers->push_back(make_conv(options));
  layers->push_back(nn::BatchNorm2d(options.out));
}

/// float[N,in,H,W] -> float[N,out,H/stride,W/stride]. With stride 1, in equals out and half of the
/// channels pass. Names: branch1.N, branch2.N.
class ShuffleBlockImpl : public nn::Module {
 public:
  ShuffleBlockImpl(std::int64_t in, std::int64_t out, std::int64_t stride)
      : splits_(stride == 1),
        branch1_(register_module("branch1", Chain())),
        branch2_(register_module("branch2", Chain())) {
    const std::int64_t half = out / 2;
    if (!splits_) {
      add_conv(branch1_, {.in = in, .out = in, .stride = stride, .groups = in});
      add_conv(branch1_, {.in = in, .out = half, .kernel = 1});
      branch1_->push_back(make_relu());
    }
    add_conv(branch2_, {.in = splits_ ? half : in, .out = half, .kernel = 1});
    branch2_->push_back(make_relu());
    add_conv(branch2_, {.in = half, .out = half, .stride = stride, .groups = half});
    add_conv(branch2_, {.in = half, .out = half, .kernel = 1});
    branch2_->push_back(make_relu());
  }

  torch::Tensor forward(const torch::Tensor& x) {
    if (!splits_) return interleave(branch1_->forward(x), branch2_->forward(x));
    const auto halves = x.chunk(2, 1);
    return interleave(halves[0], branch2_->forward(halves[1]));
  }

 private:
  bool splits_;
  Chain branch1_, branch2_;
};
TORCH_MODULE(ShuffleBlock);

Chain make_trunk(const ClassifierOptions& options) {
  const bool imagenet = options.stem == Stem::kImagenet;
  Chain trunk;
  trunk->push_back(
      "conv1",
      ConvNormActivation(ConvNormActivationOptions{
          .conv = {.in = options.in_channels, .out = kFirst, .stride = imagenet ? 2 : 1}}));
  if (imagenet) trunk->push_back("maxpool", make_max_pool(3, 2, 1));
  std::int64_t in = kFirst;
  for (const auto& [name, blocks, out] : kStages) {
    Chain stage;
    stage->push_back(ShuffleBlock(in, out, 2));
    for (int i = 1; i < blocks; ++i) stage->push_back(ShuffleBlock(out, out, 1));
    trunk->push_back(name, stage);
    in = out;
  }
  trunk->push_back(
      "conv5",
      ConvNormActivation(ConvNormActivationOptions{.conv = {.in = in, .out = kLast, .kernel = 1}}));
  return trunk;
}

}  // namespace

std::shared_ptr<Network> make_shufflenet_v2(const ClassifierOptions& options) {
  ClassifierParts parts;
  parts.rule = {.network = options.name,
                .channels = options.in_channels,
                .stride = options.stem == Stem::kImagenet ? 32 : 8};
  parts.trunk = make_trunk(options);
  parts.dropout = options.dropout.value_or(0);
  parts.head = nn::Linear(kLast, options.outputs);
  parts.head_name = "fc";
  return std::make_shared<PooledClassifier>(std::move(parts));
}

}  // namespace carica::models
