#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/layers.h"

namespace carica::models {

struct AsppOptions {
  std::int64_t in = 2048;             // channels
  std::array<std::int64_t, 3> rates;  // dilations of the 3x3 convolutions
  double dropout = 0.5;               // of the joined map
};

/// Atrous spatial pyramid pooling (Chen et al. 2017): a 1x1 convolution, three dilated 3x3 ones and
/// the average of the whole map side by side, joined by a 1x1 convolution. float[N,in,h,w] ->
/// float[N,256,h,w]. In training it wants two pictures: batch norm sees one average of each. Names
/// as torchvision's: convs.0.{0,1} to convs.3.{0,1}, convs.4.{1,2}, project.{0,1}.
class AsppImpl : public torch::nn::Module {
 public:
  static constexpr std::int64_t kOut = 256;

  explicit AsppImpl(const AsppOptions& options);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  std::vector<torch::nn::Sequential> views_;
  torch::nn::Sequential average_, project_;
  torch::nn::Dropout dropout_;
};
TORCH_MODULE(Aspp);

}  // namespace carica::models
