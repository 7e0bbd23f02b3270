#include "analysis/overfit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "core/text.h"

namespace carica::analysis {
namespace {

using testing::HasSubstr;
using testing::Not;
using Losses = std::vector<double>;

TEST(Overfitting, BeginsAfterTheLowestValidationLoss) {
  const auto verdict = judge_overfitting(Losses{2, 1, 0.6, 0.3, 0.1}, Losses{2, 1.2, 1, 1.1, 1.4});
  EXPECT_TRUE(verdict.overfits);
  EXPECT_EQ(verdict.best_epoch, 3);
  EXPECT_EQ(verdict.last_epoch, 5);
  EXPECT_THAT(verdict.statement(), HasSubstr("Overfits from epoch 4 on"));
  EXPECT_DOUBLE_EQ(verdict.gap(), 1.3);
}

TEST(Overfitting, NeedsARiseOfFivePerCentAndAFallingTrainingLoss) {
  EXPECT_FALSE(judge_overfitting(Losses{1, 0.5, 0.4}, Losses{1, 0.80, 0.83}).overfits);
  EXPECT_TRUE(judge_overfitting(Losses{1, 0.5, 0.4}, Losses{1, 0.80, 0.85}).overfits);
  // Both rise: the training went wrong, which is not overfitting.
  EXPECT_FALSE(judge_overfitting(Losses{1, 0.5, 0.9}, Losses{1, 0.80, 1.2}).overfits);
  const auto falling = judge_overfitting(Losses{1, 0.5}, Losses{1, 0.8});
  EXPECT_FALSE(falling.overfits);
  EXPECT_THAT(falling.statement(), HasSubstr("Does not overfit"));
  EXPECT_THAT(falling.statement(), HasSubstr("the last; training loss"));
}

TEST(Overfitting, LeavesOutEpochsWithoutAValidation) {
  const auto verdict = judge_overfitting(Losses{2, 1, 0.5, 0.2, 0.1}, Losses{NAN, 1, NAN, NAN, 2});
  EXPECT_TRUE(verdict.overfits);
  EXPECT_EQ(verdict.best_epoch, 2);
  EXPECT_FALSE(judge_overfitting(Losses{1, 0.5}, Losses{NAN, 1}).known);
  EXPECT_FALSE(judge_overfitting(Losses{}, Losses{}).known);
  EXPECT_THAT(judge_overfitting(Losses{}, Losses{}).statement(), HasSubstr("Too few epochs"));
}

// A run whose training loss is that of validation but for what `change` does.
Overfitting judged(const std::function<void(config::Config&)>& change) {
  config::Config config;
  change(config);
  return judge_overfitting(Losses{2, 1}, Losses{1.5, 2}, why_no_gap(config));
}

TEST(Overfitting, HasNoGapWhereTrainingHasAnotherLoss) {
  using config::Config;
  const std::vector<std::pair<const char*, std::function<void(Config&)>>> cases = {
      {"class weights",
       [](Config& c) { c.loss = {config::CrossEntropyLoss{.class_weights = "inverse"}}; }},
      {"label smoothing",
       [](Config& c) {
         c.loss = {config::DiceLoss{}, config::BceLoss{.label_smoothing = 0.1}};
       }},
      {"mixup", [](Config& c) { c.batch_transforms.mixup = 0.2; }},
      {"cutmix", [](Config& c) { c.batch_transforms.cutmix = 1; }},
      {"the loss of an auxiliary head", [](Config& c) { c.model.name = "fcn_resnet50"; }},
  };
  for (const auto& [what, change] : cases) {
    const auto verdict = judged(change);
    EXPECT_TRUE(std::isnan(verdict.gap())) << what;
    EXPECT_TRUE(verdict.overfits) << what;
    EXPECT_THAT(verdict.statement(),
                HasSubstr(cat("is no gap: training has ", what, ", which validation has not.")));
  }
}

TEST(Overfitting, HasAGapWhereBothHaveOneLoss) {
  const std::vector<std::function<void(config::Config&)>> cases = {
      [](auto& c) {
        c.loss = {config::FocalLoss{}, config::DiceLoss{}};
      },
      [](auto& c) { c.batch_transforms = {.mixup = 0.2, .p = 0}; },
      [](auto& c) {
        c.model.name = "deeplabv3_resnet50";
        c.model.aux = "off";
      },
      [](auto& c) { c.model.name = "deeplabv3plus_resnet50"; },
  };
  for (const auto& change : cases) {
    EXPECT_DOUBLE_EQ(judged(change).gap(), 1);
    EXPECT_THAT(judged(change).statement(), Not(HasSubstr("gap")));
  }
}

}  // namespace
}  // namespace carica::analysis
