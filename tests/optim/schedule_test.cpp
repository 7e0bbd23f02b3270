#include "optim/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/error.h"
#include "golden/optim.h"

namespace carica::optim {
namespace {

using testing::HasSubstr;

constexpr double kBase = 0.4;
constexpr std::int64_t kStepsPerEpoch = 4;
constexpr int kEpochs = 5;

config::ScheduleConfig named(const std::string& name, double warmup_epochs = 0) {
  config::ScheduleConfig config;
  config.name = name;
  config.warmup_epochs = warmup_epochs;
  return config;
}

std::unique_ptr<Schedule> make(const config::ScheduleConfig& config) {
  return make_schedule(config, kBase, kStepsPerEpoch, kEpochs);
}

config::ScheduleConfig golden_config(const std::string& golden) {
  const bool warm = golden.ends_with("_warm");
  auto config = named(golden.substr(0, golden.find('_')), warm ? 1 : 0);
  if (config.name == "cosine") config.min_lr = 0.02;
  if (config.name == "step") config.step_epochs = 2;
  if (config.name == "multistep") config.milestones = {1, 3.5}, config.gamma = 0.5;
  if (golden == "onecycle_late") config.pct_start = 0.62, config.div_factor = 10;
  return config;
}

TEST(Schedule, GivesTheRatesOfTorch) {
  for (const auto& golden : golden::k_schedules) {
    SCOPED_TRACE(golden.name);
    const auto schedule = make(golden_config(golden.name));
    for (std::size_t step = 0; step < golden.values.size(); ++step) {
      EXPECT_NEAR(schedule->lr(static_cast<std::int64_t>(step)), golden.values[step], 1e-13)
          << step;
    }
  }
}

TEST(Schedule, KeepsTheLastRatePastTheEnd) {
  auto cosine = named("cosine");
  cosine.min_lr = 0.02;
  EXPECT_EQ(make(cosine)->lr(20), 0.02);
  EXPECT_EQ(make(cosine)->lr(1000), 0.02);
  EXPECT_EQ(make(named("poly"))->lr(1000), 0);
  EXPECT_EQ(make(named("onecycle"))->lr(1000), make(named("onecycle"))->lr(19));
}

TEST(Schedule, WarmsUpInFrontOfAnyOther) {
  for (const char* name : {"constant", "cosine", "poly", "step", "multistep", "plateau"}) {
    SCOPED_TRACE(name);
    auto config = named(name, 1.5);  // 6 steps
    config.warmup_start = 0.1;
    const auto schedule = make(config);
    EXPECT_DOUBLE_EQ(schedule->lr(0), 0.1 * kBase);
    EXPECT_DOUBLE_EQ(schedule->lr(3), 0.55 * kBase);
    EXPECT_DOUBLE_EQ(schedule->lr(6), kBase);
  }
}

TEST(Schedule, CountsMilestonesFromTheFirstStepOfTraining) {
  auto config = named("multistep", 1);
  config.milestones = {3};
  const auto schedule = make(config);
  EXPECT_DOUBLE_EQ(schedule->lr(11), kBase);
  EXPECT_DOUBLE_EQ(schedule->lr(12), 0.1 * kBase);
}

TEST(Schedule, SurvivesTheSmallestRuns) {
  for (const char* name :
       {"constant", "cosine", "poly", "step", "multistep", "onecycle", "plateau"}) {
    for (const double pct_start : {0.0, 0.3, 0.5, 1.0}) {
      auto config = named(name);
      config.pct_start = pct_start;
      config.step_epochs = 0.01;
      for (const int epochs : {1, 2, 3}) {
        const auto schedule = make_schedule(config, kBase, 1, epochs);
        for (std::int64_t step = 0; step < epochs; ++step) {
          const double lr = schedule->lr(step);
          EXPECT_TRUE(std::isfinite(lr) && lr >= 0 && lr <= kBase) << name << " " << step;
        }
      }
    }
  }
  EXPECT_DOUBLE_EQ(make_schedule(named("cosine", 0.5), kBase, 1, 1)->lr(0), 0.01 * kBase);
}

TEST(Schedule, RefusesWhatItCannotFollow) {
  auto refusal = [](const config::ScheduleConfig& config) {
    try {
      make(config);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::kConfig);
      return std::string(e.what());
    }
    return std::string();
  };
  EXPECT_THAT(refusal(named("cosin")), HasSubstr("schedule.name = cosin: must be one of constant"));
  EXPECT_THAT(refusal(named("onecycle", 1)), HasSubstr("has its own warm-up"));
  EXPECT_THAT(refusal(named("cosine", 5.5)), HasSubstr("at most train.epochs, 5"));
  EXPECT_DOUBLE_EQ(make(named("cosine", 5))->lr(10), kBase * (0.01 + 0.99 * 10 / 20));
}

config::ScheduleConfig plateau_config() {
  auto config = named("plateau");
  config.gamma = 0.5;
  config.patience = 2;
  config.min_lr = 0.06;
  return config;
}

TEST(Plateau, LowersTheRateAsTorchDoes) {
  for (const auto& golden : golden::k_plateau_rates) {
    SCOPED_TRACE(golden.name);
    const bool lower = std::string(golden.name) == "min";
    const auto schedule = make(plateau_config());
    EXPECT_EQ(schedule->lr(0), golden.values[0]);
    for (std::size_t i = 0; i < golden::k_plateau_losses.size(); ++i) {
      const double loss = golden::k_plateau_losses[i];
      schedule->observe(lower ? loss : 2 - loss, lower);
      EXPECT_EQ(schedule->lr(0), golden.values[i + 1]) << i;
    }
  }
}

TEST(Plateau, GoesOnFromItsState) {
  const auto& losses = golden::k_plateau_losses;
  auto config = plateau_config();
  config.warmup_epochs = 1;
  for (std::size_t stop = 0; stop <= losses.size(); ++stop) {
    const auto before = make(config);
    const auto undisturbed = make(config);
    for (std::size_t i = 0; i < stop; ++i) {
      before->observe(losses[i], true);
      undisturbed->observe(losses[i], true);
    }
    const auto resumed = make(config);
    for (const double number : before->state()) EXPECT_TRUE(std::isfinite(number));
    resumed->restore(before->state(), kBase);
    for (std::size_t i = stop; i < losses.size(); ++i) {
      undisturbed->observe(losses[i], true);
      resumed->observe(losses[i], true);
      EXPECT_EQ(resumed->lr(9), undisturbed->lr(9));
    }
    EXPECT_EQ(resumed->state(), undisturbed->state());
  }
}

TEST(Plateau, RefusesAStateThatIsNotItsOwn) {
  const auto schedule = make(plateau_config());
  EXPECT_THROW(schedule->restore({}, kBase), Error);
  EXPECT_THROW(schedule->restore({0.1, 0, 1, NAN}, kBase), Error);
}

TEST(Plateau, GoesOnFromAnotherRateAsFarAsItHasLoweredTheFirst) {
  const auto config = plateau_config();
  const auto before = make(config);
  for (int i = 0; i < 4; ++i) before->observe(1, true);
  ASSERT_DOUBLE_EQ(before->lr(0), kBase / 2);
  const auto raised = make_schedule(config, 4 * kBase, 4, 10);
  raised->restore(before->state(), kBase);
  EXPECT_DOUBLE_EQ(raised->lr(0), 2 * kBase);
  // Never below min_lr, but where the base is.
  const auto lowered = make_schedule(config, 0.8 * config.min_lr, 4, 10);
  lowered->restore(before->state(), kBase);
  EXPECT_DOUBLE_EQ(lowered->lr(0), 0.8 * config.min_lr);
}

TEST(Plateau, ForgetsTheBestOfAnotherMetric) {
  const auto schedule = make(plateau_config());
  schedule->observe(0.9, false);
  schedule->forget_best();
  // Of a loss, 5 is the first value, and each after it is better.
  for (const double loss : {5., 4., 3., 2.}) schedule->observe(loss, true);
  EXPECT_DOUBLE_EQ(schedule->lr(0), kBase);
}

TEST(Schedule, HasNoStateWhenItIsAFunctionOfTheStep) {
  for (const char* name : {"constant", "cosine", "poly", "step", "multistep", "onecycle"}) {
    EXPECT_TRUE(make(named(name))->state().empty());
  }
}

}  // namespace
}  // namespace carica::optim
