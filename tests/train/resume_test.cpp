#include <gtest/gtest.h>

#include "core/log.h"
#include "same_runs.h"
#include "small_runs.h"

namespace carica::test {
namespace {

class Resume : public testing::TestWithParam<std::tuple<config::Task, int>> {
 protected:
  void SetUp() override {
    set_log_level(LogLevel::kQuiet);
    make_small_papayas(folder_ / "papaya");
  }
  TempFolder folder_;
};

TEST_P(Resume, AfterEveryStepGivesTheBitsOfAnUndisturbedRun) {
  const auto [task, workers] = GetParam();
  const auto config = small_config(task, folder_ / "papaya", workers);
  EXPECT_EQ(work_on_run(config, folder_ / "runs/t/whole", [] { return false; }),
            train::StopReason::kFinished);
  int parts = 0;
  // Every third time, so that the two batches of a validation are now stopped at and now passed.
  int asked = 0;
  const auto every_third_time = [&] { return ++asked % 3 == 0; };
  while (work_on_run(config, folder_ / "runs/t/parts", every_third_time) ==
         train::StopReason::kInterrupted)
    ++parts;
  EXPECT_GE(parts, 3);
  expect_equal_runs(folder_ / "runs/t/whole", folder_ / "runs/t/parts");
}

TEST_P(Resume, EqualSeedsGiveEqualRunsForAnyNumberOfWorkers) {
  const auto [task, workers] = GetParam();
  work_on_run(small_config(task, folder_ / "papaya", 0), folder_ / "runs/t/none",
              [] { return false; });
  work_on_run(small_config(task, folder_ / "papaya", workers), folder_ / "runs/t/some",
              [] { return false; });
  EXPECT_EQ(read_text(folder_ / "runs/t/none/metrics.jsonl"),
            read_text(folder_ / "runs/t/some/metrics.jsonl"));
}

INSTANTIATE_TEST_SUITE_P(BothTasks, Resume,
                         testing::Combine(testing::Values(config::Task::kClassify,
                                                          config::Task::kSegment),
                                          testing::Values(0, 1, 4)));

// Stopping after the very first step every time: the finest cut there is.
TEST(Resume, WorksWhenEveryStepIsAProcessOfItsOwn) {
  set_log_level(LogLevel::kQuiet);
  TempFolder folder;
  make_small_papayas(folder / "papaya");
  auto config = small_config(config::Task::kClassify, folder / "papaya", 1);
  config.optim.accumulate = 1;
  work_on_run(config, folder / "runs/t/whole", [] { return false; });
  // Each process stops at its first chance. One that stood before a validation and was stopped in
  // it would never get beyond: the next one lets the validation's two batches pass.
  std::pair<std::int64_t, std::int64_t> before{-1, -1};
  bool stuck = false;
  int processes = 0;
  const auto step_once = [&] {
    int asked = 0;
    return work_on_run(config, folder / "runs/t/steps", [&] { return ++asked > (stuck ? 2 : 0); });
  };
  while (step_once() == train::StopReason::kInterrupted) {
    ASSERT_LT(++processes, 100);
    std::string fallback;
    const auto progress = checkpoint::load_last(folder / "runs/t/steps/weights", fallback).progress;
    const std::pair position{progress.epoch, progress.batch};
    stuck = position == before;
    before = position;
  }
  EXPECT_GE(processes, 12);
  expect_equal_runs(folder / "runs/t/whole", folder / "runs/t/steps");
}

}  // namespace
}  // namespace carica::test
