#include "data/split.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <regex>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"

namespace carica::data {

namespace {

constexpr std::uint32_t kSplitPurpose = 2;

using Counts = std::array<std::int64_t, 3>;  // train, val, test

// Items that stay together; in order of their names.
using Group = std::vector<std::size_t>;

std::array<double, 3> fractions(const config::SplitConfig& config) { return {config.train, config.val, config.test}; }

// n items by largest remainders, with at least one for every split with a share as long as there are enough.
Counts whole_shares(std::int64_t n, const std::array<double, 3>& shares) {
  Counts counts{};
  std::array<double, 3> rest{};
  std::int64_t given = 0;
  for (std::size_t s = 0; s < 3; ++s) {
    const double exact = shares[s] * static_cast<double>(n);
    counts[s] = static_cast<std::int64_t>(exact + 1e-9);
    rest[s] = exact - static_cast<double>(counts[s]);
    given += counts[s];
  }
  for (; given < n; ++given) {
    const auto s = static_cast<std::size_t>(std::max_element(rest.begin(), rest.end()) - rest.begin());
    ++counts[s];
    rest[s] = -1;
  }
  const auto wanted = std::count_if(shares.begin(), shares.end(), [](double share) { return share > 0; });
  for (std::size_t s = 0; n >= wanted && s < 3; ++s) {
    if (shares[s] > 0 && counts[s] == 0) {
      --*std::max_element(counts.begin(), counts.end());
      ++counts[s];
    }
  }
  return counts;
}

std::vector<Group> groups_of(const std::vector<Item>& items, const config::SplitConfig& config) {
  std::vector<std::size_t> by_name(items.size());
  std::iota(by_name.begin(), by_name.end(), std::size_t{0});
  std::sort(by_name.begin(), by_name.end(), [&](auto a, auto b) { return items[a].name < items[b].name; });
  std::vector<Group> groups;
  if (config.group_by.empty()) {
    for (const auto i : by_name) groups.push_back({i});
    return groups;
  }
  std::regex pattern;
  try {
    pattern = std::regex(config.group_by);
  } catch (const std::regex_error&) {
    throw Error(ErrorCode::kConfig, cat("data.split.group_by = ", config.group_by, ": no regular expression"),
                "for example ^(.*)_crop\\d+ : the part in brackets names the group");
  }
  std::map<std::string, std::size_t> known;
  for (const auto i : by_name) {
    std::smatch match;
    const bool grouped = std::regex_search(items[i].name, match, pattern) && match.size() > 1;
    const auto key = grouped ? match[1].str() : items[i].name;
    const auto [place, is_new] = known.emplace(key, groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(i);
  }
  return groups;
}

}  // namespace

Division divide(const std::vector<Item>& items, const config::SplitConfig& config) {
  const auto groups = groups_of(items, config);
  // Strata by class; a group belongs to the class of its first item.
  std::map<std::int64_t, std::vector<const Group*>> strata;
  for (const auto& group : groups) strata[config.stratified ? items[group.front()].label : 0].push_back(&group);
  Division division;
  const std::array<std::vector<std::size_t>*, 3> splits = {&division.train, &division.val, &division.test};
  for (const auto& [label, members] : strata) {
    std::int64_t n = 0;
    for (const auto* group : members) n += static_cast<std::int64_t>(group->size());
    auto missing = whole_shares(n, fractions(config));
    RandomStream random(config.seed, 0, static_cast<std::uint64_t>(label + 1), kSplitPurpose);
    for (const auto place : permutation(static_cast<std::int64_t>(members.size()), random)) {
      const auto& group = *members[static_cast<std::size_t>(place)];
      const auto s = static_cast<std::size_t>(std::max_element(missing.begin(), missing.end()) - missing.begin());
      splits[s]->insert(splits[s]->end(), group.begin(), group.end());
      missing[s] -= static_cast<std::int64_t>(group.size());
    }
  }
  for (auto* split : splits) std::sort(split->begin(), split->end());
  return division;
}

}  // namespace carica::data
