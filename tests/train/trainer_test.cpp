#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/functional/loss.h>

#include <algorithm>

#include "core/error.h"
#include "core/log.h"
#include "data/images/image_io.h"
#include "same_runs.h"
#include "small_runs.h"
#include "support/failing_file_system.h"
#include "support/memory_dataset.h"

namespace carica::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const auto kNever = [] { return false; };

class TrainerTest : public testing::Test {
 protected:
  void SetUp() override {
    set_log_level(LogLevel::kQuiet);
    make_small_papayas(folder_ / "papaya");
  }

  config::Config config(config::Task task = config::Task::kClassify) {
    return small_config(task, folder_ / "papaya", 1);
  }

  /// The numbers of a column of results.csv.
  static std::vector<double> column(const std::filesystem::path& run, const std::string& name) {
    std::vector<double> values;
    std::size_t place = 0;
    for (const auto& line : split(read_text(run / "results.csv"), '\n')) {
      if (line.empty()) continue;
      const auto cells = split(line, ',');
      if (cells[0] == "epoch") {
        place = static_cast<std::size_t>(std::ranges::find(cells, name) - cells.begin());
      } else {
        values.push_back(std::stod(cells.at(place)));
      }
    }
    return values;
  }

  TempFolder folder_;
};

TEST_F(TrainerTest, FullDiskLeavesTheCheckpointBeforeWhole) {
  auto settings = config();
  settings.optim.accumulate = 1;
  settings.train.save_every = 1;
  work_on_run(settings, folder_ / "runs/t/whole", kNever);
  const auto one_save = file_size(folder_ / "runs/t/whole/weights/last.safetensors");
  // Full in the middle of the first save, of the second, and so on.
  for (const double saves : {0.5, 1.5, 2.2, 4.9, 7.5}) {
    SCOPED_TRACE(saves);
    const auto run = folder_ / cat("runs/t/full-", saves);
    FailingFileSystem full({.capacity = static_cast<std::uint64_t>(saves * double(one_save))});
    try {
      work_on_run(settings, run, kNever, full);
      FAIL() << "the disk was not full";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kIo);
      EXPECT_THAT(error.what(), AllOf(HasSubstr(run.string()), HasSubstr("No space left")));
    }
    EXPECT_EQ(std::filesystem::exists(run / "weights/last.safetensors"), saves > 1);
    work_on_run(settings, run, kNever);  // somebody made room
    expect_equal_runs(folder_ / "runs/t/whole", run);
  }
}

TEST_F(TrainerTest, WhatIsFrozenStaysAsItIsUntilItsEpoch) {
  auto settings = config();
  settings.train.freeze = {.names = {"^conv[12]\\."}, .epochs = 1};
  settings.train.ema.decay = 0;
  const auto state_after = [&](int epochs) {
    settings.train.epochs = epochs;
    settings.schedule.name = "constant";
    const auto run = folder_ / cat("runs/t/frozen-", epochs);
    work_on_run(settings, run, kNever);
    std::string reason;
    std::map<std::string, torch::Tensor> state;
    for (const auto& [name, tensor] : checkpoint::load_last(run / "weights", reason).model) {
      state[name] = tensor;
    }
    return state;
  };
  torch::manual_seed(settings.seed);
  const auto runtime = eval::resolve_runtime(settings);
  const auto fresh = train::build_experiment(settings, runtime).model.network->named_parameters();
  const auto one = state_after(1), two = state_after(2);
  EXPECT_TRUE(one.at("conv1.weight").equal(fresh["conv1.weight"]));
  EXPECT_TRUE(one.at("conv2.bias").equal(fresh["conv2.bias"]));
  EXPECT_FALSE(one.at("conv3.weight").equal(fresh["conv3.weight"]));
  EXPECT_FALSE(two.at("conv1.weight").equal(fresh["conv1.weight"]));
}

TEST_F(TrainerTest, PatternsThatMatchNothingAreRefusedBeforeTheRunBegins) {
  for (const bool freezes : {true, false}) {
    auto settings = config();
    if (freezes) {
      settings.train.freeze.names = {"layer9"};
    } else {
      settings.optim.lr_scale = {{"layer9", 0.1}};
    }
    EXPECT_THROW(train::build_experiment(settings, eval::resolve_runtime(settings)), Error);
  }
}

