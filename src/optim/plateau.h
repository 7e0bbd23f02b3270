#pragma once

#include <cstdint>
#include <vector>

#include "optim/schedule.h"

namespace carica::optim {

/// Multiplies the rate by `gamma` when the monitored value has not become better for more than
/// `patience` validations; never below min_lr. Better means by more than a share of 1e-4. The same
/// as torch.optim.lr_scheduler.ReduceLROnPlateau with its defaults. NaN is never better.
class Plateau : public Schedule {
 public:
  Plateau(const config::ScheduleConfig& config, double base_lr);
  double lr(std::int64_t) const override { return rate_; }
  void observe(double value, bool better_is_lower) override;
  /// {rate, validations without a better value, 1 when there is a best value, that value}: all
  /// finite, so that any text format can hold them.
  std::vector<double> state() const override;
  /// Throws Error(kCorrupt) for a state that is not of this schedule.
  void restore(const std::vector<double>& state, double base_lr) override;
  void forget_best() override;

 private:
  double gamma_, min_lr_, base_lr_;
  int patience_;
  double rate_;
  int worse_ = 0;
  bool has_best_ = false;
  double best_ = 0;
};

}  // namespace carica::optim
