#include "train/mix.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "data/transforms/dirichlet.h"

namespace carica::train {

namespace {

constexpr std::uint32_t kMixing = 3;  // RandomStream's purpose

}  // namespace

Mix draw_mix(const config::BatchTransformsConfig& config, std::uint64_t seed, std::int64_t epoch,
             const data::Batch& batch) {
  Mix mix;
  if (config.mixup <= 0 && config.cutmix <= 0) return mix;
  RandomStream random(seed, static_cast<std::uint64_t>(epoch), batch.number, kMixing);
  if (!random.chance(config.p)) return mix;
  mix.cuts = config.cutmix > 0 && (config.mixup <= 0 || random.chance(config.switch_p));
  const double alpha = mix.cuts ? config.cutmix : config.mixup;
  mix.own = data::dirichlet(2, alpha, random)[0];
  if (!mix.cuts) return mix;
  const int height = batch.size.height, width = batch.size.width;
  const int x = static_cast<int>(random.below(static_cast<std::uint64_t>(width)));
  const int y = static_cast<int>(random.below(static_cast<std::uint64_t>(height)));
  const double half = 0.5 * std::sqrt(1 - mix.own);
  const int half_width = static_cast<int>(half * width),
            half_height = static_cast<int>(half * height);
  mix.left = std::max(x - half_width, 0);
  mix.top = std::max(y - half_height, 0);
  mix.right = std::min(x + half_width, width);
  mix.bottom = std::min(y + half_height, height);
  const double area = static_cast<double>(mix.right - mix.left) * (mix.bottom - mix.top);
  mix.own = 1 - area / (static_cast<double>(width) * height);
  return mix;
}

torch::Tensor mixed(const torch::Tensor& pictures, const Mix& mix) {
  if (mix.own >= 1) return pictures;
  torch::NoGradGuard no_grad;
  const auto others = torch::roll(pictures, 1, 0);
  if (!mix.cuts) return others.mul(1 - mix.own).add_(pictures, mix.own);
  auto result = pictures.clone();
  const auto place = [&](const torch::Tensor& all) {
    return all.slice(2, mix.top, mix.bottom).slice(3, mix.left, mix.right);
  };
  place(result).copy_(place(others));
  return result;
}

}  // namespace carica::train
