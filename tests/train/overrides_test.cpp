// Settings that are others when a run goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/log.h"
#include "small_runs.h"

namespace carica::test {
namespace {

using testing::HasSubstr;

class Overrides : public testing::Test {
 protected:
  void SetUp() override {
    set_log_level(LogLevel::kQuiet);
    make_small_papayas(folder_ / "papaya");
    config_ = small_config(config::Task::kClassify, folder_ / "papaya", 1);
    config_.train.epochs = 1;
  }

  std::filesystem::path run() const { return folder_ / "runs/t/run"; }

  train::StopReason work(bool stop = false) {
    return work_on_run(config_, run(), [stop] { return stop; });
  }

  checkpoint::RunState state() const {
    std::string fallback;
    return checkpoint::load_last(run() / "weights", fallback);
  }

  /// What going on with two epochs is refused for.
  std::string refusal() {
    config_.train.epochs = 2;
    try {
      work();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kConfig);
      EXPECT_FALSE(error.hint().empty());
      return error.what();
    }
    return "";
  }

  TempFolder folder_;
  config::Config config_;
};

TEST_F(Overrides, OfTheSeedWaitForTheEndOfTheEpoch) {
  ASSERT_EQ(work(/*stop=*/true), train::StopReason::kInterrupted);
  ASSERT_GT(state().progress.batch, 0);
  config_.seed = 99;
  EXPECT_THAT(refusal(), HasSubstr("seed = 99: the run was stopped within epoch 1; must stay 0"));
  config_.seed = 0;
  EXPECT_EQ(work(), train::StopReason::kFinished);
  config_.seed = 99;
  config_.train.epochs = 3;
  EXPECT_EQ(work(), train::StopReason::kFinished);
}

TEST_F(Overrides, ThatNeedAnotherStateAreRefusedByTheirKey) {
  config_.train.ema.decay = 0;
  ASSERT_EQ(work(), train::StopReason::kFinished);
  const auto before = config_;
  config_.train.ema.decay = 0.9;
  EXPECT_THAT(refusal(), HasSubstr("train.ema.decay = 0.9: the run's state has no moving average"));
  config_ = before;
  config_.optim.name = config_.optim.name == "sgd" ? "adam" : "sgd";
  EXPECT_THAT(refusal(),
              HasSubstr("optim.name = " + config_.optim.name + ": the run's state is of"));
}

TEST_F(Overrides, ThatTakeBackEpochsAreRefused) {
  config_.train.epochs = 3;
  ASSERT_EQ(work(), train::StopReason::kFinished);
  EXPECT_THAT(refusal(), HasSubstr("train.epochs = 2: the run has done 3; must be at least that"));
}

TEST_F(Overrides, OfTheScheduleBeginTheNewOne) {
  config_.schedule.name = "cosine";
  ASSERT_EQ(work(), train::StopReason::kFinished);
  config_.schedule.name = "plateau";
  config_.train.epochs = 2;
  ASSERT_EQ(work(), train::StopReason::kFinished);
  EXPECT_EQ(state().progress.schedule.at(0), config_.optim.lr);
  config_.optim.lr /= 4;
  config_.train.epochs = 3;
  ASSERT_EQ(work(), train::StopReason::kFinished);
  EXPECT_EQ(state().progress.schedule.at(0), config_.optim.lr);
}

TEST_F(Overrides, ThatChangeTheColumnsOfResultsAreRefused) {
  ASSERT_EQ(work(), train::StopReason::kFinished);
  config_.data.split.train = 0.8;
  config_.data.split.val = 0;
  EXPECT_THAT(refusal(),
              testing::AllOf(HasSubstr("results.csv: its columns must stay; only it has: "
                                       "val_loss, val_top1"),
                             HasSubstr("would have: none")));
  EXPECT_EQ(state().progress.epoch, 1);
}

TEST_F(Overrides, OfTheDataCountStepsByTheNewEpochs) {
  ASSERT_EQ(work(), train::StopReason::kFinished);
  EXPECT_EQ(state().progress.step, 3);  // 24 samples: 6 batches, 2 for a step
  config_.data.split.train = 0.4;
  config_.data.split.val = 0.4;
  config_.train.epochs = 2;
  ASSERT_EQ(work(), train::StopReason::kFinished);
  EXPECT_EQ(state().progress.step, 4);
}

TEST_F(Overrides, OfTheMonitorSeekTheBestAnew) {
  ASSERT_EQ(work(), train::StopReason::kFinished);
  config_.train.monitor = "loss";
  config_.train.epochs = 2;
  // By top-1, which is at most 1, no such loss would be better; by the loss, any is the first.
  ASSERT_EQ(work(), train::StopReason::kFinished);
  EXPECT_EQ(state().progress.best_epoch, 1);
  EXPECT_EQ(checkpoint::load_weights(run() / "weights/best.safetensors").facts.at("metric"),
            "val_loss");
  // Where nothing is left to train, the best stays.
  config_.train.monitor = "top1";
  ASSERT_EQ(work(), train::StopReason::kFinished);
  EXPECT_EQ(checkpoint::load_weights(run() / "weights/best.safetensors").facts.at("metric"),
            "val_loss");
}

}  // namespace
}  // namespace carica::test
