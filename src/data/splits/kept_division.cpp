#include "data/splits/kept_division.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <map>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "data/files/csv.h"
#include "data/listed_files.h"
#include "data/splits/groups.h"
#include "data/stored_sample.h"

namespace carica::data {

namespace {

constexpr std::array<const char*, 3> kSplits = {"train", "val", "test"};

/// Samples of several data sets in an order of their own.
class Chosen : public Dataset {
 public:
  struct Place {
    std::shared_ptr<const Dataset> dataset;
    std::size_t index;
  };
  explicit Chosen(std::vector<Place> places) : places_(std::move(places)) {}

  std::size_t size() const override { return places_.size(); }
  const Item& item(std::size_t i) const override { return at(i).dataset->item(at(i).index); }
  Sample load(std::size_t i) const override { return at(i).dataset->load(at(i).index); }
  void open(std::size_t i, StoredSample& into) const override {
    at(i).dataset->open(at(i).index, into);
  }
  void fetch(std::size_t i) const override { at(i).dataset->fetch(at(i).index); }
  Mask load_mask(std::size_t i) const override { return at(i).dataset->load_mask(at(i).index); }

 private:
  const Place& at(std::size_t i) const { return places_.at(i); }
  std::vector<Place> places_;
};

using Table = std::map<std::string, std::size_t, std::less<>>;  // name -> place in kSplits

CsvTable read_rows(std::string_view csv, const std::string& name) {
  CsvTable rows = parse_csv(csv, name);
  if (rows.header() != std::vector<std::string>{"name", "label", "split"}) {
    throw Error(ErrorCode::kData, cat(name, ":1: columns ", readable(join(rows.header())),
                                      "; must be name, label, split"));
  }
  return rows;
}

Table table_of(const CsvTable& rows, const std::string& name) {
  Table table;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const auto split = std::find(kSplits.begin(), kSplits.end(), rows.field(row, 2));
    if (split == kSplits.end()) {
      throw Error(ErrorCode::kData,
                  cat(name, ":", rows.line(row), ": split ", readable(rows.field(row, 2)),
                      "; must be train, val or test"));
    }
    table.emplace(normal_name(rows.field(row, 0)), split - kSplits.begin());
  }
  return table;
}

/// The splits that the table has samples of a group in.
class GroupSplits {
 public:
  GroupSplits(const Datasets& now, const Table& table, const std::string& group_by)
      : names_(group_by) {
    Item item;
    for (const auto& [name, split] : table) {
      item.name = name;
      note(item, split);
    }
    // A group that is a column of a table is known of today's samples only.
    for (const char* name : kSplits) {
      const auto& split = *now.split(name);
      for (std::size_t i = 0; i < split.size(); ++i) {
        const auto before = table.find(normal_name(split.item(i).name));
        if (before != table.end()) note(split.item(i), before->second);
      }
    }
  }

  /// The split of an item's group; `otherwise` where it has none, or is torn already.
  std::size_t of(const Item& item, std::size_t otherwise) const {
    const auto group = names_.find(item);
    const auto known = group ? splits_.find(*group) : splits_.end();
    if (known == splits_.end() || known->second.count() > 1) return otherwise;
    std::size_t split = 0;
    while (!known->second[split]) ++split;
    return split;
  }

 private:
  void note(const Item& item, std::size_t split) {
    if (const auto group = names_.find(item)) splits_[*group].set(split);
  }

  const GroupNames names_;
  std::map<std::string, std::bitset<kSplits.size()>> splits_;
};

// Rows whose samples are not among `present`, as the table has them.
std::string rows_without(const CsvTable& rows, const std::set<std::string>& present) {
  std::string csv;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    if (present.contains(normal_name(rows.field(row, 0)))) continue;
    csv += cat(csv_field(rows.field(row, 0)), ",", csv_field(rows.field(row, 1)), ",",
               rows.field(row, 2), "\n");
  }
  return csv;
}

}  // namespace

KeptDivision keep_division(const Datasets& now, std::string_view csv, const std::string& name,
                           const std::string& group_by) {
  const CsvTable rows = read_rows(csv, name);
  const Table table = table_of(rows, name);
  const GroupSplits groups(now, table, group_by);
  KeptDivision kept{.datasets = now};
  std::array<std::vector<Chosen::Place>, 3> places;
  std::set<std::string> known;
  bool same = true;
  for (std::size_t s = 0; s < kSplits.size(); ++s) {
    const auto& split = now.split(kSplits[s]);
    for (std::size_t i = 0; i < split->size(); ++i) {
      const Item& item = split->item(i);
      const auto before = table.find(normal_name(item.name));
      const bool is_known = before != table.end();
      if (is_known) known.insert(before->first);
      const std::size_t place = is_known ? before->second : groups.of(item, s);
      kept.fresh += !is_known;
      kept.moved += is_known && place != s;
      same = same && place == s;
      places[place].push_back({split, i});
    }
  }
  kept.gone = table.size() - known.size();
  if (kept.gone > 0) kept.rows_of_gone = rows_without(rows, known);
  if (same) return kept;
  auto& datasets = kept.datasets;
  for (auto&& [split, of_split] :
       {std::pair(&datasets.train, &places[0]), std::pair(&datasets.val, &places[1]),
        std::pair(&datasets.test, &places[2])}) {
    *split = std::make_shared<Chosen>(std::move(*of_split));
  }
  return kept;
}

}  // namespace carica::data
