#include "models/efficientnet_encoder.h"

#include <algorithm>
#include <array>

#include "models/inverted_stages.h"
#include "models/stochastic_depth.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

constexpr std::int64_t kStemWidth = 32, kHeadWidth = 1280, kBlocks = 16;
constexpr std::array<std::int64_t, 4> kMapAfter = {2, 4, 8, 15};  // blocks, from the second map on
constexpr double kDropPath = 0.2;                                 // of the block after the last

nn::BatchNorm2d make_tf_norm(std::int64_t channels) {
  return nn::BatchNorm2d(nn::BatchNorm2dOptions(channels).eps(1e-3).momentum(0.01));
}

nn::Conv2d make_tf_conv(std::int64_t in, std::int64_t out, bool bias = false) {
  return nn::Conv2d(nn::Conv2dOptions(in, out, 1).bias(bias));
}

/// Pads so that a convolution without padding gives ceil(H/stride) rows, for even H.
torch::Tensor pad_as_tensorflow(const torch::Tensor& x, std::int64_t kernel, std::int64_t stride) {
  const std::int64_t before = (kernel - stride) / 2, after = kernel - stride - before;
  return torch::constant_pad_nd(x, {before, after, before, after});
}

}  // namespace

MbConvImpl::MbConvImpl(const MbConvOptions& o)
    : options_(o),
      expand_(nullptr),
      bn0_(nullptr),
      depthwise_(nullptr),
      bn1_(nullptr),
      reduce_(nullptr),
      excite_(nullptr),
      project_(nullptr),
      bn2_(nullptr) {
  const std::int64_t hidden = o.in * o.expansion, squeezed = std::max<std::int64_t>(1, o.in / 4);
  if (o.expansion > 1) {
    expand_ = register_module("_expand_conv", make_tf_conv(o.in, hidden));
    bn0_ = register_module("_bn0", make_tf_norm(hidden));
  }
  depthwise_ = register_module(
      "_depthwise_conv",
      nn::Conv2d(
          nn::Conv2dOptions(hidden, hidden, o.kernel).stride(o.stride).groups(hidden).bias(false)));
  bn1_ = register_module("_bn1", make_tf_norm(hidden));
  reduce_ = register_module("_se_reduce", make_tf_conv(hidden, squeezed, /*bias=*/true));
  excite_ = register_module("_se_expand", make_tf_conv(squeezed, hidden, /*bias=*/true));
  project_ = register_module("_project_conv", make_tf_conv(hidden, o.out));
  bn2_ = register_module("_bn2", make_tf_norm(o.out));
}

torch::Tensor MbConvImpl::forward(const torch::Tensor& x) {
  auto y = x;
  if (expand_) y = torch::silu(bn0_->forward(expand_->forward(y)));
  y = pad_as_tensorflow(y, options_.kernel, options_.stride);
  y = torch::silu(bn1_->forward(depthwise_->forward(y)));
  const auto squeezed = torch::silu(reduce_->forward(torch::adaptive_avg_pool2d(y, {1, 1})));
  y = y * torch::sigmoid(excite_->forward(squeezed));
  y = bn2_->forward(project_->forward(y));
  if (options_.stride > 1 || options_.in != options_.out) return y;
  return stochastic_depth(y, options_.drop_path, is_training()) + x;
}

EfficientNetEncoder::EfficientNetEncoder(const EncoderOptions& options)
    : channels_{0, kStemWidth, 24, 40, 112, 320},
      stem_(register_module(
          "_conv_stem",
          nn::Conv2d(nn::Conv2dOptions(options.in_channels, kStemWidth, 3).stride(2).bias(false)))),
      bn0_(register_module("_bn0", make_tf_norm(kStemWidth))) {
  const double drop_path = options.drop_path.value_or(kDropPath);
  channels_.resize(static_cast<std::size_t>(options.depth) + 1);
  auto blocks = register_module("_blocks", nn::ModuleList());
  std::int64_t in = kStemWidth;
  for (const InvertedStage& stage : kEfficientNetStages) {
    for (std::int64_t i = 0; i < stage.blocks; ++i) {
      const auto index = static_cast<double>(blocks_.size());
      blocks_.push_back(MbConv(MbConvOptions{.in = in,
                                             .out = stage.out,
                                             .expansion = stage.expansion,
                                             .kernel = stage.kernel,
                                             .stride = i == 0 ? stage.stride : 1,
                                             .drop_path = drop_path * index / kBlocks}));
      blocks->push_back(blocks_.back());
      in = stage.out;
    }
  }
  auto head = register_module("_conv_head", make_tf_conv(in, kHeadWidth));
  auto head_norm = register_module("_bn1", make_tf_norm(kHeadWidth));

  std::vector<std::shared_ptr<nn::Module>> unused = {head, head_norm};
  const auto last = kMapAfter[channels_.size() - 3];
  for (auto i = static_cast<std::size_t>(last) + 1; i < blocks_.size(); ++i) {
    unused.push_back(blocks_[i].ptr());
  }
  for (const auto& module : unused) {
    for (auto& parameter : module->parameters()) parameter.requires_grad_(false);
  }
}

std::vector<torch::Tensor> EfficientNetEncoder::pyramid(const torch::Tensor& pictures) {
  auto x = torch::silu(bn0_->forward(stem_->forward(pad_as_tensorflow(pictures, 3, 2))));
  std::vector<torch::Tensor> maps = {pictures, x};
  for (std::size_t i = 0; maps.size() < channels_.size(); ++i) {
    x = blocks_[i]->forward(x);
    if (static_cast<std::int64_t>(i) == kMapAfter[maps.size() - 2]) maps.push_back(x);
  }
  return maps;
}

}  // namespace carica::models
