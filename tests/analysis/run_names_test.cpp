#include "analysis/run_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carica::analysis {
namespace {

using testing::ElementsAre;

std::vector<std::string> names_of(const std::vector<NamedFolder>& runs) {
  return distinct_names(runs);
}

TEST(RunNames, StayWhereTheyDiffer) {
  EXPECT_THAT(names_of({{"a", "runs/a"}, {"b", "runs/b"}}), ElementsAre("a", "b"));
}

TEST(RunNames, GetTheFoldersThatTellThemApart) {
  EXPECT_THAT(names_of({{"b", "x/seed1/b"}, {"c", "x/seed1/c"}, {"b", "x/seed2/b/"}}),
              ElementsAre("seed1/b", "c", "seed2/b"));
  EXPECT_THAT(names_of({{"b", "one/classify/b"}, {"b", "two/classify/b"}}),
              ElementsAre("one/classify/b", "two/classify/b"));
  // A checkpoint is named by its file.
  EXPECT_THAT(names_of({{"best", "x/seed1"}, {"best", "x/seed2"}}),
              ElementsAre("seed1/best", "seed2/best"));
}

TEST(RunNames, AreNumberedWhereFoldersDoNotHelp) {
  EXPECT_THAT(names_of({{"b", "runs/b"}, {"b", "runs/b"}, {"b", "other/b"}}),
              ElementsAre("b", "b (2)", "b (3)"));
  const std::string deep = "/" + std::string(40, 'x') + "/b";
  EXPECT_THAT(names_of({{"b", "one" + deep}, {"b", "two" + deep}}), ElementsAre("b", "b (2)"));
  EXPECT_THAT(names_of({{"b", "/b"}, {"b", "/x/b"}}), ElementsAre("b", "b (2)"));
}

}  // namespace
}  // namespace carica::analysis
