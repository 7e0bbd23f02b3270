#include "models/vision_transformer.h"

#include <torch/nn/init.h>

#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "models/initialize.h"
#include "models/transformer_block.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

constexpr std::int64_t kWidth = 768;
constexpr int kBlocks = 12;
constexpr std::int64_t kPatch = VisionTransformer::kPatch;

std::int64_t checked_patches(const ClassifierOptions& o) {
  if (o.height % kPatch == 0 && o.width % kPatch == 0 && o.height > 0 && o.width > 0) {
    return (o.height / kPatch) * (o.width / kPatch);
  }
  throw Error(ErrorCode::kConfig,
              cat("model.name = ", o.name, ": pictures of ", o.width, "x", o.height,
                  " px; sides must be multiples of ", kPatch),
              "resize or crop the pictures in transforms, e.g. to 224x224");
}

nn::Conv2d make_projection(std::int64_t in_channels) {
  return nn::Conv2d(nn::Conv2dOptions(in_channels, kWidth, kPatch).stride(kPatch));
}

Chain make_blocks(double dropout) {
  Chain layers;
  for (int i = 0; i < kBlocks; ++i) {
    layers->push_back("encoder_layer_" + std::to_string(i),
                      TransformerBlock(TransformerBlockOptions{
                          .width = kWidth, .heads = 12, .hidden = 4 * kWidth, .dropout = dropout}));
  }
  return layers;
}

}  // namespace

VisionTransformer::VisionTransformer(const ClassifierOptions& o)
    : rule_{.network = o.name, .channels = o.in_channels, .batch_norm = false},
      height_(o.height),
      width_(o.width),
      dropout_(o.dropout.value_or(0)),
      class_token_(register_parameter("class_token", torch::zeros({1, 1, kWidth}))),
      conv_proj_(register_module("conv_proj", make_projection(o.in_channels))),
      encoder_(register_module("encoder", std::make_shared<nn::Module>())),
      pos_embedding_(encoder_->register_parameter(
          "pos_embedding", torch::empty({1, checked_patches(o) + 1, kWidth}).normal_(0, 0.02))),
      layers_(encoder_->register_module("layers", make_blocks(dropout_))),
      ln_(encoder_->register_module("ln", make_layer_norm(kWidth))),
      head_(kWidth, o.outputs) {
  register_module("heads", std::make_shared<nn::Module>())->register_module("head", head_);
  const auto fan_in = static_cast<double>(o.in_channels * kPatch * kPatch);
  truncated_normal(conv_proj_->weight, std::sqrt(1 / fan_in));
  nn::init::zeros_(conv_proj_->bias);
  nn::init::zeros_(head_->weight);
  nn::init::zeros_(head_->bias);
}

void VisionTransformer::check(at::IntArrayRef pictures) const {
  rule_.check(pictures, *this);
  rule_.check_built_for(pictures, height_, width_);
}

torch::Tensor VisionTransformer::features(const torch::Tensor& pictures) {
  check(pictures.sizes());
  const auto patches = conv_proj_->forward(pictures).flatten(2).transpose(1, 2);
  const auto token = class_token_.expand({pictures.size(0), -1, -1});
  const auto x = torch::cat({token, patches}, 1) + pos_embedding_;
  const auto y = layers_->forward(torch::dropout(x, dropout_, is_training()));
  return ln_->forward(y.select(1, 0));  // the norm of the class token alone: no other is looked at
}

Output VisionTransformer::forward(const torch::Tensor& pictures) {
  const auto x = features(pictures);
  return {.logits = head_->forward(x), .features = x};
}

torch::Tensor resize_pos_embedding(const torch::Tensor& embedding, std::int64_t from_h,
                                   std::int64_t from_w, std::int64_t to_h, std::int64_t to_w) {
  const auto places = embedding.slice(1, 1).transpose(1, 2).unflatten(2, {from_h, from_w});
  const auto resized = torch::upsample_bicubic2d(places, {to_h, to_w}, /*align_corners=*/true);
  return torch::cat({embedding.slice(1, 0, 1), resized.flatten(2).transpose(1, 2)}, 1);
}

}  // namespace carica::models
