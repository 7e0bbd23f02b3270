#include "optim/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "core/error.h"
#include "core/text.h"
#include "optim/plateau.h"

namespace carica::optim {
namespace {

/// All that a rate depends on, durations in steps.
struct Plan {
  config::ScheduleConfig config;
  double base_lr;
  double steps_per_epoch;
  std::int64_t total, warmup;

  std::int64_t steps(double epochs) const { return std::llround(epochs * steps_per_epoch); }
  /// How much of the training after the warm-up is done, 0 to 1.
  double progress(std::int64_t step) const {
    const auto all = std::max<std::int64_t>(total - warmup, 1);
    const auto done = std::clamp<std::int64_t>(step - warmup, 0, all);
    return static_cast<double>(done) / static_cast<double>(all);
  }
};

/// From `start` to `end` along half a cosine, as `part` goes from 0 to 1.
double cosine_between(double start, double end, double part) {
  return end + (start - end) * (1 + std::cos(std::numbers::pi * part)) / 2;
}

double constant(const Plan& plan, std::int64_t) { return plan.base_lr; }

double cosine(const Plan& plan, std::int64_t step) {
  return cosine_between(plan.base_lr, plan.config.min_lr, plan.progress(step));
}

double poly(const Plan& plan, std::int64_t step) {
  const double left = std::pow(1 - plan.progress(step), plan.config.power);
  return plan.config.min_lr + (plan.base_lr - plan.config.min_lr) * left;
}

double step(const Plan& plan, std::int64_t step) {
  const auto length = std::max<std::int64_t>(plan.steps(plan.config.step_epochs), 1);
  return plan.base_lr * std::pow(plan.config.gamma, static_cast<double>(step / length));
}

double multistep(const Plan& plan, std::int64_t step) {
  const auto& milestones = plan.config.milestones;
  const auto passed = std::count_if(milestones.begin(), milestones.end(),
                                    [&](double epoch) { return step >= plan.steps(epoch); });
  return plan.base_lr * std::pow(plan.config.gamma, static_cast<double>(passed));
}

/// torch.optim.lr_scheduler.OneCycleLR with cosine annealing in two phases. Source: Smith & Topin
/// 2018.
double onecycle(const Plan& plan, std::int64_t step) {
  const double start = plan.base_lr / plan.config.div_factor;
  const double last = static_cast<double>(plan.total - 1);
  const double top = plan.config.pct_start * static_cast<double>(plan.total) - 1;
  const double at = std::min(static_cast<double>(step), last);
  if (at <= top) return cosine_between(start, plan.base_lr, top > 0 ? at / top : 1);
  return cosine_between(plan.base_lr, start / plan.config.final_div_factor,
                        (at - top) / (last - top));
}

/// A schedule that is nothing but a curve.
class Pure : public Schedule {
 public:
  using Curve = double (*)(const Plan& plan, std::int64_t step);

  Pure(Plan plan, Curve curve) : plan_(std::move(plan)), curve_(curve) {}
  double lr(std::int64_t step) const override { return curve_(plan_, step); }

 private:
  Plan plan_;
  Curve curve_;
};

/// Multiplies the first rates of another schedule.
class Warmup : public Schedule {
 public:
  Warmup(std::unique_ptr<Schedule> rest, std::int64_t steps, double start)
      : rest_(std::move(rest)), steps_(steps), start_(start) {}

  double lr(std::int64_t step) const override {
    const double rate = rest_->lr(step);
    if (step >= steps_) return rate;
    const double part = static_cast<double>(step) / static_cast<double>(steps_);
    return rate * (start_ + (1 - start_) * part);
  }
  void observe(double value, bool better_is_lower) override {
    rest_->observe(value, better_is_lower);
  }
  std::vector<double> state() const override { return rest_->state(); }
  void restore(const std::vector<double>& state, double base_lr) override {
    rest_->restore(state, base_lr);
  }
  void forget_best() override { rest_->forget_best(); }

 private:
  std::unique_ptr<Schedule> rest_;
  std::int64_t steps_;
  double start_;
};

template <Pure::Curve curve>
std::unique_ptr<Schedule> pure(const Plan& plan) {
  return std::make_unique<Pure>(plan, curve);
}

std::unique_ptr<Schedule> plateau(const Plan& plan) {
  return std::make_unique<Plateau>(plan.config, plan.base_lr);
}

struct Row {
  const char* name;
  std::unique_ptr<Schedule> (*build)(const Plan& plan);
};

/// THE table of schedules.
constexpr Row kSchedules[] = {
    {"constant", pure<constant>}, {"cosine", pure<cosine>},       {"poly", pure<poly>},
    {"step", pure<step>},         {"multistep", pure<multistep>}, {"onecycle", pure<onecycle>},
    {"plateau", plateau},
};

const Row& find(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& row : kSchedules) {
    if (name == row.name) return row;
    names.emplace_back(row.name);
  }
  throw Error(ErrorCode::kConfig, cat("schedule.name = ", name, ": must be one of ", join(names)));
}

void check_warmup(const config::ScheduleConfig& config, int epochs) {
  if (config.warmup_epochs <= 0) return;
  if (config.name == "onecycle") {
    throw Error(ErrorCode::kConfig,
                cat("schedule.warmup_epochs = ", config.warmup_epochs,
                    ": must be 0 with onecycle, which has its own warm-up"),
                "pct_start says how long it rises");
  }
  if (config.warmup_epochs > epochs) {
    throw Error(ErrorCode::kConfig,
                cat("schedule.warmup_epochs = ", config.warmup_epochs,
                    ": must be at most train.epochs, ", epochs),
                "0 is no warm-up");
  }
}

}  // namespace

std::unique_ptr<Schedule> make_schedule(const config::ScheduleConfig& config, double base_lr,
                                        std::int64_t steps_per_epoch, int epochs) {
  const auto& row = find(config.name);
  check_warmup(config, epochs);
  Plan plan{.config = config,
            .base_lr = base_lr,
            .steps_per_epoch = static_cast<double>(steps_per_epoch),
            .total = steps_per_epoch * epochs,
            .warmup = 0};
  plan.warmup = plan.steps(std::max(config.warmup_epochs, 0.0));
  auto schedule = row.build(plan);
  if (plan.warmup == 0) return schedule;
  return std::make_unique<Warmup>(std::move(schedule), plan.warmup, config.warmup_start);
}

}  // namespace carica::optim