TEST_F(TrainerTest, LossThatIsNotFiniteStopsNamingEpochStepAndFiles) {
  auto settings = config();
  settings.optim.accumulate = 1;
  settings.optim.clip_grad_norm = 0;
  settings.optim.lr = 1e30;
  try {
    work_on_run(settings, folder_ / "runs/t/wild", kNever);
    FAIL() << "the loss stayed finite";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNumeric);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("epoch 1, step 2: the loss is not finite"),
                                    HasSubstr("images/00"), HasSubstr(".jpg")));
    EXPECT_THAT(error.hint(), HasSubstr("optim.lr"));
  }
}

TEST_F(TrainerTest, SkipsBatchesOfALossThatIsNotFiniteWhenAskedTo) {
  auto settings = config();
  settings.optim.accumulate = 1;
  settings.optim.clip_grad_norm = 0;
  settings.optim.lr = 1e30;
  settings.train.nan = "skip";
  settings.train.epochs = 1;
  EXPECT_EQ(work_on_run(settings, folder_ / "runs/t/wild", kNever), train::StopReason::kFinished);
}

TEST_F(TrainerTest, AnEpochOfSkippedBatchesEndsTheRun) {
  auto settings = config();
  settings.optim.accumulate = 1;
  settings.optim.clip_grad_norm = 0;
  settings.optim.lr = 1e30;
  settings.train.nan = "skip";
  try {
    work_on_run(settings, folder_ / "runs/t/wild", kNever);
    FAIL() << "the second epoch was taken for a good one";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNumeric);
    EXPECT_THAT(error.what(), HasSubstr("epoch 2: the loss of no batch was finite"));
  }
}

/// A run whose numbers change slowly and smoothly.
config::Config smooth(config::Config settings) {
  settings.transforms.train = {config::Normalize{}};
  settings.batch_transforms = {};
  settings.model.dropout = 0;
  settings.loader.batch_size = 24;  // all of the training split
  settings.optim = {};
  settings.optim.name = "sgd";
  settings.optim.lr = 1e-3;
  settings.optim.momentum = 0;
  settings.schedule.name = "constant";
  settings.train.ema.decay = 0;
  settings.train.precision = "fp32";
  settings.train.epochs = 6;
  return settings;
}

TEST_F(TrainerTest, AmongEqualMetricsTheLowestLossIsTheBest) {
  work_on_run(smooth(config()), folder_ / "runs/t/run", kNever);
  const auto top1 = column(folder_ / "runs/t/run", "val_top1");
  const auto loss = column(folder_ / "runs/t/run", "val_loss");
  ASSERT_EQ(std::ranges::count(top1, top1[0]), 6);
  std::string fallback;
  const auto progress = checkpoint::load_last(folder_ / "runs/t/run/weights", fallback).progress;
  EXPECT_EQ(progress.best_epoch, std::ranges::min_element(loss) - loss.begin());
  EXPECT_GT(progress.best_epoch, 0);
}

TEST_F(TrainerTest, SmallGainsTogetherPutOffTheEarlyStop) {
  auto settings = smooth(config());
  settings.train.monitor = "loss";
  settings.train.mode = "min";
  work_on_run(settings, folder_ / "runs/t/run", kNever);
  const auto loss = column(folder_ / "runs/t/run", "val_loss");
  double one = 0, two = 1;  // the largest gain of an epoch, the smallest of two
  for (std::size_t i = 1; i < loss.size(); ++i) {
    one = std::max(one, loss[i - 1] - loss[i]);
    if (i > 1) two = std::min(two, loss[i - 2] - loss[i]);
  }
  ASSERT_LT(one, two);
  settings.train.early_stop = {.patience = 2, .min_delta = (one + two) / 2};
  EXPECT_EQ(work_on_run(settings, folder_ / "runs/t/patient", kNever),
            train::StopReason::kFinished);
}

TEST_F(TrainerTest, BatchesAreCutAnewBetweenEpochsOnly) {
  auto settings = config();
  settings.optim.accumulate = 1;
  int asked = 0;
  work_on_run(settings, folder_ / "runs/t/within", [&] { return ++asked == 3; });
  settings.loader.batch_size = 2;
  try {
    work_on_run(settings, folder_ / "runs/t/within", kNever);
    FAIL() << "samples came twice";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    EXPECT_THAT(error.what(),
                HasSubstr("loader.batch_size = 2: the run was stopped within epoch 1; "
                          "must stay 4 until its end"));
  }
  settings.loader.batch_size = 4;
  settings.train.epochs = 1;
  work_on_run(settings, folder_ / "runs/t/between", kNever);
  settings.loader.batch_size = 2;
  settings.train.epochs = 2;
  work_on_run(settings, folder_ / "runs/t/between", kNever);
  std::string fallback;
  const auto progress =
      checkpoint::load_last(folder_ / "runs/t/between/weights", fallback).progress;
  EXPECT_EQ(progress.step, 24);  // two epochs of 12 batches
  EXPECT_EQ(progress.samples, 48);
}

