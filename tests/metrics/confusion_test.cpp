#include "metrics/confusion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/error.h"

namespace carica::metrics {
namespace {

Confusion random_confusion(std::mt19937_64& random) {
  Confusion confusion(static_cast<int>(1 + random() % 8));
  for (auto& count : confusion.counts) {
    count = random() % 3 == 0 ? 0 : static_cast<std::int64_t>(random() % 100'000'000'000);
  }
  return confusion;
}

TEST(Confusion, SumsRowsColumnsAndTheDiagonal) {
  Confusion confusion(2);
  confusion.counts = {1, 2, 3, 4};
  EXPECT_EQ(confusion.support(0), 3);
  EXPECT_EQ(confusion.support(1), 7);
  EXPECT_EQ(confusion.predicted(0), 4);
  EXPECT_EQ(confusion.predicted(1), 6);
  EXPECT_EQ(confusion.total(), 10);
  EXPECT_EQ(confusion.correct(), 5);
}

TEST(Confusion, AddsCountsOfTheSameNumberOfClassesOnly) {
  Confusion sum(2);
  Confusion one(2);
  one.counts = {1, 2, 3, 4};
  sum += one;
  sum += one;
  EXPECT_THAT(sum.counts, testing::ElementsAre(2, 4, 6, 8));
  try {
    sum += Confusion(3);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kShape);
    EXPECT_STREQ(error.what(), "confusion: counts of 3 classes; expected 2");
  }
}

TEST(Confusion, KeepsTheInvariantsOfOverlapMeasures) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 500; ++round) {
    const Confusion confusion = random_confusion(random);
    const auto classes = per_class(confusion);
    std::int64_t rows = 0;
    for (int c = 0; c < confusion.classes; ++c) {
      const ClassMetrics& one = classes[static_cast<std::size_t>(c)];
      rows += one.support;
      EXPECT_EQ(one.support, confusion.support(c));
      if (std::isnan(one.dice)) {
        EXPECT_TRUE(std::isnan(one.iou));
        EXPECT_EQ(one.f1, 0);
        continue;
      }
      EXPECT_EQ(one.dice, one.f1);
      EXPECT_NEAR(one.iou, one.dice / (2 - one.dice), 1e-12);
      for (const double share : {one.precision, one.recall, one.f1, one.iou}) {
        EXPECT_GE(share, 0);
        EXPECT_LE(share, 1);
      }
      if (one.precision + one.recall > 0) {
        EXPECT_NEAR(one.f1, 2 * one.precision * one.recall / (one.precision + one.recall), 1e-12);
      }
    }
    EXPECT_EQ(rows, confusion.total());
  }
}

TEST(Confusion, GivesAPerfectPredictionOnesEverywhere) {
  Confusion confusion(3);
  confusion.at(0, 0) = 7;
  confusion.at(1, 1) = 1;
  confusion.at(2, 2) = 12;
  const Summary summary = summarize(confusion);
  for (const double share : {summary.accuracy, summary.precision_macro, summary.recall_macro,
                             summary.f1_macro, summary.f1_weighted, summary.miou, summary.mdice}) {
    EXPECT_DOUBLE_EQ(share, 1);
  }
}

TEST(Confusion, OfNothingHasNoOverlapAndZeroShares) {
  const Summary summary = summarize(Confusion(3));
  EXPECT_EQ(summary.accuracy, 0);
  EXPECT_EQ(summary.f1_macro, 0);
  EXPECT_EQ(summary.f1_weighted, 0);
  EXPECT_TRUE(std::isnan(summary.miou));
  EXPECT_TRUE(std::isnan(summary.mdice));
}

TEST(ConfusionCsv, NamesRowsAndColumnsAndQuotesNames) {
  Confusion confusion(2);
  confusion.counts = {1, 2, 3, 4};
  EXPECT_EQ(confusion_csv(confusion, {"not, sweet", "sweet"}),
            "truth,\"not, sweet\",sweet\n\"not, sweet\",1,2\nsweet,3,4\n");
}

TEST(PerClassCsv, HasOverlapsForSegmentationAlone) {
  Confusion confusion(3);
  confusion.at(0, 0) = 1;
  confusion.at(0, 1) = 1;
  const std::vector<std::string> names = {"a", "b", "c"};
  EXPECT_EQ(per_class_csv(confusion, names, false),
            "name,precision,recall,f1,support\n"
            "a,1,0.5,0.6666666666666666,2\n"
            "b,0,0,0,0\n"
            "c,0,0,0,0\n");
  EXPECT_EQ(per_class_csv(confusion, names, true),
            "name,precision,recall,f1,support,iou,dice\n"
            "a,1,0.5,0.6666666666666666,2,0.5,0.6666666666666666\n"
            "b,0,0,0,0,0,0\n"
            "c,0,0,0,0,nan,nan\n");
}

TEST(PerClassCsv, RefusesAWrongNumberOfNames) {
  EXPECT_THROW(per_class_csv(Confusion(2), {"a"}, true), Error);
  EXPECT_THROW(confusion_csv(Confusion(2), {"a", "b", "c"}), Error);
}

}  // namespace
}  // namespace carica::metrics
