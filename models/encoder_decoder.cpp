#include "models/unet.h"

#include "models/blocks.h"
#include "models/initialize.h"
#include "models/plain_encoder.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

torch::Tensor pad_to_multiple(const torch::Tensor& pictures, std::int64_t stride) {
  const auto missing = [stride](std::int64_t size) { return (stride - size % stride) % stride; };
  const std::int64_t below = missing(pictures.size(2)), right = missing(pictures.size(3));
  if (below == 0 && right == 0) return pictures;
  return torch::replication_pad2d(pictures, {0, right, 0, below});
}

torch::Tensor crop(const torch::Tensor& maps, std::int64_t height, std::int64_t width) {
  // A crop of nothing would still cost a copy of the gradient on the way back.
  if (maps.size(2) == height && maps.size(3) == width) return maps;
  return maps.narrow(2, 0, height).narrow(3, 0, width);
}

}  // namespace

UNet::UNet(const UNetOptions& options)
    : rule_{.network = "unet",
            .channels = options.in_channels,
            .stride = options.encoder->stride()},
      encoder_(register_module("encoder", options.encoder)),
      decoder_(register_module(
          "decoder",
          UNetDecoder(UNetDecoderOptions{
              .encoder = encoder_->channels(), .out = options.decoder, .reduce = options.reduce}))),
      head_(register_module("segmentation_head",
                            nn::Sequential(make_conv({.in = options.decoder.back(),
                                                      .out = options.outputs,
                                                      .kernel = options.head_kernel,
                                                      .bias = true})))) {
  initialize_head(*head_);
}

std::vector<torch::Tensor> UNet::pyramid(const torch::Tensor& pictures) {
  rule_.check(pictures, is_training());
  return encoder_->pyramid(pad_to_multiple(pictures, encoder_->stride()));
}

torch::Tensor UNet::features(const torch::Tensor& pictures) { return pyramid(pictures).back(); }

Output UNet::forward(const torch::Tensor& pictures) {
  const auto logits = head_->forward(decoder_->forward(pyramid(pictures)));
  return {crop(logits, pictures.size(2), pictures.size(3))};
}

std::shared_ptr<UNet> make_resnet_unet(const ResNetShape& shape, std::int64_t in_channels,
                                       std::int64_t outputs) {
  return std::make_shared<UNet>(
      UNetOptions{.encoder = std::make_shared<ResNetEncoder>(shape, in_channels),
                  .outputs = outputs,
                  .in_channels = in_channels,
                  .decoder = {256, 128, 64, 32, 16}});
}

std::shared_ptr<UNet> make_plain_unet(const std::vector<std::int64_t>& widths,
                                      std::int64_t in_channels, std::int64_t outputs) {
  return std::make_shared<UNet>(
      UNetOptions{.encoder = std::make_shared<PlainEncoder>(in_channels, widths),
                  .outputs = outputs,
                  .in_channels = in_channels,
                  .decoder = {widths.rbegin() + 1, widths.rend()},
                  .reduce = true,
                  .head_kernel = 1});
}

}  // namespace carica::models