TEST_F(TrainerTest, AResultsTableKeepsItsColumns) {
  auto settings = config();
  settings.train.epochs = 1;
  work_on_run(settings, folder_ / "runs/t/run", kNever);
  settings.eval.top_k = 3;
  settings.train.epochs = 2;
  EXPECT_THROW(work_on_run(settings, folder_ / "runs/t/run", kNever), Error);
}

TEST_F(TrainerTest, PicturesLeftOutOfAValidationAreListed) {
  auto settings = config();
  settings.data.on_bad_image = "skip";
  settings.data.max_bad_fraction = 0.5;
  settings.train.epochs = 1;
  const auto item = data::open_datasets(settings).val->item(0);
  write_text(item.path, "this is no picture");
  work_on_run(settings, folder_ / "runs/t/run", kNever);
  EXPECT_THAT(read_text(folder_ / "runs/t/run/bad_files.csv"), HasSubstr(item.name + ","));
}

TEST_F(TrainerTest, TheFirstPictureMayBeBad) {
  auto settings = smooth(config());
  settings.data.on_bad_image = "skip";
  settings.data.max_bad_fraction = 0.5;
  settings.train.epochs = 1;
  write_text(data::open_datasets(settings).train->item(0).path, "this is no picture");
  EXPECT_EQ(work_on_run(settings, folder_ / "runs/t/run", kNever), train::StopReason::kFinished);
}

TEST_F(TrainerTest, InterruptInAValidationSavesAndGoesOnWithIt) {
  for (const auto task : {config::Task::kClassify, config::Task::kSegment}) {
    const auto name = task == config::Task::kClassify ? "classify" : "segment";
    SCOPED_TRACE(name);
    const auto whole = folder_ / cat("runs/", name, "/whole"),
               parts = folder_ / cat("runs/", name, "/parts");
    work_on_run(config(task), whole, kNever);
    int asked = 0;  // three optimizer steps, then the batches of the validation
    EXPECT_EQ(work_on_run(config(task), parts, [&] { return ++asked == 4; }),
              train::StopReason::kInterrupted);
    std::string fallback;
    const auto progress = checkpoint::load_last(parts / "weights", fallback).progress;
    EXPECT_EQ(progress.epoch, 0);
    EXPECT_EQ(progress.batch, 6);
    EXPECT_EQ(read_text(parts / "results.csv"), "");
    work_on_run(config(task), parts, kNever);
    expect_equal_runs(whole, parts);
  }
}

TEST_F(TrainerTest, EvaluationAtASizeThatTheNetworkRefusesIsFoundBeforeTheRun) {
  const std::vector<config::TransformOptions> larger = {config::Resize{.size = {48, 48}},
                                                        config::Normalize{}};
  auto settings = config();
  settings.transforms.eval = larger;
  try {
    train::build_experiment(settings, eval::resolve_runtime(settings));
    FAIL() << "found after the first epoch only";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    EXPECT_THAT(error.what(), HasSubstr("transforms.eval: cnn: got pictures of 48x48 px"));
    EXPECT_THAT(error.hint(), HasSubstr("[32, 32]"));
  }
  settings = config(config::Task::kSegment);
  settings.transforms.eval = larger;
  EXPECT_NO_THROW(train::build_experiment(settings, eval::resolve_runtime(settings)));
}

TEST_F(TrainerTest, WithoutAFiniteMonitoredValueTheLastWeightsAreKept) {
  auto settings = config(config::Task::kSegment);
  const auto val = data::open_datasets(settings).val;
  for (std::size_t i = 0; i < val->size(); ++i) {
    const data::Size size{32, 32};
    data::write_mask(val->item(i).mask, {size, data::PixelBytes(32 * 32, 255)});
  }
  const auto run = folder_ / "runs/t/run";
  EXPECT_EQ(work_on_run(settings, run, kNever), train::StopReason::kFinished);
  const auto best = checkpoint::load_weights(run / "weights/best.safetensors");
  EXPECT_EQ(best.facts.at("metric"), "none");
  EXPECT_EQ(best.facts.at("epoch"), "2");
  auto kept = best.tensors;
  auto last = checkpoint::load_weights(run / "weights/last.safetensors").tensors;
  std::ranges::sort(kept, {}, [](const auto& named) { return named.first; });
  std::ranges::sort(last, {}, [](const auto& named) { return named.first; });
  expect_equal_tensors(kept, last);
}

