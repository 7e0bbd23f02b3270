#include "train/update.h"

#include <cmath>

#include "checkpoint/run_state.h"
#include "core/log.h"
#include "core/text.h"

namespace carica::train {

namespace {

void copy_all(const std::vector<torch::Tensor>& from, std::vector<torch::Tensor>& into) {
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < from.size(); ++i) into[i].copy_(from[i]);
}

}  // namespace

Update::Update(eval::Model& model, const loss::Loss& loss)
    : model_(model),
      loss_(loss),
      optimizer_(optim::make_optimizer(optim::parameter_groups(*model.network, model.config.optim),
                                       model.config.optim)),
      skips_(model.config.train.nan == "skip"),
      check_each_(model.runtime.device.is_cpu() || skips_),
      all_finite_(torch::ones({}, torch::dtype(torch::kBool).device(model.runtime.device))) {
  if (model.config.train.ema.decay > 0) ema_.emplace(*model.network, model.config.train.ema);
  if (!skips_) return;
  buffers_ = model.network->buffers();
  for (const auto& buffer : buffers_) {
    opened_.push_back(torch::empty_like(buffer));
    previous_.push_back(torch::empty_like(buffer));
  }
}

bool Update::accumulate(const eval::DeviceBatch& batch, const Mix& mix, int window, Sums& sums) {
  models::Output output;
  torch::Tensor targets = batch.targets;
  auto& before = came_ == 0 ? opened_ : previous_;
  copy_all(buffers_, before);
  {
    // Backward runs outside: it uses each operator's own precision.
    eval::PrecisionScope precision(model_.runtime);
    output = model_.network->forward(batch.pictures);
  }
  auto value = loss_of(output, targets);
  if (mix.own < 1) {
    const auto others = torch::roll(targets, 1, 0);
    value = mix.own * value + (1 - mix.own) * loss_of(output, others);
    if (mix.own < 0.5) targets = others;  // what the training accuracy asks for
  }
  if (check_each_) {
    if (!std::isfinite(value.item<float>())) {
      copy_all(before, buffers_);
      return false;
    }
  } else {
    all_finite_.logical_and_(torch::isfinite(value.detach()));
  }
  (window > 1 ? value / window : value).backward();
  window_ = window;
  ++came_;
  const auto predicted = model_.answer() == eval::Answer::kClass
                             ? loss::predicted_class(output.logits.detach(), model_.head.activation)
                             : torch::Tensor();
  sums.add(value, predicted, targets, static_cast<std::int64_t>(batch.source->count));
  return true;
}

torch::Tensor Update::loss_of(const models::Output& output, const torch::Tensor& targets) const {
  const auto value = loss_(output.logits, targets);
  if (!output.aux.defined()) return value;
  return value + model_.config.model.aux_weight * loss_(output.aux, targets);
}

bool Update::apply(double lr, std::int64_t step) {
  if (came_ == 0) return true;
  if (came_ < window_) optimizer_->scale_gradients(static_cast<double>(window_) / came_);
  came_ = 0;
  const double max_norm = model_.config.optim.clip_grad_norm;
  if (max_norm > 0 || skips_) {
    // A finite loss may have an infinite gradient; scaled to any length it is NaN.
    const auto norm = optimizer_->clip_grad_norm(max_norm > 0 ? max_norm : HUGE_VAL);
    if (!check_each_) {
      all_finite_.logical_and_(torch::isfinite(norm));
    } else if (!std::isfinite(norm.item<float>())) {
      optimizer_->zero_grad();
      copy_all(opened_, buffers_);
      return false;
    }
  }
  optimizer_->step(lr);
  optimizer_->zero_grad();
  if (ema_) ema_->update(*model_.network, step);
  return true;
}

bool Update::losses_were_finite() {
  if (check_each_) return true;
  const bool finite = all_finite_.item<bool>();
  all_finite_.fill_(true);
  return finite;
}

AveragedWeights::AveragedWeights(torch::nn::Module& network, const optim::Ema* ema) {
  if (ema == nullptr) return;
  torch::NoGradGuard no_grad;
  live_ = checkpoint::named_state(network);
  for (const auto& [name, tensor] : live_) own_weights_.push_back(tensor.clone());
  checkpoint::copy_tensors(live_, ema->tensors(), "moving average");
}

AveragedWeights::~AveragedWeights() {
  // A GPU that has failed fails here again, while its first error is on its way out.
  try {
    torch::NoGradGuard no_grad;
    for (std::size_t i = 0; i < live_.size(); ++i) live_[i].second.copy_(own_weights_[i]);
  } catch (const std::exception& error) {
    log_error(cat("the network's own weights could not be brought back: ", error.what()));
  }
}

}  // namespace carica::train
