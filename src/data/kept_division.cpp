#include "data/kept_division.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "data/csv.h"
#include "data/listed_files.h"
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

Table read_table(std::string_view csv, const std::string& name) {
  const CsvTable rows = parse_csv(csv, name);
  if (rows.header() != std::vector<std::string>{"name", "label", "split"}) {
    throw Error(ErrorCode::kData, cat(name, ":1: columns ", readable(join(rows.header())),
                                      "; must be name, label, split"));
  }
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

}  // namespace

KeptDivision keep_division(const Datasets& now, std::string_view csv, const std::string& name) {
  const Table table = read_table(csv, name);
  KeptDivision kept{.datasets = now};
  std::array<std::vector<Chosen::Place>, 3> places;
  std::size_t known = 0;
  for (std::size_t s = 0; s < kSplits.size(); ++s) {
    const auto& split = now.split(kSplits[s]);
    for (std::size_t i = 0; i < split->size(); ++i) {
      const auto before = table.find(normal_name(split->item(i).name));
      const bool is_known = before != table.end();
      known += is_known;
      kept.fresh += !is_known;
      kept.moved += is_known && before->second != s;
      places[is_known ? before->second : s].push_back({split, i});
    }
  }
  kept.gone = table.size() - known;
  if (kept.moved == 0) return kept;
  auto& datasets = kept.datasets;
  for (auto&& [split, of_split] :
       {std::pair(&datasets.train, &places[0]), std::pair(&datasets.val, &places[1]),
        std::pair(&datasets.test, &places[2])}) {
    *split = std::make_shared<Chosen>(std::move(*of_split));
  }
  return kept;
}

}  // namespace carica::data
