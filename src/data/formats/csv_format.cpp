// A table of samples: path,label[,mask][,split][,group].
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "data/files/csv.h"
#include "data/files/folder_scan.h"
#include "data/files/list_file.h"
#include "data/found_items.h"
#include "data/listed_files.h"

namespace carica::data {
namespace {

constexpr std::array<const char*, 5> kColumns = {"path", "label", "mask", "split", "group"};
constexpr std::array<const char*, 3> kSplits = {"train", "val", "test"};

// Columns of the table, where it has them.
struct Columns {
  std::optional<std::size_t> path, label, mask, split, group;
};

// A column whose name nearly is one of ours would be left out without a word.
void refuse_misspelt(const CsvTable& table, const std::string& name) {
  const std::vector<std::string> known(kColumns.begin(), kColumns.end());
  for (const auto& column : table.header()) {
    const auto close = nearest(column, known);
    if (!close || *close == column || table.column(*close)) continue;
    throw Error(
        ErrorCode::kData,
        cat(name, ":1: column ", readable(column), ": must be named ", *close, ", or otherwise"),
        "columns of other names are left out");
  }
}

Columns columns_of(const CsvTable& table, const std::string& name, bool segments) {
  refuse_misspelt(table, name);
  const Columns columns = {table.column("path"), table.column("label"), table.column("mask"),
                           table.column("split"), table.column("group")};
  const auto require = [&](const std::optional<std::size_t>& column, const char* wanted) {
    if (column) return;
    throw Error(ErrorCode::kData,
                cat(name, ":1: no column ", wanted, "; there are ", readable(join(table.header()))),
                segments ? "task segment needs the columns path and mask"
                         : "task classify needs the columns path and label");
  };
  require(columns.path, "path");
  require(segments ? columns.mask : columns.label, segments ? "mask" : "label");
  return columns;
}

char separator_of(const config::DataConfig& data) {
  const std::string& text = data.label_separator;
  if (text.size() == 1 && text != "," && text != "\"") return text[0];
  throw Error(ErrorCode::kConfig, cat("data.label_separator = ", text,
                                      ": must be one character, neither comma nor quote"));
}

bool is_whole(std::string_view text) {
  return !text.empty() && text.size() < 10 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Names sorted bytewise; numbers by their values, so that class 10 comes behind class 9.
std::vector<std::string> sorted_names(const std::set<std::string>& names) {
  std::vector<std::string> sorted(names.begin(), names.end());
  if (std::all_of(sorted.begin(), sorted.end(), [](const auto& n) { return is_whole(n); })) {
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return std::stol(a) < std::stol(b); });
  }
  return sorted;
}

// The labels of all rows as class ids.
class Labels {
 public:
  Labels(const CsvTable& table, std::size_t column, const config::DataConfig& data)
      : table_(table), column_(column), data_(data), separator_(separator_of(data)) {
    std::set<std::string> names;
    several_ = data.labels == "several";
    for (std::size_t row = 0; row < table.rows() && data.labels == "auto"; ++row) {
      const std::string_view cell = table.field(row, column);
      several_ = several_ || cell.find(separator_) != cell.npos;
    }
    if (data.classes.empty()) {
      for (std::size_t row = 0; row < table.rows(); ++row) {
        for (auto& name : names_in(row)) names.insert(std::move(name));
      }
      classes_ = sorted_names(names);
    } else {
      classes_ = data.classes;
    }
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      ids_[classes_[c]] = static_cast<std::int64_t>(c);
    }
  }

  const std::vector<std::string>& classes() const { return classes_; }
  bool several() const { return several_; }

  void give(std::size_t row, Item& item) const {
    const auto names = names_in(row);
    if (names.empty() && !several_) refuse(row, "has no label; must have one");
    for (const auto& name : names) {
      const auto place = ids_.find(name);
      if (place == ids_.end()) {
        const auto close = nearest(name, classes_);
        throw Error(ErrorCode::kData,
                    cat(data_.csv, ":", table_.line(row), ": label ", readable(name),
                        ": must be one of data.classes: ", join(classes_)),
                    close ? cat("did you mean ", *close, "?") : "");
      }
      item.labels.push_back(place->second);
    }
    std::sort(item.labels.begin(), item.labels.end());
    if (std::adjacent_find(item.labels.begin(), item.labels.end()) != item.labels.end()) {
      refuse(row, cat(readable(table_.field(row, column_)), ": a label stands twice"));
    }
    if (several_) return;
    item.label = item.labels.front();
    item.labels.clear();
  }

