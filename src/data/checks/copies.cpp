// The same picture more than once: pixel by pixel, or nearly.
#include <algorithm>
#include <map>
#include <regex>
#include <tuple>

#include "core/text.h"
#include "data/checks/near_duplicates.h"
#include "data/checks/rules.h"

namespace carica::data {
namespace {

struct Where {
  std::size_t split, index;
};

class CopyFinder {
 public:
  explicit CopyFinder(const CheckInput& input) : input_(input) {
    for (std::size_t s = 0; s < input.surveys.size(); ++s) {
      for (std::size_t i = 0; i < input.surveys[s].records.size(); ++i) {
        const auto& record = input.surveys[s].records[i];
        if (!record.bad && !record.blank) all_.push_back({s, i});
      }
    }
    std::sort(all_.begin(), all_.end(), [&](const Where& a, const Where& b) {
      return std::tie(record(a).picture, a.split, a.index) <
             std::tie(record(b).picture, b.split, b.index);
    });
  }

  void find_exact() {
    for (std::size_t begin = 0, end = 0; begin < all_.size(); begin = end) {
      while (end < all_.size() && record(all_[end]).picture == record(all_[begin]).picture) ++end;
      group(begin, end);
      distinct_.push_back(all_[begin]);
    }
    // In the order of the items, so that reports are too.
    std::sort(distinct_.begin(), distinct_.end(), [](const Where& a, const Where& b) {
      return std::tie(a.split, a.index) < std::tie(b.split, b.index);
    });
  }

  void find_near() {
    std::vector<Fingerprint> fingerprints;
    std::vector<std::uint8_t> parts;
    for (const auto& where : distinct_) {
      fingerprints.push_back(record(where).fingerprint);
      parts.push_back(static_cast<std::uint8_t>(where.split));
    }
    const auto nearest = find_near_duplicates(fingerprints, parts);
    for (std::size_t i = 0; i < distinct_.size(); ++i) near(distinct_[i], nearest[i]);
  }

  void report(std::vector<Finding>& findings) {
    for (auto& [key, places] : found_) {
      const auto& [id, split] = key;
      const auto in_order = [](const auto& a, const auto& b) { return a.first < b.first; };
      std::sort(places.begin(), places.end(), in_order);
      std::vector<Finding::Place> sorted;
      for (auto& [index, place] : places) sorted.push_back(std::move(place));
      findings.push_back(
          make_finding(id, input_.surveys[split].name, std::move(sorted), finding_kind(id).help));
    }
  }

 private:
  const SampleRecord& record(const Where& where) const {
    return input_.surveys[where.split].records[where.index];
  }
  const Item& item(const Where& where) const {
    return input_.datasets.split(input_.surveys[where.split].name)->item(where.index);
  }
  std::string named(const Where& where) const {
    return cat(item(where).name, " (", input_.surveys[where.split].name, ")");
  }
  std::string class_of(const Where& where) const {
    return label_text(item(where), input_.datasets.classes, " and ");
  }
  bool same_labels(const Where& a, const Where& b) const {
    return std::ranges::equal(labels_of(item(a)), labels_of(item(b)));
  }
  void add(const char* id, const Where& where, std::string detail) {
    found_[{id, where.split}].push_back({where.index, {item(where).name, std::move(detail)}});
  }

  // all_[begin..end) are one picture, in the order of splits and items.
  void group(std::size_t begin, std::size_t end) {
    const Where& first = all_[begin];
    for (std::size_t k = begin + 1; k < end; ++k) {
      const Where& copy = all_[k];
      if (copy.split != first.split) {
        add("copy_between_splits", copy, cat("is ", named(first)));
      }
      if (copy.split == all_[k - 1].split) {
        add("copy_in_split", copy, cat("is ", item(all_[k - 1]).name));
      }
      if (!same_labels(copy, first)) {
        add("label_conflict", copy,
            cat("is ", class_of(copy), "; as ", named(first), " it is ", class_of(first)));
      } else if (record(copy).mask != record(first).mask) {
        add("label_conflict", copy, cat("has another mask than ", named(first)));
      }
    }
  }

  void near(const Where& where, const NearestInParts& nearest) {
    bool conflict = false;
    for (std::size_t s = 0; s < nearest.size(); ++s) {
      if (nearest[s] < 0 || s > where.split) continue;
      const Where& other = distinct_[static_cast<std::size_t>(nearest[s])];
      const int bits = bit_distance(record(where).fingerprint, record(other).fingerprint);
      const auto detail = cat("is like ", named(other), ", ", bits, " of 64 bits differ");
      add(s == where.split ? "near_copy_in_split" : "near_copy_between_splits", where, detail);
      if (same_labels(where, other) || conflict) continue;
      conflict = true;
      add("near_label_conflict", where,
          cat("is ", class_of(where), "; ", named(other), " is ", class_of(other)));
    }
  }

  const CheckInput& input_;
  std::vector<Where> all_, distinct_;
  // (id, split) -> places with their items' numbers
  std::map<std::pair<const char*, std::size_t>, std::vector<std::pair<std::size_t, Finding::Place>>>
      found_;
};

}  // namespace

void check_copies(const CheckInput& input, std::vector<Finding>& findings) {
  CopyFinder finder(input);
  finder.find_exact();
  finder.find_near();
  finder.report(findings);
}

void check_groups(const CheckInput& input, std::vector<Finding>& findings) {
  const auto& group_by = input.config.data.split.group_by;
  const std::regex pattern(group_by);
  // By the pattern, else as the data set itself says; empty: of none.
  const auto group_of = [&](const Item& item) -> std::string {
    if (group_by.empty()) return item.group;
    std::smatch match;
    return std::regex_search(item.name, match, pattern) && match.size() > 1 ? match[1].str() : "";
  };
  std::map<std::string, std::pair<std::size_t, std::string>> first;  // split and name, by group
  for (std::size_t s = 0; s < input.surveys.size(); ++s) {
    const Dataset& items = *input.datasets.split(input.surveys[s].name);
    std::map<std::string, Finding::Place> places;  // one for each group
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto& name = items.item(i).name;
      const std::string group = group_of(items.item(i));
      if (group.empty()) continue;
      const auto [known, fresh] = first.try_emplace(group, s, name);
      if (fresh || known->second.first == s) continue;
      places.try_emplace(
          group, Finding::Place{name, cat("is of group ", group, " as ", known->second.second, " (",
                                          input.surveys[known->second.first].name, ")")});
    }
    std::vector<Finding::Place> listed;
    for (auto& [group, place] : places) listed.push_back(std::move(place));
    if (listed.empty()) continue;
    const char* id = "group_between_splits";
    findings.push_back(
        make_finding(id, input.surveys[s].name, std::move(listed), finding_kind(id).help));
  }
}

}  // namespace carica::data
