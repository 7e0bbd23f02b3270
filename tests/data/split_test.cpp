#include "data/splits/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "io_support.h"

namespace carica::data {
namespace {

using ::testing::HasSubstr;

// `counts[c]` items of class c.
std::vector<Item> items_of(const std::vector<int>& counts) {
  std::vector<Item> items;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    for (int i = 0; i < counts[c]; ++i) {
      Item item;
      item.name = "class" + std::to_string(c) + "/" + std::to_string(i) + ".jpg";
      item.label = static_cast<std::int64_t>(c);
      items.push_back(item);
    }
  }
  return items;
}

std::set<std::string> names(const std::vector<Item>& items,
                            const std::vector<std::size_t>& places) {
  std::set<std::string> result;
  for (const auto place : places) result.insert(items[place].name);
  return result;
}

std::vector<int> per_class(const std::vector<Item>& items, const std::vector<std::size_t>& places,
                           std::size_t classes) {
  std::vector<int> counts(classes);
  for (const auto place : places) ++counts[static_cast<std::size_t>(items[place].label)];
  return counts;
}

TEST(Split, DividesEachClassByTheShares) {
  const auto items = items_of({100, 50, 10});
  const Division division = divide(items, {0.7, 0.1, 0.2, true, "", 0});
  EXPECT_EQ(per_class(items, division.train, 3), (std::vector<int>{70, 35, 7}));
  EXPECT_EQ(per_class(items, division.val, 3), (std::vector<int>{10, 5, 1}));
  EXPECT_EQ(per_class(items, division.test, 3), (std::vector<int>{20, 10, 2}));
  std::set<std::size_t> all(division.train.begin(), division.train.end());
  all.insert(division.val.begin(), division.val.end());
  all.insert(division.test.begin(), division.test.end());
  EXPECT_EQ(all.size(), 160u);
  EXPECT_TRUE(std::is_sorted(division.train.begin(), division.train.end()));
}

TEST(Split, RoundsByTheLargestRemainder) {
  const auto items = items_of({1000});
  const auto sizes = [&](int n, config::SplitConfig config) {
    const auto some = items_of({n});
    const Division division = divide(some, config);
    return std::vector<std::size_t>{division.train.size(), division.val.size(),
                                    division.test.size()};
  };
  EXPECT_EQ(sizes(11, {0.7, 0.1, 0.2, true, "", 0}), (std::vector<std::size_t>{8, 1, 2}));
  EXPECT_EQ(sizes(13, {0.7, 0.1, 0.2, true, "", 0}), (std::vector<std::size_t>{9, 1, 3}));
  EXPECT_EQ(sizes(4, {0.5, 0.25, 0.25, true, "", 0}), (std::vector<std::size_t>{2, 1, 1}));
  EXPECT_EQ(sizes(10, {0.9, 0.1, 0, true, "", 0}), (std::vector<std::size_t>{9, 1, 0}));
}

TEST(Split, GivesEverySplitEachClassWithThreeSamples) {
  for (int n = 3; n < 12; ++n) {
    const auto items = items_of({n, 100});
    const Division division = divide(items, {0.9, 0.05, 0.05, true, "", 7});
    for (const auto* part : {&division.train, &division.val, &division.test}) {
      EXPECT_GE(per_class(items, *part, 2)[0], 1) << n;
    }
  }
}

std::vector<std::size_t> sizes_of(const Division& division) {
  return {division.train.size(), division.val.size(), division.test.size()};
}

TEST(Split, MeetsTheSharesOfAllWhereClassesAreSmall) {
  using Sizes = std::vector<std::size_t>;
  const auto sizes = [](int classes, int each, config::SplitConfig config) {
    const auto items = items_of(std::vector<int>(static_cast<std::size_t>(classes), each));
    const Division division = divide(items, config);
    const auto train = per_class(items, division.train, static_cast<std::size_t>(classes));
    EXPECT_THAT(train, ::testing::Each(::testing::Ge(1)));
    return sizes_of(division);
  };
  EXPECT_EQ(sizes(100, 4, {0.8, 0.1, 0.1, true, "", 0}), (Sizes{320, 40, 40}));
  EXPECT_EQ(sizes(100, 3, {0.9, 0.1, 0, true, "", 0}), (Sizes{270, 30, 0}));
  EXPECT_EQ(sizes(100, 2, {0.8, 0.1, 0.1, true, "", 0}), (Sizes{160, 20, 20}));
  EXPECT_EQ(sizes(5, 3, {0.9, 0.05, 0.05, true, "", 0}), (Sizes{13, 1, 1}));
}

TEST(Split, GivesTrainOneOfEachClassAndOthersMakeUpForIt) {
  std::vector<int> counts(60, 1);
  for (int c = 0; c < 20; ++c) counts.push_back(9);
  const auto items = items_of(counts);
  const Division division = divide(items, {0.5, 0.25, 0.25, true, "", 0});
  EXPECT_EQ(sizes_of(division), (std::vector<std::size_t>{120, 60, 60}));
  EXPECT_THAT(per_class(items, division.train, counts.size()), ::testing::Each(::testing::Ge(1)));
}

TEST(Split, RoundsLargeClassesOnTheirOwn) {
  // 0.5 over or under for each of 100 classes, as in all versions before.
  const auto items = items_of(std::vector<int>(100, 11));
  EXPECT_EQ(sizes_of(divide(items, {0.7, 0.1, 0.2, true, "", 0})),
            (std::vector<std::size_t>{800, 100, 200}));
}

TEST(Split, DependsOnSeedAndNamesAloneWhereClassesAreSmall) {
  const auto items = items_of(std::vector<int>(30, 4));
  auto shuffled = items;
  std::reverse(shuffled.begin(), shuffled.end());
  for (auto& item : shuffled) item.label = (item.label * 7 + 3) % 30;
  const config::SplitConfig config{0.8, 0.1, 0.1, true, "", 5};
  const Division division = divide(items, config), again = divide(shuffled, config);
  EXPECT_EQ(names(items, division.train), names(shuffled, again.train));
  EXPECT_EQ(names(items, division.val), names(shuffled, again.val));
}

TEST(Split, DependsOnSeedAndNamesAlone) {
  const auto items = items_of({40, 30});
  const config::SplitConfig config{0.5, 0.2, 0.3, true, "", 5};
  const Division division = divide(items, config);
  // Another order of the items, and of the classes.
  auto shuffled = items;
  std::reverse(shuffled.begin(), shuffled.end());
  for (auto& item : shuffled) item.label = 1 - item.label;
  const Division again = divide(shuffled, config);
  EXPECT_EQ(names(items, division.train), names(shuffled, again.train));
  EXPECT_EQ(names(items, division.val), names(shuffled, again.val));
  EXPECT_EQ(names(items, division.test), names(shuffled, again.test));
  EXPECT_NE(divide(items, {0.5, 0.2, 0.3, true, "", 6}).train, division.train);
}

TEST(Split, HardlyMovesOldFilesWhenNewOnesCome) {
  const auto items = items_of({200}), more = items_of({220});
  const config::SplitConfig config{0.7, 0.1, 0.2, true, "", 0};
  const auto before = names(items, divide(items, config).test);
  const auto after = names(more, divide(more, config).test);
  int kept = 0;
  for (const auto& name : before) kept += after.count(name) > 0 ? 1 : 0;
  EXPECT_GE(kept, 34);  // of 40
}

TEST(Split, IgnoresClassesUnlessStratified) {
  const auto items = items_of({50, 50});
  const Division division = divide(items, {0.5, 0.2, 0.3, false, "", 1});
  EXPECT_EQ(division.train.size(), 50u);
  EXPECT_EQ(division.val.size(), 20u);
  EXPECT_EQ(division.test.size(), 30u);
}

TEST(Split, DividesTheSamplesOfARareLabelAmongOthersByTheShares) {
  std::vector<Item> items;
  for (int i = 0; i < 400; ++i) {
    Item item;
    item.name = std::to_string(i) + ".jpg";
    if (i % 2 == 0) item.labels.push_back(0);
    if (i % 40 == 0) item.labels.push_back(1);  // ten, all of them beside label 0
    if (i % 3 == 0) item.labels.push_back(2);
    items.push_back(item);
  }
  for (const std::uint64_t seed : {0u, 1u, 2u, 3u}) {
    config::SplitConfig config;
    config.train = 0.6;
    config.val = 0.2;
    config.test = 0.2;
    config.seed = seed;
    const Division division = divide(items, config);
    const auto rare = [&](const std::vector<std::size_t>& places) {
      return std::ranges::count_if(
          places, [&](auto place) { return std::ranges::count(items[place].labels, 1) > 0; });
    };
    EXPECT_EQ(rare(division.train), 6);
    EXPECT_EQ(rare(division.val), 2);
    EXPECT_EQ(rare(division.test), 2);
    EXPECT_EQ(division.train.size() + division.val.size() + division.test.size(), 400u);
  }
}

TEST(Split, KeepsGroupsTogether) {
  std::vector<Item> items;
  for (int i = 0; i < 120; ++i) {
    Item item;
    item.name = "images/scene" + std::to_string(i / 6) + "_crop" + std::to_string(i % 6) + ".jpg";
    item.label = i / 6 % 2;
    items.push_back(item);
  }
  const Division division = divide(items, {0.6, 0.2, 0.2, true, "(scene\\d+)_", 3});
  std::map<std::string, std::set<int>> splits_of_group;
  int split = 0;
  for (const auto* part : {&division.train, &division.val, &division.test}) {
    for (const auto place : *part) {
      const auto& name = items[place].name;
      splits_of_group[name.substr(0, name.find('_'))].insert(split);
    }
    ++split;
  }
  EXPECT_EQ(splits_of_group.size(), 20u);
  for (const auto& [group, splits] : splits_of_group) EXPECT_EQ(splits.size(), 1u) << group;
  EXPECT_EQ(division.train.size(), 72u);
  EXPECT_EQ(division.val.size(), 24u);
  EXPECT_EQ(division.test.size(), 24u);
}

// `groups` of ten items, every second of class 1.
std::vector<Item> large_groups(int groups) {
  std::vector<Item> items;
  for (int i = 0; i < groups * 10; ++i) {
    Item item;
    item.name = std::to_string(i) + ".jpg";
    item.label = i % 2;
    item.group = "g" + std::to_string(i / 10);
    items.push_back(item);
  }
  return items;
}

TEST(Split, KeepsALargeGroupForEachSplit) {
  const Division division = divide(large_groups(3), {0.7, 0.2, 0.1, true, "", 0});
  EXPECT_EQ(sizes_of(division), (std::vector<std::size_t>{10, 10, 10}));
}

TEST(Split, AsksForGroupsWhereThereAreTooFew) {
  const Error error = error_of([] { divide(large_groups(2), {0.7, 0.2, 0.1, true, "", 0}); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("gets none of 20 samples in 2 groups"));
  EXPECT_THAT(error.hint(), HasSubstr("add groups"));
}

TEST(Split, RefusesABrokenGroupPattern) {
  const auto items = items_of({10});
  for (const char* pattern : {"(unclosed", "no_part_in_brackets"}) {
    const Error error = error_of([&] { divide(items, {0.7, 0.1, 0.2, true, pattern, 0}); });
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    EXPECT_THAT(error.what(), HasSubstr("data.split.group_by = "));
  }
}

TEST(Split, RefusesANameWithoutGroup) {
  const auto items = items_of({10});
  const Error error = error_of([&] { divide(items, {0.7, 0.1, 0.2, true, "(scene\\d+)", 0}); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("class0/0.jpg: data.split.group_by"));
}

TEST(Split, RefusesASplitThatWouldBeEmpty) {
  const auto items = items_of({2});
  const Error error = error_of([&] { divide(items, {0.7, 0.1, 0.2, true, "", 0}); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_STREQ(error.what(),
               "data.split.val = 0.1: gets none of 2 samples in 2 groups; must get at least one");
}

}  // namespace
}  // namespace carica::data
