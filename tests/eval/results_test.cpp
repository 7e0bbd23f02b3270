#include "eval/results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text.h"
#include "small_models.h"

namespace carica::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// Class k has 200 samples, of which k are taken for the class before it.
std::string table_of(std::size_t classes) {
  auto model = small_model(config::Task::kClassify);
  model.classes.clear();
  eval::Evaluation evaluation;
  evaluation.confusion = metrics::Confusion(static_cast<int>(classes));
  for (std::size_t k = 0; k < classes; ++k) {
    const int own = static_cast<int>(k);
    model.classes.push_back(cat("class_", 100 + k));
    evaluation.confusion.at(own, own) = 200 - own;
    if (own > 0) evaluation.confusion.at(own, own - 1) = own;
  }
  return eval::results_table(model, evaluation);
}

TEST(ResultsTable, HasAllClassesOfAScreen) {
  const auto table = table_of(60);
  EXPECT_EQ(split(table, '\n').size(), 60 + 12u);
  EXPECT_THAT(table, Not(HasSubstr("per_class.csv")));
}

TEST(ResultsTable, HasTheBestAndTheWorstOfManyClasses) {
  const auto table = table_of(150);
  EXPECT_THAT(table, HasSubstr("(the 15 best and the 15 worst of 150 classes, by f1; "));
  EXPECT_THAT(table, HasSubstr("\nclass_100 "));
  EXPECT_THAT(table, HasSubstr("\nclass_114 "));
  EXPECT_THAT(table, Not(HasSubstr("\nclass_116 ")));
  EXPECT_THAT(table, Not(HasSubstr("\nclass_180 ")));
  EXPECT_THAT(table, HasSubstr("\nclass_248 "));
}

}  // namespace
}  // namespace carica::test
