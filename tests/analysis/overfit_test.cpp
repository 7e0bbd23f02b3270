#include "analysis/overfit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace carica::analysis {
namespace {

using testing::HasSubstr;
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
}

TEST(Overfitting, LeavesOutEpochsWithoutAValidation) {
  const auto verdict = judge_overfitting(Losses{2, 1, 0.5, 0.2, 0.1}, Losses{NAN, 1, NAN, NAN, 2});
  EXPECT_TRUE(verdict.overfits);
  EXPECT_EQ(verdict.best_epoch, 2);
  EXPECT_FALSE(judge_overfitting(Losses{1, 0.5}, Losses{NAN, 1}).known);
  EXPECT_FALSE(judge_overfitting(Losses{}, Losses{}).known);
  EXPECT_THAT(judge_overfitting(Losses{}, Losses{}).statement(), HasSubstr("Too few epochs"));
}

}  // namespace
}  // namespace carica::analysis
