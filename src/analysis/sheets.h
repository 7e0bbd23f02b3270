#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/file_system.h"
#include "data/images/picture.h"
#include "report/pictures.h"

namespace carica::analysis {

/// Pictures with titles in rows, cut into files of 40 rows: STEM.png, STEM_2.png, ..., at most ten.
/// Pictures are shrunk to their cell at once and a full sheet is written at once, so that memory
/// does not grow with their number.
class Sheets {
 public:
  struct Options {
    std::filesystem::path stem;  // of the files: folder/name
    std::string title;
    int columns = 1;
    int cell = 200;                      // px, of a picture
    std::vector<report::ColorKey> keys;  // named above the pictures
  };
  static constexpr int kMostSheets = 10;

  Sheets(FileSystem& fs, Options options);
  /// STEM.png, of the second one STEM_2.png, and so on.
  static std::string file_name(const std::string& stem, int number);

  /// The next cell. add_flat() is for masks and the like: colours are not mixed. Throw Error(kIo)
  /// when a sheet is full and cannot be written.
  void add(const data::Picture& picture, const std::string& title);
  void add_flat(const data::Picture& picture, const std::string& title);
  /// The rest of the row stays empty.
  void end_row();
  /// Ten sheets are written: what is added now is left out, and finish() warns.
  bool full() const { return written_ == kMostSheets; }
  /// Writes the last sheet. Throws Error(kIo).
  void finish();

 private:
  static constexpr std::size_t kRows = 40;

  void push(data::Picture picture, const std::string& title);
  void write();

  FileSystem& fs_;
  Options options_;
  std::vector<report::GridCell> cells_;
  int written_ = 0;
  bool left_out_ = false;
};

}  // namespace carica::analysis
