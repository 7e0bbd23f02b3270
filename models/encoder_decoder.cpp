#include "models/encoder_decoder.h"

#include "models/blocks.h"
#include "models/initialize.h"
#include "models/padding.h"

namespace carica::models {
namespace nn = torch::nn;

EncoderDecoder::EncoderDecoder(const EncoderDecoderOptions& options)
    : rule_{.network = options.network,
            .channels = options.in_channels,
            .stride = options.encoder->stride()},
      upsampling_(options.upsampling),
      encoder_(register_module("encoder", options.encoder)),
      decoder_(register_module("decoder", options.decoder)),
      head_(register_module("segmentation_head",
                            nn::Sequential(make_conv({.in = decoder_->channels(),
                                                      .out = options.outputs,
                                                      .kernel = options.head_kernel,
                                                      .bias = true})))) {
  initialize_head(*head_);
}

void EncoderDecoder::check(at::IntArrayRef pictures) const { rule_.check(pictures, *this); }

std::vector<torch::Tensor> EncoderDecoder::pyramid(const torch::Tensor& pictures) {
  check(pictures.sizes());
  return encoder_->pyramid(pad_to_multiple(pictures, encoder_->stride()));
}

torch::Tensor EncoderDecoder::features(const torch::Tensor& pictures) {
  return pyramid(pictures).back();
}

Output EncoderDecoder::forward(const torch::Tensor& pictures) {
  auto logits = head_->forward(decoder_->forward(pyramid(pictures)));
  if (upsampling_ > 1) logits = upsample_aligned(logits, upsampling_);
  return {crop(logits, pictures.size(2), pictures.size(3))};
}

}  // namespace carica::models
