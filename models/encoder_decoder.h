#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "models/decoder.h"
#include "models/encoder.h"
#include "models/input_rule.h"
#include "models/layers.h"
#include "models/network.h"

namespace carica::models {

struct EncoderDecoderOptions {
  std::string network;  // named in messages
  std::shared_ptr<Encoder> encoder = {};
  std::shared_ptr<Decoder> decoder = {};
  std::int64_t in_channels = 3;  // what `encoder` takes
  std::int64_t outputs = 1;
  std::int64_t head_kernel = 3;
  std::int64_t upsampling = 1;  // from the decoder's map to the picture: bilinear, corners aligned
};

/// A segmenter as segmentation_models.pytorch builds them. Names: encoder.*, decoder.*,
/// segmentation_head.0.*. Pictures of any size: they are padded below and to the right to a
/// multiple of the encoder's stride by repeating their last row and column, and the logits are
/// cropped back. features(): the deepest map, of the padded pictures.
class EncoderDecoder : public Network {
 public:
  explicit EncoderDecoder(const EncoderDecoderOptions& options);

  /// logits: float[N,outputs,H,W], the pictures' own size.
  Output forward(const torch::Tensor& pictures) override;
  torch::Tensor features(const torch::Tensor& pictures) override;
  void check(at::IntArrayRef pictures) const override;
  std::string head() const override { return "segmentation_head."; }

 private:
  std::vector<torch::Tensor> pyramid(const torch::Tensor& pictures);

  InputRule rule_;
  std::int64_t upsampling_;
  std::shared_ptr<Encoder> encoder_;
  std::shared_ptr<Decoder> decoder_;
  torch::nn::Sequential head_;
};

}  // namespace carica::models
