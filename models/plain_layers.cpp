#include "models/plain_layers.h"

namespace carica::models {
namespace nn = torch::nn;

nn::Functional make_relu() {
  return nn::Functional([](torch::Tensor x) { return x.relu_(); });
}

nn::Functional make_max_pool(std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                             bool ceil) {
  return nn::Functional([=](const torch::Tensor& x) {
    return torch::max_pool2d(x, kernel, stride, padding, /*dilation=*/1, ceil);
  });
}

}  // namespace carica::models
