#include "data/splits/kept_division.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"

namespace carica::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Samples without pixels; the label is the last digit of the name. "g/a1" is a1 of the group g.
class Named : public data::Dataset {
 public:
  explicit Named(const std::vector<std::string>& names) : items_(names.size()) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto slash = names[i].find('/');
      items_[i].name = names[i];
      if (slash != std::string::npos) items_[i].group = names[i].substr(0, slash);
    }
  }
  std::size_t size() const override { return items_.size(); }
  const data::Item& item(std::size_t index) const override { return items_.at(index); }
  data::Sample load(std::size_t index) const override {
    data::Sample sample;
    sample.label = items_.at(index).name.back() - '0';
    return sample;
  }

 private:
  std::vector<data::Item> items_;
};

data::Datasets sets(const std::vector<std::string>& train, const std::vector<std::string>& val,
                    const std::vector<std::string>& test) {
  data::Datasets datasets;
  datasets.train = std::make_shared<Named>(train);
  datasets.val = std::make_shared<Named>(val);
  datasets.test = std::make_shared<Named>(test);
  return datasets;
}

std::vector<std::string> names(const data::Dataset& dataset) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    result.push_back(dataset.item(i).name);
    EXPECT_EQ(dataset.load(i).label, result.back().back() - '0');
  }
  return result;
}

constexpr const char* kTable =
    "name,label,split\na0,x,train\na1,x,train\na2,x,val\na3,x,test\na4,x,test\n";

TEST(KeptDivision, BringsSamplesBackToTheirSplits) {
  // a4 is gone, a5 and a6 are new, and today's division has a1 and a3 elsewhere.
  const auto kept =
      data::keep_division(sets({"a0", "a3", "a5"}, {"a2"}, {"a1", "a6"}), kTable, "split.csv", "");
  EXPECT_THAT(names(*kept.datasets.train), ElementsAre("a0", "a5", "a1"));
  EXPECT_THAT(names(*kept.datasets.val), ElementsAre("a2"));
  EXPECT_THAT(names(*kept.datasets.test), ElementsAre("a3", "a6"));
  EXPECT_EQ(kept.moved, 2);
  EXPECT_EQ(kept.fresh, 2);
  EXPECT_EQ(kept.gone, 1);
}

TEST(KeptDivision, PutsNewSamplesToTheirGroup) {
  const char* table =
      "name,label,split\ng/a0,x,train\nh/a1,x,test\ni/a2,x,val\ni/a3,x,test\nj/a4,x,train\n";
  // Today's division has tested on more of g, and trained on more of h. i is torn already, and k
  // new.
  const auto kept = data::keep_division(
      sets({"h/a5", "g/a0"}, {"i/a2", "k/a8"}, {"g/a6", "h/a1", "i/a3", "i/a7", "j/a9"}), table,
      "split.csv", "");
  EXPECT_THAT(names(*kept.datasets.train), ElementsAre("g/a0", "g/a6"));
  EXPECT_THAT(names(*kept.datasets.val), ElementsAre("i/a2", "k/a8"));
  EXPECT_THAT(names(*kept.datasets.test), ElementsAre("h/a5", "h/a1", "i/a3", "i/a7", "j/a9"));
  EXPECT_EQ(kept.moved, 0);
  EXPECT_EQ(kept.fresh, 5);
  EXPECT_EQ(kept.rows_of_gone, "j/a4,x,train\n");
}

TEST(KeptDivision, KnowsTheGroupsOfNamesThatAreGone) {
  const auto now = sets({"b1"}, {}, {"a5", "xx"});
  const auto kept = data::keep_division(now, "name,label,split\na0,x,train\nb1,x,train\n",
                                        "split.csv", "^([a-w])[0-9]$");
  EXPECT_THAT(names(*kept.datasets.train), ElementsAre("b1", "a5"));
  EXPECT_THAT(kept.datasets.test->item(0).name, "xx");  // group_by does not match it
}

TEST(KeptDivision, OfTheSameSamplesChangesNothing) {
  const auto now = sets({"a0", "a1"}, {"a2"}, {"a3", "a4"});
  const auto kept = data::keep_division(now, kTable, "split.csv", "");
  EXPECT_EQ(kept.datasets.train, now.train);
  EXPECT_EQ(kept.datasets.test, now.test);
  EXPECT_EQ(kept.moved + kept.fresh + kept.gone, 0);
}

TEST(KeptDivision, RefusesWhatIsNoTable) {
  const auto refusal = [](const std::string& csv) {
    try {
      data::keep_division(sets({"a0"}, {}, {}), csv, "split.csv", "");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kData);
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(refusal("name,split\na0,train\n"), HasSubstr("split.csv:1: columns name, split"));
  EXPECT_THAT(refusal("name,label,split\na0,x,dev\n"), HasSubstr("split.csv:2: split dev"));
}

}  // namespace
}  // namespace carica::test
