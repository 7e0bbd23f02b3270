#include "data/splits/split.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"
#include "data/splits/group_folds.h"
#include "data/splits/groups.h"
#include "data/splits/shares.h"

namespace carica::data {
namespace {

constexpr std::uint32_t kSplitPurpose = 2;
constexpr std::array<const char*, 3> kSplitNames = {"train", "val", "test"};

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

// Groups of one class, or whose first sample counts for all.
using Strata = std::map<std::int64_t, std::vector<const Group*>>;

std::int64_t samples_of(const std::vector<const Group*>& members) {
  std::int64_t samples = 0;
  for (const auto* group : members) samples += static_cast<std::int64_t>(group->places.size());
  return samples;
}

// Fold of each group: the one with the fewest items of its class so far, then the fewest in all.
// Groups come large ones first, so that sizes even out.
std::map<const Group*, std::size_t> folds_of(const Strata& strata, std::size_t folds) {
  std::map<const Group*, std::size_t> fold_of;
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
  return fold_of;
}

// The same by the classes of all samples, where some group has more than one.
std::map<const Group*, std::size_t> mixed_folds_of(const std::vector<Group>& groups,
                                                   const std::vector<ClassCounts>& classes,
                                                   std::size_t folds) {
  const auto chosen = folds_of_mixed_groups(classes, folds);
  std::map<const Group*, std::size_t> fold_of;
  for (std::size_t g = 0; g < groups.size(); ++g) fold_of[&groups[g]] = chosen[g];
  return fold_of;
}

Division divide_by_folds(const std::map<const Group*, std::size_t>& fold_of,
                         const config::SplitConfig& config) {
  std::set<std::size_t> filled;
  for (const auto& [group, fold] : fold_of) filled.insert(fold);
  if (filled.size() < static_cast<std::size_t>(config.folds)) {
    throw Error(ErrorCode::kData,
                cat("data.split.folds = ", config.folds, ": there are ", fold_of.size(),
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

// The classes of each group's samples.
std::vector<ClassCounts> classes_of(const std::vector<Group>& groups,
                                    const std::vector<Item>& items,
                                    const std::map<std::int64_t, std::size_t>& counts) {
  std::vector<ClassCounts> classes;
  for (const auto& group : groups) {
    auto& of_group = classes.emplace_back();
    for (const auto place : group.places) ++of_group[stratum(items[place], counts)];
  }
  return classes;
}

// In an order that the names of classes do not matter for: small ones first.
std::vector<const Strata::value_type*> ordered(const Strata& strata) {
  using Key = std::tuple<std::size_t, std::uint64_t, std::string>;
  std::vector<std::pair<Key, const Strata::value_type*>> keyed;
  for (const auto& stratum : strata) {
    std::size_t samples = 0;
    const Group* first = stratum.second.front();
    for (const auto* group : stratum.second) {
      samples += group->places.size();
      if (std::tie(group->rank, group->name) < std::tie(first->rank, first->name)) first = group;
    }
    keyed.emplace_back(Key(samples, first->rank, first->name), &stratum);
  }
  std::sort(keyed.begin(), keyed.end());
  std::vector<const Strata::value_type*> result;
  for (const auto& [key, stratum] : keyed) result.push_back(stratum);
  return result;
}

std::array<Strata, 3> parts_of(const Strata& strata, const Shares& shares, bool grouped) {
  const auto order = ordered(strata);
  std::vector<std::int64_t> sizes;
  for (const auto* stratum : order) sizes.push_back(samples_of(stratum->second));
  auto counts = class_shares(sizes, shares);
  std::array<Strata, 3> parts;
  for (std::size_t c = 0; c < order.size(); ++c) {
    Counts& missing = counts[c];
    for (const auto* group : order[c]->second) {
      const std::size_t s = next_split(missing, grouped);
      parts[s][order[c]->first].push_back(group);
      missing[s] -= static_cast<std::int64_t>(group->places.size());
    }
  }
  return parts;
}

// Large groups can leave none for a split: it gets the smallest group of the split that is furthest
// above its share and has one to spare; one of a class that stays there, if possible.
void fill_empty(std::array<Strata, 3>& parts, const Shares& shares, std::size_t samples) {
  for (std::size_t s = 0; s < parts.size(); ++s) {
    if (shares[s] <= 0 || !parts[s].empty()) continue;
    Strata* from = nullptr;
    double most = 0;
    for (std::size_t other = 0; other < parts.size(); ++other) {
      std::size_t groups = 0;
      double above = -shares[other] * static_cast<double>(samples);
      for (const auto& [label, members] : parts[other]) {
        groups += members.size();
        above += static_cast<double>(samples_of(members));
      }
      if (groups < 2 || (from != nullptr && above <= most)) continue;
      from = &parts[other];
      most = above;
    }
    if (from == nullptr) return;
    const auto key = [](const Strata::value_type& stratum) {
      const auto& last = *stratum.second.back();
      return std::tuple(stratum.second.size() < 2, last.places.size(), last.rank, last.name);
    };
    const auto stratum = std::min_element(
        from->begin(), from->end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
    parts[s][stratum->first].push_back(stratum->second.back());
    stratum->second.pop_back();
    if (stratum->second.empty()) from->erase(stratum);
  }
}

}  // namespace

Division divide(const std::vector<Item>& items, const config::SplitConfig& config) {
  const Shares shares = {config.train, config.val, config.test};
  const auto groups = groups_of(items, config);
  const auto counts = label_counts(items);
  Strata strata;
  for (const auto& group : groups) {
    strata[config.stratified ? stratum(items[group.places.front()], counts) : 0].push_back(&group);
  }
  if (config.folds > 0) {
    const auto folds = static_cast<std::size_t>(config.folds);
    const auto classes = classes_of(groups, items, counts);
    const bool mixed = config.stratified && std::any_of(classes.begin(), classes.end(),
                                                        [](const auto& c) { return c.size() > 1; });
    return divide_by_folds(mixed ? mixed_folds_of(groups, classes, folds) : folds_of(strata, folds),
                           config);
  }
  const bool grouped = !config.group_by.empty() || groups.size() < items.size();
  auto parts = parts_of(strata, shares, grouped);
  if (grouped) fill_empty(parts, shares, items.size());
  std::array<std::vector<std::size_t>, 3> places;
  for (std::size_t s = 0; s < parts.size(); ++s) {
    for (const auto& [label, members] : parts[s]) {
      for (const auto* group : members) {
        places[s].insert(places[s].end(), group->places.begin(), group->places.end());
      }
    }
    std::sort(places[s].begin(), places[s].end());
    if (shares[s] > 0 && places[s].empty()) {
      throw Error(
          ErrorCode::kData,
          cat("data.split.", kSplitNames[s], " = ", number(shares[s]), ": gets none of ",
              items.size(), " samples in ", groups.size(), " groups; must get at least one"),
          grouped ? "add groups, or set the share to 0" : "add samples, or set the share to 0");
    }
  }
  return {std::move(places[0]), std::move(places[1]), std::move(places[2])};
}

}  // namespace carica::data
