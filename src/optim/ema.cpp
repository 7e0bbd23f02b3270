#include "optim/ema.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"

namespace carica::optim {
namespace {

std::vector<std::pair<std::string, torch::Tensor>> named_tensors(const torch::nn::Module& network) {
  std::vector<std::pair<std::string, torch::Tensor>> tensors;
  for (const auto& item : network.named_parameters()) tensors.push_back(item.pair());
  for (const auto& item : network.named_buffers()) tensors.push_back(item.pair());
  return tensors;
}

}  // namespace

Ema::Ema(const torch::nn::Module& network, const config::EmaConfig& config)
    : decay_(config.decay), warmup_steps_(config.warmup_steps) {
  for (const auto& [name, tensor] : named_tensors(network)) {
    average_.emplace_back(name, tensor.detach().clone());
  }
}

void Ema::update(const torch::nn::Module& network, std::int64_t step) {
  const torch::NoGradGuard no_grad;
  const auto current = named_tensors(network);
  if (current.size() != average_.size()) {
    throw Error(ErrorCode::kShape, cat("ema: a network of ", current.size(), " tensors; must be ",
                                       average_.size(), " as when it was made"));
  }
  std::vector<torch::Tensor> averages, values;
  for (std::size_t i = 0; i < current.size(); ++i) {
    const auto& value = current[i].second;
    if (value.is_floating_point()) {
      averages.push_back(average_[i].second);
      values.push_back(value.detach());
    } else {
      average_[i].second.copy_(value);
    }
  }
  double decay = decay_;
  if (warmup_steps_ > 0) {
    const auto s = static_cast<double>(step);
    decay = std::min(decay, (1 + s) / (warmup_steps_ + s));
  }
  at::_foreach_lerp_(averages, values, 1 - decay);
}

}  // namespace carica::optim