 private:
  std::vector<std::string> names_in(std::size_t row) const {
    const std::string_view cell = table_.field(row, column_);
    if (cell.empty()) return {};
    auto names = several_ ? split(cell, separator_) : std::vector{std::string(cell)};
    for (const auto& name : names) {
      if (name.empty()) refuse(row, cat(readable(cell), ": an empty label between separators"));
      refuse_blanks(row, name);
    }
    return names;
  }

  // Beside the same name without them such a label would be a class of its own.
  void refuse_blanks(std::size_t row, const std::string& name) const {
    constexpr std::string_view kBlanks = " \t";
    const auto blank = [&](char c) { return kBlanks.find(c) != kBlanks.npos; };
    if ((!blank(name.front()) && !blank(name.back())) || ids_.contains(name)) return;
    refuse(row, cat("label \"", readable(name), "\": must not begin or end with a blank"),
           "remove the blanks, or name the class so in data.classes");
  }

  [[noreturn]] void refuse(std::size_t row, const std::string& what,
                           const std::string& hint = "") const {
    throw Error(ErrorCode::kData, cat(data_.csv, ":", table_.line(row), ": ", what), hint);
  }

  const CsvTable& table_;
  std::size_t column_;
  const config::DataConfig& data_;
  char separator_;
  bool several_ = false;
  std::vector<std::string> classes_;
  std::map<std::string, std::int64_t, std::less<>> ids_;
};

std::vector<Item>& part_of(FoundItems& found, const CsvTable& table, std::size_t row,
                           std::size_t column, const std::string& name) {
  const std::string_view split = table.field(row, column);
  if (split == "train") return found.train;
  if (split == "val") return found.val;
  if (split == "test") return found.test;
  const std::string what = split.empty() ? "no split" : cat("split ", readable(split));
  const auto close = nearest(split, std::vector<std::string>(kSplits.begin(), kSplits.end()));
  throw Error(ErrorCode::kData,
              cat(name, ":", table.line(row), ": ", what, "; must be train, val or test"),
              close && !split.empty() ? cat("did you mean ", *close, "?")
                                      : "all rows name a split, or the column is empty throughout");
}

bool any_filled(const CsvTable& table, std::size_t column) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!table.field(row, column).empty()) return true;
  }
  return false;
}

}  // namespace

FoundItems find_csv(const config::Config& config) {
  const auto& data = config.data;
  const bool segments = config.task == config::Task::kSegment;
  require_folder(data.root, "data.root");
  const CsvTable table = parse_csv(read_table(data.root, data.csv), data.csv);
  const Columns columns = columns_of(table, data.csv, segments);
  if (table.rows() == 0) {
    throw Error(ErrorCode::kData, cat(data.csv, ": names no pictures; must have a row for each"));
  }
  const bool divided = columns.split && any_filled(table, *columns.split);
  std::optional<Labels> labels;
  if (!segments) labels.emplace(table, *columns.label, data);
  FoundItems found;
  found.classes = segments ? known_classes(config) : labels->classes();
  found.several_labels = labels && labels->several();
  ListedFiles files(data.root);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const ListedAt at{data.csv, table.line(row)};
    Item item = files.item(table.field(row, *columns.path), at);
    if (segments) item.mask = files.find(table.field(row, *columns.mask), at);
    if (labels) labels->give(row, item);
    if (columns.group) item.group = table.field(row, *columns.group);
    auto& part = divided ? part_of(found, table, row, *columns.split, data.csv) : found.undivided;
    part.push_back(std::move(item));
  }
  require_distinct_names({found.undivided, found.train, found.val, found.test}, data.csv);
  return found;
}

}  // namespace carica::data
