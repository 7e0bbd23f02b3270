#include "optim/plateau.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"

namespace carica::optim {

Plateau::Plateau(const config::ScheduleConfig& config, double base_lr)
    : gamma_(config.gamma),
      min_lr_(config.min_lr),
      base_lr_(base_lr),
      patience_(config.patience),
      rate_(base_lr) {}

void Plateau::observe(double value, bool better_is_lower) {
  constexpr double kThreshold = 1e-4;
  const bool better = !has_best_        ? std::isfinite(value)
                      : better_is_lower ? value < best_ * (1 - kThreshold)
                                        : value > best_ * (1 + kThreshold);
  if (better) {
    best_ = value;
    has_best_ = true;
    worse_ = 0;
    return;
  }
  if (++worse_ <= patience_) return;
  worse_ = 0;
  const double lower = std::max(rate_ * gamma_, min_lr_);
  if (rate_ - lower > 1e-8) rate_ = lower;
}

std::vector<double> Plateau::state() const {
  return {rate_, static_cast<double>(worse_), has_best_ ? 1.0 : 0.0, best_};
}

void Plateau::restore(const std::vector<double>& state, double base_lr) {
  const bool finite =
      std::all_of(state.begin(), state.end(), [](double v) { return std::isfinite(v); });
  if (state.size() != 4 || !finite) {
    throw Error(ErrorCode::kCorrupt,
                cat("schedule plateau: a state of ", state.size(), " numbers; must be 4, finite"));
  }
  rate_ = state[0];
  // To the bit where the base is the same.
  if (base_lr != base_lr_) {
    rate_ = std::max(rate_ * (base_lr_ / base_lr), std::min(min_lr_, base_lr_));
  }
  worse_ = static_cast<int>(state[1]);
  has_best_ = state[2] != 0;
  best_ = state[3];
}

void Plateau::forget_best() {
  has_best_ = false;
  worse_ = 0;
}

}  // namespace carica::optim
