#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/file_system.h"

namespace carica::data {

/// What a generated data set is made from. Equal ones give equal bytes.
struct MadeSet {
  std::string name;  // papaya, or one of stand_ins()
  int count = 0;     // pictures
  int size = 0;      // px, their larger side
  std::uint64_t seed = 0;
};

/// The folder of a generated data set, and the made.json in it that says which one it is, so that
/// nothing else is written over. A set that was interrupted is made anew in place.
class MadeFolder {
 public:
  /// Throws Error(kUsage) when the folder holds files, unless they are of `set`. References are
  /// kept.
  MadeFolder(FileSystem& fs, std::filesystem::path folder, const MadeSet& set);
  /// Whether all files of the set are there already.
  bool complete() const { return complete_; }
  /// To be called before the first picture is written, and after the last one. Throw Error(kIo).
  void begin();
  void finish();

 private:
  void write_record(std::size_t files);

  FileSystem& fs_;
  const std::filesystem::path folder_;
  const MadeSet& set_;
  bool complete_ = false;
};

}  // namespace carica::data
