#include "config/idle_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/doubts.h"

namespace carica::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::vector<std::string> idle(const std::string& yaml) {
  return idle_keys(parse("task: classify\n" + yaml, "test"));
}

TEST(IdleKeys, DefaultsAreNotNamed) { EXPECT_THAT(idle(""), IsEmpty()); }

TEST(IdleKeys, OfAnotherOptimizer) {
  EXPECT_THAT(idle("optim: {name: adamw, momentum: 0.8, nesterov: true}"),
              ElementsAre(AllOf(StartsWith("optim.momentum: has no effect"), HasSubstr("sgd")),
                          StartsWith("optim.nesterov: ")));
  EXPECT_THAT(idle("optim: {name: sgd, momentum: 0.8, nesterov: true}"), IsEmpty());
  EXPECT_THAT(idle("optim: {name: sgd, betas: [0.8, 0.9]}"),
              ElementsAre(AllOf(StartsWith("optim.betas: "), HasSubstr("adam or adamw"))));
}

TEST(IdleKeys, OfAnotherSchedule) {
  EXPECT_THAT(idle("schedule: {name: cosine, gamma: 0.5, milestones: [2, 4]}"),
              ElementsAre(StartsWith("schedule.milestones: "), StartsWith("schedule.gamma: ")));
  EXPECT_THAT(idle("schedule: {name: multistep, gamma: 0.5, milestones: [2, 4]}"), IsEmpty());
  EXPECT_THAT(idle("schedule: {name: constant, min_lr: 1e-5, warmup_start: 0.1}"),
              ElementsAre(StartsWith("schedule.warmup_start: "), StartsWith("schedule.min_lr: ")));
}

TEST(IdleKeys, DropsOfTheRateBehindTheEnd) {
  EXPECT_THAT(idle("schedule: {name: step}\ntrain: {epochs: 30}"),
              ElementsAre("schedule.step_epochs = 30: has no effect; it counts below "
                          "train.epochs = 30"));
  EXPECT_THAT(idle("schedule: {name: step}\ntrain: {epochs: 31}"), IsEmpty());
  EXPECT_THAT(idle("schedule: {name: multistep, milestones: [5, 10, 12.5]}\ntrain: {epochs: 10}"),
              ElementsAre("schedule.milestones: 10, 12.5: no effect; they count below "
                          "train.epochs = 10"));
  EXPECT_THAT(idle("schedule: {name: multistep, milestones: [5, 9]}\ntrain: {epochs: 10}"),
              IsEmpty());
}

TEST(IdleKeys, OfWhatIsOff) {
  EXPECT_THAT(idle("train: {freeze: {epochs: 3}, ema: {warmup_steps: 9}}"),
              ElementsAre(AllOf(StartsWith("train.freeze.epochs: "), HasSubstr("freeze.names")),
                          StartsWith("train.ema.warmup_steps: ")));
  EXPECT_THAT(idle("train: {freeze: {epochs: 3, names: [conv1]}, ema: {decay: 0.9}}"), IsEmpty());
  EXPECT_THAT(idle("batch_transforms: {mixup: 0.2, switch_p: 0.3}"),
              ElementsAre(StartsWith("batch_transforms.switch_p: ")));
}

TEST(Doubts, PublishedWeightsExpectNormalisedPictures) {
  const auto doubts_of = [](const std::string& yaml) {
    return doubts(parse("model: {name: resnet18, pretrained: imagenet}\n" + yaml, "test"));
  };
  EXPECT_THAT(doubts_of("transforms: {train: [Resize: {size: 8}], eval: [Resize: {size: 8}]}"),
              ElementsAre(AllOf(StartsWith("model.pretrained = imagenet: "),
                                HasSubstr("add Normalize to transforms.train"))));
  EXPECT_THAT(doubts_of("transforms: {train: [Normalize], eval: [Normalize]}"), IsEmpty());
  EXPECT_THAT(doubts(parse("model: {name: resnet18}", "test")), IsEmpty());
}

std::vector<std::string> doubtful(const std::string& yaml) {
  return doubts(parse("task: classify\n" + yaml, "test"));
}

TEST(Doubts, AnEarlyStopThatNeverComes) {
  EXPECT_THAT(doubtful("train: {epochs: 20, val_every: 5, early_stop: {patience: 4}}"),
              ElementsAre("train.early_stop.patience = 4: never stops; the training has 4 "
                          "validations (train.epochs, train.val_every)"));
  EXPECT_THAT(doubtful("train: {epochs: 21, val_every: 5, early_stop: {patience: 4}}"), IsEmpty());
  EXPECT_THAT(doubtful("train: {epochs: 3, early_stop: {patience: 9}}"), testing::SizeIs(1));
  EXPECT_THAT(doubtful("train: {epochs: 1}"), IsEmpty());
}

TEST(Doubts, APlateauThatNeverDrops) {
  EXPECT_THAT(doubtful("schedule: {name: plateau, patience: 5}\ntrain: {epochs: 5}"),
              ElementsAre(AllOf(StartsWith("schedule.patience = 5: never lowers the rate"),
                                HasSubstr("5 validations"))));
  EXPECT_THAT(doubtful("schedule: {name: plateau, patience: 5}\ntrain: {epochs: 8}"), IsEmpty());
  EXPECT_THAT(doubtful("schedule: {name: cosine}\ntrain: {epochs: 1}"), IsEmpty());
}

TEST(Doubts, AMonitoredValueFollowedTheWrongWay) {
  EXPECT_THAT(doubtful("train: {monitor: loss, mode: max}"),
              ElementsAre(AllOf(StartsWith("train.mode = max: "), HasSubstr("worst"))));
  EXPECT_THAT(doubtful("train: {monitor: f1_macro, mode: min}"),
              ElementsAre(StartsWith("train.mode = min: ")));
  EXPECT_THAT(doubtful("train: {mode: min}"), ElementsAre(StartsWith("train.mode = min: ")));
  EXPECT_THAT(doubtful("train: {monitor: loss, mode: min}"), IsEmpty());
  EXPECT_THAT(doubtful("train: {monitor: loss}"), IsEmpty());
  EXPECT_THAT(doubtful("train: {monitor: f1_macro, mode: max}"), IsEmpty());
}

TEST(Doubts, AWarmUpThatLastsToTheEnd) {
  EXPECT_THAT(doubtful("schedule: {warmup_epochs: 3}\ntrain: {epochs: 3}"),
              ElementsAre("schedule.warmup_epochs = 3: lasts to the end; the rate is optim.lr at "
                          "no step before train.epochs = 3"));
  EXPECT_THAT(doubtful("schedule: {warmup_epochs: 2}\ntrain: {epochs: 3}"), IsEmpty());
}

}  // namespace
}  // namespace carica::config
