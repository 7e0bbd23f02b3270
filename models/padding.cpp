#include "models/padding.h"

#include "ops/resize.h"

namespace carica::models {

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

torch::Tensor upsample_aligned(const torch::Tensor& maps, std::int64_t factor) {
  return ops::upsample_bilinear(maps, factor * maps.size(2), factor * maps.size(3),
                                /*align_corners=*/true);
}

}  // namespace carica::models
