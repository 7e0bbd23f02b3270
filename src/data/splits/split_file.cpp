#include "data/splits/split_file.h"

#include <iterator>
#include <map>

#include "core/error.h"
#include "core/text.h"
#include "data/files/csv.h"
#include "data/listed_files.h"

namespace carica::data {
namespace {

constexpr const char* kHint = "make it anew: carica data split CONFIG --out FILE";

std::string a_few(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i) {
    shown.push_back(readable(names[i]));
  }
  return names.size() > kShown ? cat(join(shown), " and ", names.size() - kShown, " more")
                               : join(shown);
}

}  // namespace

std::string split_table_head() { return "name,label,split\n"; }

std::string split_table_row(const Item& item, const std::vector<std::string>& classes,
                            std::string_view split) {
  return cat(csv_field(item.name), ",", csv_field(label_text(item, classes, "|")), ",", split,
             "\n");
}

void divide_by_table(FoundItems& found, std::string_view csv, const std::string& name) {
  const CsvTable table = parse_csv(csv, name);
  if (table.header() != std::vector<std::string>{"name", "label", "split"}) {
    throw Error(
        ErrorCode::kData,
        cat(name, ":1: columns ", readable(join(table.header())), "; must be name, label, split"),
        kHint);
  }
  std::map<std::string, std::size_t> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (rows.emplace(normal_name(table.field(row, 0)), row).second) continue;
    throw Error(ErrorCode::kData,
                cat(name, ":", table.line(row), ": ", readable(table.field(row, 0)),
                    " stands twice; must stand once"));
  }
  std::vector<Item> items;
  for (auto* part : {&found.undivided, &found.train, &found.val, &found.test}) {
    std::move(part->begin(), part->end(), std::back_inserter(items));
    part->clear();
  }
  std::vector<std::string> missing;
  std::size_t known = 0;
  std::vector<bool> used(table.rows());
  for (auto& item : items) {
    const auto place = rows.find(normal_name(item.name));
    if (place == rows.end()) {
      missing.push_back(item.name);
      continue;
    }
    const std::size_t row = place->second;
    used[row] = true;
    ++known;
    const std::string label = label_text(item, found.classes, "|");
    if (table.field(row, 1) != label) {
      throw Error(ErrorCode::kData,
                  cat(name, ":", table.line(row), ": label ", readable(table.field(row, 1)), " of ",
                      readable(item.name), "; the data set says ",
                      label.empty() ? "none" : readable(label)),
                  kHint);
    }
    const std::string_view split = table.field(row, 2);
    auto* part = split == "train"  ? &found.train
                 : split == "val"  ? &found.val
                 : split == "test" ? &found.test
                                   : nullptr;
    if (part == nullptr) {
      throw Error(ErrorCode::kData, cat(name, ":", table.line(row), ": split ", readable(split),
                                        "; must be train, val or test"));
    }
    part->push_back(std::move(item));
  }
  if (!missing.empty()) {
    throw Error(
        ErrorCode::kData,
        cat(name, ": lacks ", missing.size(), " of the data set's samples: ", a_few(missing)),
        kHint);
  }
  if (known == table.rows()) return;
  std::vector<std::string> unknown;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!used[row]) unknown.emplace_back(table.field(row, 0));
  }
  throw Error(
      ErrorCode::kData,
      cat(name, ": names ", unknown.size(), " samples that the data set lacks: ", a_few(unknown)),
      kHint);
}

}  // namespace carica::data
