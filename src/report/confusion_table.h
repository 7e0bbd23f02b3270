#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/file_system.h"

namespace carica::report {

/// A confusion.csv: rows of truth, columns of prediction.
struct ConfusionTable {
  std::vector<std::string> columns;               // classes, and maybe "other" behind them
  std::vector<std::vector<std::int64_t>> counts;  // a row for each class

  bool has_other() const { return columns.size() == counts.size() + 1; }
};

/// Whether a matrix of so many classes fits a figure or a page. Of one of more than 5000 it warns:
/// `of` (a split, a file) goes without, and confusion.csv has it.
bool can_show_confusion(const std::string& of, std::size_t classes);

/// Throws Error(kData) with file and line for rows that are not those of the header's classes in
/// their order and for cells that are no counts; else as read_csv().
ConfusionTable read_confusion(FileSystem& fs, const std::filesystem::path& file);

}  // namespace carica::report
