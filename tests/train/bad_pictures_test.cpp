// Pictures and masks that cannot be read, and batches that they make too small.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "same_runs.h"
#include "small_runs.h"

namespace carica::test {
namespace {

using testing::HasSubstr;

const auto kNever = [] { return false; };

class BadPictures : public testing::Test {
 protected:
  void SetUp() override {
    set_log_level(LogLevel::kQuiet);
    make_small_papayas(folder_ / "papaya");
  }

  config::Config config(config::Task task = config::Task::kClassify) {
    return small_config(task, folder_ / "papaya", 1);
  }

  TempFolder folder_;
};

TEST_F(BadPictures, BadMasksDoNotCountInClassWeights) {
  auto settings = config(config::Task::kSegment);
  settings.data.on_bad_image = "skip";
  settings.data.max_bad_fraction = 0.5;
  settings.loss = {config::CrossEntropyLoss{.class_weights = "inverse"}};
  settings.train.epochs = 1;
  const auto item = data::open_datasets(settings).train->item(0);
  write_text(item.mask, "this is no mask");
  EXPECT_EQ(work_on_run(settings, folder_ / "runs/t/run", kNever), train::StopReason::kFinished);
}

TEST_F(BadPictures, AnErrorInAValidationLeavesTheTrainedEpoch) {
  const auto whole = folder_ / "runs/t/whole", parts = folder_ / "runs/t/parts";
  work_on_run(config(), whole, kNever);
  const auto path = data::open_datasets(config()).val->item(1).path;
  const auto picture = read_text(path);
  write_text(path, "this is no picture");
  EXPECT_THROW(work_on_run(config(), parts, kNever), Error);
  std::string fallback;
  const auto progress = checkpoint::load_last(parts / "weights", fallback).progress;
  EXPECT_EQ(progress.epoch, 0);
  EXPECT_EQ(progress.batch, 6);
  write_text(path, picture);
  work_on_run(config(), parts, kNever);
  expect_equal_runs(whole, parts);
}

TEST_F(BadPictures, PicturesLeftOutStayListedWhenTheRunGoesOn) {
  auto settings = config();
  settings.data.on_bad_image = "skip";
  settings.data.max_bad_fraction = 0.9;
  settings.optim.accumulate = 1;
  settings.train.epochs = 1;
  const auto datasets = data::open_datasets(settings);
  const auto& train = *datasets.train;
  for (std::size_t i = 0; i < train.size(); i += 2) {
    write_text(train.item(i).path, "no picture");
  }
  int asked = 0;
  const auto run = folder_ / "runs/t/run";
  ASSERT_EQ(work_on_run(settings, run, [&] { return ++asked == 3; }),
            train::StopReason::kInterrupted);
  const auto first = split(read_text(run / "bad_files.csv"), '\n').size();
  work_on_run(settings, run, kNever);
  const auto csv = read_text(run / "bad_files.csv");
  EXPECT_LT(first, split(csv, '\n').size());
  for (std::size_t i = 0; i < train.size(); i += 2) {
    EXPECT_THAT(csv, HasSubstr(train.item(i).name + ","));
  }
}

/// Deep enough that one picture of 32x32 leaves batch norm one value.
config::Config normed(config::Config settings) {
  settings.model.name = "resnet18";
  settings.model.dropout = 0;
  settings.batch_transforms = {};
  settings.optim.accumulate = 1;
  settings.train.epochs = 1;
  return settings;
}

std::string batch_refusal(const config::Config& settings) {
  const auto experiment = train::build_experiment(settings, eval::resolve_runtime(settings));
  try {
    train::check_batches(experiment);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    return error.what();
  }
  return "";
}

TEST_F(BadPictures, BatchesTooSmallForBatchNormAreRefusedBeforeTheRun) {
  auto settings = normed(config());
  settings.loader.batch_size = 23;
  settings.loader.drop_last = false;
  EXPECT_THAT(batch_refusal(settings),
              HasSubstr("loader.batch_size = 23 leaves 1 of 24 samples over: resnet18: a training "
                        "batch of 1 picture"));
  settings.loader.drop_last = true;
  EXPECT_EQ(batch_refusal(settings), "");
  settings.loader.batch_size = 1;
  EXPECT_THAT(batch_refusal(settings), HasSubstr("loader.batch_size = 1: resnet18: "));
  settings.train.freeze = {.names = {"^(?!fc)"}, .epochs = 0};
  EXPECT_EQ(batch_refusal(settings), "");
  settings.train.epochs = 3;
  settings.train.freeze.epochs = 2;
  EXPECT_THAT(batch_refusal(settings), HasSubstr("loader.batch_size = 1: resnet18: "));
}

TEST_F(BadPictures, LeavesOutWhatBadPicturesHaveMadeTooSmall) {
  auto settings = normed(config());
  settings.loader.batch_size = 2;
  settings.data.on_bad_image = "skip";
  settings.data.max_bad_fraction = 0.9;
  const auto datasets = data::open_datasets(settings);
  for (std::size_t i = 0; i < 4; ++i) write_text(datasets.train->item(i).path, "no picture");
  const auto run = folder_ / "runs/t/run";
  EXPECT_EQ(work_on_run(settings, run, kNever), train::StopReason::kFinished);
  std::string fallback;
  EXPECT_LT(checkpoint::load_last(run / "weights", fallback).progress.samples, 20);
}

/// The rates in metrics.jsonl of the lines that begin so.
std::vector<double> rates(const std::filesystem::path& run, const std::string& start) {
  std::vector<double> found;
  for (const auto& line : split(read_text(run / "metrics.jsonl"), '\n')) {
    const std::string key = "\"lr\":";
    if (line.starts_with(start)) found.push_back(std::stod(line.substr(line.find(key) + 5)));
  }
  return found;
}

TEST_F(BadPictures, DoNotHoldUpTheSchedule) {
  auto settings = config();
  settings.batch_transforms = {};
  settings.loader.batch_size = 1;
  settings.optim.accumulate = 1;
  settings.train.log_every = 1;
  settings.data.on_bad_image = "skip";
  settings.data.max_bad_fraction = 0.9;
  const auto whole = folder_ / "runs/t/whole", half = folder_ / "runs/t/half";
  work_on_run(settings, whole, kNever);
  const auto datasets = data::open_datasets(settings);
  for (std::size_t i = 0; i < datasets.train->size(); i += 2) {
    write_text(datasets.train->item(i).path, "no picture");
  }
  work_on_run(settings, half, kNever);
  const std::string epochs = "{\"kind\":\"epoch\"", second = "{\"kind\":\"step\",\"epoch\":1";
  const auto planned = rates(whole, epochs);
  ASSERT_EQ(planned.size(), 2u);
  EXPECT_EQ(rates(half, epochs), planned);
  const auto steps = rates(half, second);
  ASSERT_EQ(steps.size(), 12u);
  EXPECT_LT(steps.front(), planned[0]);
  EXPECT_TRUE(std::ranges::is_sorted(steps, std::greater<>()));
}

}  // namespace
}  // namespace carica::test