TEST_F(TrainerTest, TheMonitorIsCheckedWithoutAValidationSplitToo) {
  auto settings = config();
  settings.data.split = {.train = 0.8, .val = 0, .test = 0.2};
  settings.train.monitor = "foo";
  EXPECT_THROW(train::build_experiment(settings, eval::resolve_runtime(settings)), Error);
  settings.train.monitor = "top1";
  EXPECT_NO_THROW(train::build_experiment(settings, eval::resolve_runtime(settings)));
}

TEST_F(TrainerTest, TheHitsAmongOneHaveOneColumn) {
  auto settings = config();
  settings.eval.top_k = 1;
  settings.train.epochs = 1;
  work_on_run(settings, folder_ / "runs/t/run", kNever);
  const auto header = split(split(read_text(folder_ / "runs/t/run/results.csv"), '\n').at(0), ',');
  EXPECT_EQ(std::ranges::count(header, "val_top1"), 1);
}

TEST_F(TrainerTest, EpochsWithoutValidationHaveTheSameColumnsEmpty) {
  auto settings = config();
  settings.train.epochs = 3;
  settings.train.val_every = 2;
  work_on_run(settings, folder_ / "runs/t/run", kNever);
  std::vector<std::vector<std::string>> rows;
  for (const auto& line : split(read_text(folder_ / "runs/t/run/results.csv"), '\n')) {
    if (!line.empty()) rows.push_back(split(line, ','));
  }
  ASSERT_EQ(rows.size(), 4u);
  const auto column = std::find(rows[0].begin(), rows[0].end(), "val_top1") - rows[0].begin();
  for (const auto& row : rows) ASSERT_EQ(row.size(), rows[0].size());
  EXPECT_EQ(rows[1].at(static_cast<std::size_t>(column)), "");
  EXPECT_NE(rows[2].at(static_cast<std::size_t>(column)), "");
  EXPECT_NE(rows[3].at(static_cast<std::size_t>(column)), "");  // the last is always validated
}

TEST_F(TrainerTest, StopsEarlyWhenNothingGetsBetter) {
  auto settings = config();
  settings.optim.lr = 0;
  settings.train.epochs = 20;
  settings.train.early_stop.patience = 2;
  EXPECT_EQ(work_on_run(settings, folder_ / "runs/t/run", kNever), train::StopReason::kEarlyStop);
  std::string fallback;
  EXPECT_LT(checkpoint::load_last(folder_ / "runs/t/run/weights", fallback).progress.epoch, 20);
}

TEST_F(TrainerTest, MedianFrequencyWeighsByTheMasksThatHoldAClass) {
  const data::Picture picture{{2, 2}, data::PixelBytes(12, 0)};
  const MemoryDataset dataset(
      {{picture, {{2, 2}, {0, 0, 0, 1}}, -1}, {picture, {{2, 2}, {0, 0, 0, 0}}, -1}});
  auto settings = config(config::Task::kSegment);
  const auto logits = torch::zeros({1, 2, 1, 2}).index_put_({0, 0, 0, 0}, 1.0);
  const auto targets = torch::tensor({0, 1}, torch::kLong).view({1, 1, 2});
  const auto loss_with = [&](const char* rule) {
    settings.loss = {config::CrossEntropyLoss{.class_weights = rule}};
    return train::build_loss(settings, dataset, 2, torch::kCPU)(logits, targets).item<double>();
  };
  const auto reference = [&](double first, double second) {
    return torch::nn::functional::cross_entropy(
               logits, targets,
               torch::nn::functional::CrossEntropyFuncOptions().weight(
                   torch::tensor({first, second}, torch::kFloat)))
        .item<double>();
  };
  // Of all pixels 7/8 and 1/8; among the masks with the class 7/8 and 1/4.
  EXPECT_NEAR(loss_with("inverse"), reference(8.0 / 7, 8), 1e-6);
  EXPECT_NEAR(loss_with("median_frequency"), reference(8.0 / 7, 4), 1e-6);
}

}  // namespace
}  // namespace carica::test
