#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "config/config.h"

namespace carica::optim {

/// The learning rate of each optimizer step. All but plateau are pure functions of the step.
class Schedule {
 public:
  virtual ~Schedule() = default;
  /// Rate of step `step` (0 is the first).
  virtual double lr(std::int64_t step) const = 0;
  /// Tells the value of the monitored metric after a validation; `better_is_lower` as train.mode
  /// says.
  virtual void observe(double value, bool better_is_lower) { (void)value, (void)better_is_lower; }
  /// What resume must bring back (plateau); empty for the pure ones.
  virtual std::vector<double> state() const { return {}; }
  /// base_lr: optim.lr of the run that saved the state. Under another one now the saved rate is
  /// lowered or raised with it.
  virtual void restore(const std::vector<double>& state, double base_lr) {
    (void)state, (void)base_lr;
  }
  /// From now on another metric is told: the best value so far says nothing of it.
  virtual void forget_best() {}
};

/// `steps_per_epoch` and `epochs` turn durations into steps, rounded to whole ones; they are
/// optimizer steps, after accumulation. Warm-up multiplies the first warmup_epochs by a factor that
/// rises from warmup_start to 1; cosine and poly run over the steps after it, while the epochs of
/// step and multistep count from the first step of training. Steps past the end keep the last rate.
/// Throws Error(kConfig) for an unknown name, a warm-up longer than the training, and a warm-up in
/// front of onecycle, which has its own.
std::unique_ptr<Schedule> make_schedule(const config::ScheduleConfig& config, double base_lr,
                                        std::int64_t steps_per_epoch, int epochs);

}  // namespace carica::optim
