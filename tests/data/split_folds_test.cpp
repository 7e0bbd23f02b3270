#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "data/splits/split.h"
#include "golden/masks_golden.h"
#include "io_support.h"

namespace carica::data {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

std::vector<Item> items_of(std::span<const int> counts) {
  std::vector<Item> items;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    for (int i = 0; i < counts[c]; ++i) {
      Item item;
      item.name = std::to_string(c) + "/" + std::to_string(i);
      item.label = static_cast<std::int64_t>(c);
      items.push_back(item);
    }
  }
  return items;
}

config::SplitConfig fold(int folds, int which, std::uint64_t seed = 0) {
  config::SplitConfig config;
  config.folds = folds;
  config.fold = which;
  config.seed = seed;
  return config;
}

TEST(Folds, HoldEveryItemOnceTogether) {
  const auto items = items_of(golden::kFoldClassCounts);
  std::vector<int> seen(items.size());
  for (int f = 0; f < 5; ++f) {
    const Division division = divide(items, fold(5, f));
    EXPECT_TRUE(division.test.empty());
    EXPECT_EQ(division.train.size() + division.val.size(), items.size());
    for (const auto place : division.val) ++seen[place];
    std::vector<std::size_t> both;
    std::set_intersection(division.train.begin(), division.train.end(), division.val.begin(),
                          division.val.end(), std::back_inserter(both));
    EXPECT_TRUE(both.empty());
  }
  EXPECT_EQ(seen, std::vector<int>(items.size(), 1));
}

TEST(Folds, AreAsEvenAsThoseOfScikitLearn) {
  const auto items = items_of(golden::kFoldClassCounts);
  std::vector<std::vector<int>> sizes(4, std::vector<int>(5));
  std::vector<int> totals;
  for (int f = 0; f < 5; ++f) {
    const auto val = divide(items, fold(5, f)).val;
    for (const auto place : val) {
      ++sizes[static_cast<std::size_t>(items[place].label)][static_cast<std::size_t>(f)];
    }
    totals.push_back(static_cast<int>(val.size()));
  }
  std::vector<int> sorted;
  for (auto& of_class : sizes) {
    std::sort(of_class.begin(), of_class.end());
    sorted.insert(sorted.end(), of_class.begin(), of_class.end());
  }
  std::sort(totals.begin(), totals.end());
  EXPECT_THAT(sorted, ElementsAreArray(golden::kFoldSizes));
  EXPECT_THAT(totals, ElementsAreArray(golden::kFoldTotals));
}

TEST(Folds, DependOnSeedAndNamesAlone) {
  const auto items = items_of(golden::kFoldClassCounts);
  auto reversed = items;
  std::reverse(reversed.begin(), reversed.end());
  std::set<std::string> names, again;
  for (const auto place : divide(items, fold(5, 2)).val) names.insert(items[place].name);
  for (const auto place : divide(reversed, fold(5, 2)).val) again.insert(reversed[place].name);
  EXPECT_EQ(names, again);
  EXPECT_NE(divide(items, fold(5, 2, 1)).val, divide(items, fold(5, 2)).val);
}

TEST(Folds, KeepGroupsTogether) {
  auto items = items_of(golden::kFoldClassCounts);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i % 7 != 0) items[i].group = "g" + std::to_string(i / 3);  // the others stand alone
  }
  std::map<std::string, int> fold_of;
  std::size_t smallest = items.size(), largest = 0;
  for (int f = 0; f < 4; ++f) {
    const auto val = divide(items, fold(4, f)).val;
    smallest = std::min(smallest, val.size());
    largest = std::max(largest, val.size());
    for (const auto place : val) {
      if (items[place].group.empty()) continue;
      const auto [known, fresh] = fold_of.emplace(items[place].group, f);
      EXPECT_EQ(known->second, f) << items[place].group;
    }
  }
  EXPECT_LE(largest - smallest, 4u);
}

TEST(Folds, SpreadEachClassWhereGroupsHoldSeveral) {
  // Three groups with one item of class 0 and four of class 1, three with five of class 0.
  std::vector<Item> items;
  for (int i = 0; i < 30; ++i) {
    Item item;
    item.name = std::to_string(i);
    item.label = i < 15 && i % 5 > 0 ? 1 : 0;
    item.group = "g" + std::to_string(i / 5);
    items.push_back(item);
  }
  for (const std::uint64_t seed : {0u, 1u, 2u}) {
    for (int f = 0; f < 3; ++f) {
      const auto val = divide(items, fold(3, f, seed)).val;
      EXPECT_EQ(val.size(), 10u);
      EXPECT_EQ(std::ranges::count_if(val, [&](auto place) { return items[place].label == 1; }), 4);
    }
  }
}

TEST(Folds, NeedEnoughGroups) {
  const int few[] = {3};
  const Error error = error_of([&] { divide(items_of(few), fold(4, 0)); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("data.split.folds = 4: there are 3 groups only"));
}

}  // namespace
}  // namespace carica::data
