#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/file_system.h"

namespace carica {

/// A file that appears whole or not at all: written beside its destination as `.NAME.tmp`, then
/// synced, renamed and the folder synced. Destroyed without commit(), it leaves the old file as it
/// was and removes the temporary one.
class AtomicFile {
 public:
  AtomicFile(FileSystem& fs, std::filesystem::path destination);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void append(std::span<const std::byte> bytes);
  void append(std::string_view text);

  /// fsync, rename, fsync the folder. Throws Error(kIo); then the old file still stands, unless the
  /// last step failed: then the new one stands, but a power cut may bring the old one back.
  void commit();
  /// The first half of commit: the temporary file is complete and synced, but not renamed. For
  /// protocols that rename several files.
  const std::filesystem::path& finish();

 private:
  FileSystem& fs_;
  std::filesystem::path destination_;
  std::filesystem::path temporary_;
  std::unique_ptr<WritableFile> file_;
  bool finished_ = false;
  bool committed_ = false;
};

/// AtomicFile for a text that is at hand.
void write_atomically(FileSystem& fs, const std::filesystem::path& path, std::string_view text);

}  // namespace carica
