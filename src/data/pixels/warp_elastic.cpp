#include "data/pixels/warp_elastic.h"

#include <cstddef>

namespace carica::data {
namespace {

class ElasticWarp final : public Warp {
 public:
  ElasticWarp(std::span<const float> right, std::span<const float> down)
      : right_(right), down_(down) {}

  void row(int y, std::span<double> xs, std::span<double> ys) const override {
    const std::size_t begin = static_cast<std::size_t>(y) * xs.size();
    for (std::size_t i = 0; i < xs.size(); ++i) {
      xs[i] = static_cast<double>(static_cast<int>(i)) + right_[begin + i];
      ys[i] = y + static_cast<double>(down_[begin + i]);
    }
  }

 private:
  std::span<const float> right_, down_;
};

}  // namespace

void elastic_sample(Sample& sample, std::span<const float> right, std::span<const float> down,
                    const WarpSettings& settings) {
  warp_sample(sample, ElasticWarp(right, down), sample.picture.size, settings);
}

}  // namespace carica::data
