#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/file_system.h"

namespace carica::report {

/// A CSV file with a header line, all rows as wide as it (RFC 4180; CRLF and a byte order mark are
/// taken).
struct CsvTable {
  struct Row {
    int line = 0;  // in the file, from 1
    std::vector<std::string> cells;
  };
  std::filesystem::path file;
  std::vector<std::string> header;
  std::vector<Row> rows;

  /// "runs/a/results.csv:7: column val_loss", for messages.
  std::string place(const Row& row, std::size_t column) const;
};

/// Throws Error(kData) with file and line for a row of another width, an open quote or an empty
/// file, and Error(kIo) when the file cannot be read or is larger than 256 MiB.
CsvTable read_csv(FileSystem& fs, const std::filesystem::path& file);

}  // namespace carica::report
