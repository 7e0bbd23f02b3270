#include "train/sums.h"

#include <limits>

#include "core/error.h"

namespace carica::train {

Sums::Sums(torch::Device device, bool count_hits)
    : count_hits_(count_hits),
      sums_(torch::zeros({3}, torch::dtype(torch::kDouble).device(device))) {}

void Sums::add(const torch::Tensor& loss, const torch::Tensor& predicted,
               const torch::Tensor& targets, std::int64_t samples) {
  torch::NoGradGuard no_grad;
  if (sums_.is_cpu()) {
    add_on_host(loss, predicted, targets, samples);
  } else {
    sums_.slice(0, 0, 2).add_(loss.detach().to(torch::kDouble), static_cast<double>(samples));
    if (count_hits_) sums_[2].add_(predicted.eq(targets).sum());
  }
  epoch_samples_ += static_cast<double>(samples);
  interval_samples_ += static_cast<double>(samples);
}

// Without operators: each costs more than the sums of a small batch.
void Sums::add_on_host(const torch::Tensor& loss, const torch::Tensor& predicted,
                       const torch::Tensor& targets, std::int64_t samples) {
  auto* sum = sums_.mutable_data_ptr<double>();
  const double total = loss.item<double>() * static_cast<double>(samples);
  sum[0] += total;
  sum[1] += total;
  if (!count_hits_) return;
  const auto own = predicted.contiguous(), truth = targets.contiguous();
  const auto *a = own.const_data_ptr<std::int64_t>(), *b = truth.const_data_ptr<std::int64_t>();
  std::int64_t hits = 0;
  for (std::int64_t i = 0; i < own.numel(); ++i) hits += a[i] == b[i];
  sum[2] += static_cast<double>(hits);
}

Sums::Read Sums::read() const {
  const auto host = sums_.cpu();
  const auto* sum = host.data_ptr<double>();
  const auto mean = [](double total, double samples) {
    return samples > 0 ? total / samples : std::numeric_limits<double>::quiet_NaN();
  };
  return {.epoch_loss = mean(sum[0], epoch_samples_),
          .epoch_top1 = mean(sum[2], epoch_samples_),
          .interval_loss = mean(sum[1], interval_samples_)};
}

void Sums::start_interval() {
  sums_[1].zero_();
  interval_samples_ = 0;
}

void Sums::start_epoch() {
  sums_[0].zero_();
  sums_[2].zero_();
  epoch_samples_ = 0;
}

std::vector<double> Sums::state() const {
  const auto host = sums_.cpu();
  const auto* sum = host.data_ptr<double>();
  return {sum[0], sum[1], sum[2], epoch_samples_, interval_samples_};
}

void Sums::restore(const std::vector<double>& state) {
  if (state.size() != 5)
    throw Error(ErrorCode::kCorrupt, "checkpoint: sums of the epoch are incomplete");
  sums_.copy_(torch::tensor({state[0], state[1], state[2]}, torch::kDouble));
  epoch_samples_ = state[3];
  interval_samples_ = state[4];
}

}  // namespace carica::train
