#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/chain.h"
#include "models/encoder.h"

namespace carica::models {

struct TappedEncoderOptions {
  Chain layers;  // those of chains inside it, as densenet's transitions, count one by one
  std::string name = "features";  // of the layers; empty: they have no prefix
  std::vector<std::size_t> taps;  // five: after which layers the maps are taken; six: the first of
                                  // them stands in for the pictures
  std::vector<std::int64_t> channels;  // see Encoder::channels
  std::int64_t depth = 5;              // layers that are not needed for it are not trained
};

/// A classifier's layers as an encoder: maps are taken on the way.
class TappedEncoder : public Encoder {
 public:
  explicit TappedEncoder(const TappedEncoderOptions& options);

  std::vector<torch::Tensor> pyramid(const torch::Tensor& pictures) override;
  std::vector<std::int64_t> channels() const override { return channels_; }

 private:
  std::vector<torch::nn::AnyModule> layers_;
  std::vector<std::size_t> taps_;
  std::vector<std::int64_t> channels_;
  bool gives_pictures_;  // as the first map
};

}  // namespace carica::models
