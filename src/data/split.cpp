#include "data/split.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <tuple>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"
#include "data/groups.h"

namespace carica::data {
namespace {

constexpr std::uint32_t kSplitPurpose = 2;
constexpr std::array<const char*, 3> kSplitNames = {"train", "val", "test"};

using Shares = std::array<double, 3>;
using Counts = std::array<std::int64_t, 3>;

// Items that stay together, sorted by name.
struct Group {
  std::string name;
  std::vector<std::size_t> places;
  std::uint64_t rank = 0;  // random, from the seed and the name
};

// FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/.
std::uint64_t name_hash(const std::string& name) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

std::uint64_t random_rank(const std::string& name, std::uint64_t seed) {
  const std::uint64_t hash = name_hash(name);
  RandomStream random(seed, hash >> 48, hash & 0xFFFFFFFFFFFF, kSplitPurpose);
  const std::uint64_t high = random.next();
  return high << 32 | random.next();
}

// n items by largest remainders, and at least one for every split with a share as long as there are
// enough.
Counts whole_shares(std::int64_t n, const Shares& shares) {
  Counts counts{};
  Shares rest{};
  std::int64_t given = 0;
  for (std::size_t s = 0; s < shares.size(); ++s) {
    const double exact = shares[s] * static_cast<double>(n);
    counts[s] = static_cast<std::int64_t>(exact + 1e-9);
    rest[s] = exact - static_cast<double>(counts[s]);
    given += counts[s];
  }
  for (; given < n; ++given) {
    const auto s = std::max_element(rest.begin(), rest.end()) - rest.begin();
    ++counts[static_cast<std::size_t>(s)];
    rest[static_cast<std::size_t>(s)] -= 1;
  }
  const auto wanted = std::count_if(shares.begin(), shares.end(), [](double s) { return s > 0; });
  for (std::size_t s = 0; n >= wanted && s < shares.size(); ++s) {
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
  std::sort(by_name.begin(), by_name.end(),
            [&](std::size_t a, std::size_t b) { return items[a].name < items[b].name; });
  std::map<std::string, std::vector<std::size_t>> members;
  const GroupNames names(config.group_by);
  for (const auto i : by_name) members[names.of(items[i])].push_back(i);
  std::vector<Group> groups;
  for (auto& [name, places] : members) {
    groups.push_back({name, std::move(places), random_rank(name, config.seed)});
  }
  // Large groups first: small ones fill what is left.
  std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return std::tuple(b.places.size(), a.rank, a.name) <
           std::tuple(a.places.size(), b.rank, b.name);
  });
  return groups;
}

// Where the next group goes. Single items fill test, then val, then train, so that new files hardly
// move old ones; groups of different sizes go where most is missing.
std::size_t next_split(const Counts& missing, bool grouped) {
  for (std::size_t s = missing.size(); !grouped && s-- > 0;) {
    if (missing[s] > 0) return s;
  }
  return static_cast<std::size_t>(std::max_element(missing.begin(), missing.end()) -
                                  missing.begin());
}

}  // namespace

namespace {

// Fold of each group: the one with the fewest items of its class so far, then the fewest in all.
// Groups come large ones first, so that sizes even out.
std::vector<std::size_t> folds_of(const std::map<std::int64_t, std::vector<const Group*>>& strata,
                                  std::size_t folds, std::map<const Group*, std::size_t>& fold_of) {
  std::vector<std::size_t> totals(folds);
  for (const auto& [label, members] : strata) {
    std::vector<std::size_t> counts(folds);
    for (const auto* group : members) {
      std::size_t best = 0;
      for (std::size_t f = 1; f < folds; ++f) {
        if (std::tie(counts[f], totals[f]) < std::tie(counts[best], totals[best])) best = f;
      }
      counts[best] += group->places.size();
      totals[best] += group->places.size();
      fold_of[group] = best;
    }
  }
  return totals;
}

Division divide_by_folds(const std::map<std::int64_t, std::vector<const Group*>>& strata,
                         std::size_t groups, const config::SplitConfig& config) {
  std::map<const Group*, std::size_t> fold_of;
  const auto totals = folds_of(strata, static_cast<std::size_t>(config.folds), fold_of);
  if (std::find(totals.begin(), totals.end(), 0) != totals.end()) {
    throw Error(ErrorCode::kData,
                cat("data.split.folds = ", config.folds, ": there are ", groups,
                    " groups only; every fold must get at least one"),
                "use fewer folds");
  }
  Division division;
  for (const auto& [group, fold] : fold_of) {
    auto& part = fold == static_cast<std::size_t>(config.fold) ? division.val : division.train;
    part.insert(part.end(), group->places.begin(), group->places.end());
  }
  std::sort(division.train.begin(), division.train.end());
  std::sort(division.val.begin(), division.val.end());
  return division;
}

std::map<std::int64_t, std::size_t> label_counts(const std::vector<Item>& items) {
  std::map<std::int64_t, std::size_t> counts;
  for (const auto& item : items) {
    for (const auto label : labels_of(item)) ++counts[label];
  }
  return counts;
}

// What is divided by the same shares: samples of a class; with several labels, those whose rarest
// label is the same. -1: no label.
std::int64_t stratum(const Item& item, const std::map<std::int64_t, std::size_t>& counts) {
  const auto labels = labels_of(item);
  const auto rarest = std::min_element(labels.begin(), labels.end(),
                                       [&](auto a, auto b) { return counts.at(a) < counts.at(b); });
  return rarest == labels.end() ? -1 : *rarest;
}

}  // namespace

Division divide(const std::vector<Item>& items, const config::SplitConfig& config) {
  const Shares shares = {config.train, config.val, config.test};
  const auto groups = groups_of(items, config);
  const auto counts = label_counts(items);
  std::map<std::int64_t, std::vector<const Group*>> strata;
  for (const auto& group : groups) {
    strata[config.stratified ? stratum(items[group.places.front()], counts) : 0].push_back(&group);
  }
  if (config.folds > 0) return divide_by_folds(strata, groups.size(), config);
  const bool grouped = !config.group_by.empty() || groups.size() < items.size();
  std::array<std::vector<std::size_t>, 3> parts;
  for (const auto& [label, members] : strata) {
    std::int64_t n = 0;
    for (const auto* group : members) n += static_cast<std::int64_t>(group->places.size());
    Counts missing = whole_shares(n, shares);
    for (const auto* group : members) {
      const std::size_t s = next_split(missing, grouped);
      parts[s].insert(parts[s].end(), group->places.begin(), group->places.end());
      missing[s] -= static_cast<std::int64_t>(group->places.size());
    }
  }
  for (std::size_t s = 0; s < parts.size(); ++s) {
    std::sort(parts[s].begin(), parts[s].end());
    if (shares[s] > 0 && parts[s].empty()) {
      throw Error(
          ErrorCode::kData,
          cat("data.split.", kSplitNames[s], " = ", number(shares[s]), ": gets none of ",
              items.size(), " samples in ", groups.size(), " groups; must get at least one"),
          "add samples, or set the share to 0");
    }
  }
  return {std::move(parts[0]), std::move(parts[1]), std::move(parts[2])};
}

}  // namespace carica::data
