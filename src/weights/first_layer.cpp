#include "weights/first_layer.h"

#include "core/error.h"
#include "core/text.h"

namespace carica::weights {

torch::Tensor adapt_first_layer(const torch::Tensor& weights, std::int64_t channels) {
  constexpr std::int64_t kColors = 3;
  if (weights.dim() != 4 || weights.size(1) != kColors || channels < 1) {
    throw Error(ErrorCode::kShape, cat("adapt_first_layer: weights ", weights.sizes(), " for ",
                                       channels, " channels; [N,3,h,w] and at least 1 expected"));
  }
  const torch::Tensor from = weights.detach().to(torch::kFloat32);
  torch::Tensor adapted;
  if (channels == 1) {
    adapted = from.sum(1, /*keepdim=*/true);
  } else {
    const std::int64_t times = (channels + kColors - 1) / kColors;
    adapted = from.repeat({1, times, 1, 1}).narrow(1, 0, channels);
    adapted = adapted * (static_cast<double>(kColors) / static_cast<double>(channels));
  }
  return adapted.to(weights.scalar_type());
}

}  // namespace carica::weights
