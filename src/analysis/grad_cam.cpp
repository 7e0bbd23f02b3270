#include "analysis/grad_cam.h"

#include <ATen/Functions.h>
#include <torch/autograd.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "eval/operator_log.h"

namespace carica::analysis {
namespace {

// From nothing to most: dark violet, magenta, orange, pale yellow, of rising lightness.
constexpr std::array<std::array<double, 3>, 5> kHeat = {
    {{0, 0, 4}, {87, 16, 110}, {188, 55, 84}, {249, 142, 9}, {252, 255, 164}}};

std::array<double, 3> heat(double share) {
  const double place = std::clamp(share, 0.0, 1.0) * (kHeat.size() - 1);
  const auto low = std::min(static_cast<std::size_t>(place), kHeat.size() - 2);
  const double part = place - static_cast<double>(low);
  std::array<double, 3> color;
  for (std::size_t c = 0; c < 3; ++c) {
    color[c] = kHeat[low][c] * (1 - part) + kHeat[low + 1][c] * part;
  }
  return color;
}

bool is_map(const torch::Tensor& tensor) {
  return tensor.dim() == 4 && tensor.size(2) > 1 && tensor.size(3) > 1 &&
         tensor.is_floating_point() && tensor.requires_grad();
}

}  // namespace

std::optional<torch::Tensor> grad_cam(models::Network& network, const torch::Tensor& pictures,
                                      const torch::Tensor& labels) {
  torch::AutoGradMode with_gradients(true);
  // A gradient for the pictures, so that frozen networks have maps with gradients as well.
  const auto input = pictures.detach().clone().requires_grad_();
  torch::Tensor maps, logits;
  bool attended = false;  // places in a map are no places in the picture then
  const auto watch = [&](const eval::OperatorCall& call) {
    attended = attended || call.name.find("attention") != std::string::npos;
    if (!call.outputs.empty() && is_map(call.outputs[0])) maps = call.outputs[0];
  };
  eval::watch_operators([&] { logits = network.forward(input).logits; }, watch);
  if (attended) return {};
  if (!maps.defined() || maps.sizes() == input.sizes() || logits.dim() != 2) return {};
  const auto label = logits.size(1) == 1 ? torch::zeros_like(labels) : labels;
  const auto sign = logits.size(1) == 1 ? labels.mul(2).sub(1).to(logits.dtype()) : torch::Tensor();
  auto score = logits.gather(1, label.unsqueeze(1)).squeeze(1);
  if (sign.defined()) score = score * sign;  // one logit: class 0 is its opposite
  const auto gradient = torch::autograd::grad({score.sum()}, {maps}, {}, false, false, true)[0];
  if (!gradient.defined()) return {};
  torch::NoGradGuard no_grad;
  const auto weights = gradient.to(torch::kFloat).mean({2, 3}, true);
  auto cam = (weights * maps.detach().to(torch::kFloat)).sum(1).relu_();
  const auto most = cam.amax({1, 2}, true);
  return cam.div_(torch::where(most > 0, most, torch::ones_like(most)));
}

data::Picture heat_overlay(const data::Picture& picture, const torch::Tensor& map, double alpha) {
  const auto large =
      at::upsample_bilinear2d(map.to(torch::kCPU, torch::kFloat).unsqueeze(0).unsqueeze(0),
                              {picture.size.height, picture.size.width}, false)
          .contiguous();
  const auto* share = large.const_data_ptr<float>();
  data::Picture mixed = picture;
  for (std::size_t i = 0; i < mixed.pixels.size(); i += 3, ++share) {
    const auto color = heat(*share);
    for (std::size_t c = 0; c < 3; ++c) {
      const double value = (1 - alpha) * mixed.pixels[i + c] + alpha * color[c];
      mixed.pixels[i + c] = static_cast<std::uint8_t>(std::lround(value));
    }
  }
  return mixed;
}

}  // namespace carica::analysis
