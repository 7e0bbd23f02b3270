#include "eval/inference.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace carica::eval {
namespace {

torch::Tensor resized(const torch::Tensor& maps, std::int64_t height, std::int64_t width) {
  if (maps.size(2) == height && maps.size(3) == width) return maps;
  return at::upsample_bilinear2d(maps, {height, width}, /*align_corners=*/false);
}

torch::Tensor forward(const Model& model, const torch::Tensor& pictures,
                      torch::Tensor* features = nullptr) {
  const auto [logits, aux, seen] = model.network->forward(pictures);
  if (features != nullptr) *features = seen;
  if (model.output_order.empty()) return logits;
  const auto order = torch::tensor(model.output_order, torch::kLong).to(logits.device());
  return logits.index_select(1, order);
}

torch::Tensor slide(const Model& model, const torch::Tensor& pictures, const Inference& how) {
  const auto height = pictures.size(2), width = pictures.size(3);
  const auto side_y = std::min(how.window, height), side_x = std::min(how.window, width);
  torch::Tensor sum, count;
  for (const auto y : window_starts(height, how.window, how.window_overlap)) {
    for (const auto x : window_starts(width, how.window, how.window_overlap)) {
      const auto part = pictures.slice(2, y, y + side_y).slice(3, x, x + side_x);
      const auto logits =
          resized(forward(model, part.contiguous()).to(torch::kFloat), side_y, side_x);
      if (!sum.defined()) {
        sum = torch::zeros({pictures.size(0), logits.size(1), height, width}, logits.options());
        count = torch::zeros({height, width}, logits.options());
      }
      sum.slice(2, y, y + side_y).slice(3, x, x + side_x).add_(logits);
      count.slice(0, y, y + side_y).slice(1, x, x + side_x).add_(1);
    }
  }
  return sum.div_(count);
}

torch::Tensor once(const Model& model, const torch::Tensor& pictures, const Inference& how) {
  return how.window > 0 ? slide(model, pictures, how) : forward(model, pictures);
}

// The logits of which loss::probabilities() makes `p` again.
torch::Tensor logits_of(const torch::Tensor& mean, loss::Activation activation) {
  // 0 and 1 have no finite logits; these are float32's next ones.
  const auto p = mean.clamp(std::numeric_limits<float>::min(), 1 - 0x1p-24);
  switch (activation) {
    case loss::Activation::kSoftmax:
      return p.log();
    case loss::Activation::kBinarySigmoid:
      return p.slice(1, 1, 2).log() - p.slice(1, 0, 1).log();
    case loss::Activation::kOneVsRestSigmoid:
      return torch::logit(p);
  }
  return p;
}

// Flips and scales.
torch::Tensor of_views(const Model& model, const torch::Tensor& pictures, const Inference& how) {
  const auto height = pictures.size(2), width = pictures.size(3);
  torch::Tensor sum;
  const auto add = [&](const torch::Tensor& logits) {
    const auto p = loss::probabilities(logits.to(torch::kFloat), model.head.activation);
    sum = sum.defined() ? sum.add_(p) : p;
  };
  const bool maps = model.segments();
  for (const double scale : how.scales) {
    const auto scaled = [&](std::int64_t size) {
      return std::max<std::int64_t>(1, std::llround(static_cast<double>(size) * scale));
    };
    const auto view = resized(pictures, scaled(height), scaled(width));
    const auto look = [&](const torch::Tensor& each) {
      const auto logits = once(model, each, how);
      return maps ? resized(logits.to(torch::kFloat), height, width) : logits;
    };
    add(look(view));
    if (!how.flip) continue;
    const auto mirrored = look(view.flip({3}));
    add(maps ? mirrored.flip({3}) : mirrored);
  }
  const auto looks = static_cast<double>(how.scales.size()) * (how.flip ? 2 : 1);
  return logits_of(sum.div_(looks), model.head.activation);
}

}  // namespace

Inference Inference::of(const config::Config& config) {
  Inference how;
  how.flip = config.eval.flip;
  how.scales = config.eval.scales;
  how.window = config.eval.window;
  how.window_overlap = config.eval.window_overlap;
  return how;
}

std::vector<std::int64_t> window_starts(std::int64_t size, std::int64_t window, double overlap) {
  if (size <= window) return {0};
  const double most_stride = std::max(1.0, std::floor(static_cast<double>(window) * (1 - overlap)));
  const auto steps =
      static_cast<std::int64_t>(std::ceil(static_cast<double>(size - window) / most_stride));
  std::vector<std::int64_t> starts;
  for (std::int64_t i = 0; i <= steps; ++i) starts.push_back((size - window) * i / steps);
  return starts;
}

torch::Tensor infer(const Model& model, const torch::Tensor& pictures, const Inference& how,
                    torch::Tensor* features) {
  if (how.is_plain()) {
    const auto logits = forward(model, pictures, features);
    if (features != nullptr && !features->defined()) *features = model.network->features(pictures);
    return logits;
  }
  if (features != nullptr) *features = model.network->features(pictures);
  const bool one = !how.flip && how.scales == std::vector<double>{1};
  return one ? once(model, pictures, how) : of_views(model, pictures, how);
}
torch::Tensor ranking_scores(const torch::Tensor& logits, loss::Activation activation) {
  const auto scores = logits.to(torch::kFloat);
  return activation == loss::Activation::kBinarySigmoid ? loss::probabilities(scores, activation)
                                                        : scores;
}

}  // namespace carica::eval
