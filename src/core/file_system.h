#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/error.h"

namespace carica {

/// A file open for writing. Not thread-safe. Closing happens in the destructor, which reports
/// nothing: call close() to learn of errors.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  /// Throws Error(kIo) naming the file, e.g. when the disk is full.
  virtual void append(std::span<const std::byte> bytes) = 0;
  /// Forces what was appended to the disk (fsync). Throws Error(kIo).
  virtual void sync() = 0;
  virtual void close() = 0;
};

/// An advisory lock on a file, held until destroyed or until the process ends.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

/// The seam to the operating system: the only place that opens for writing, renames, syncs and
/// removes. Tests put a failing one in its place. All functions are thread-safe and throw
/// Error(kIo) with the path and the system's reason, unless stated.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  /// The real one.
  static FileSystem& real();

  /// Opens for writing, from nothing: an older content is dropped.
  virtual std::unique_ptr<WritableFile> create(const std::filesystem::path& path) = 0;
  /// Opens for writing at the end of what is there; makes the file if need be.
  virtual std::unique_ptr<WritableFile> open_to_append(const std::filesystem::path& path) = 0;
  /// The whole file. One of more than `max_bytes` is an Error(kIo), found before it is all read.
  virtual std::string read(const std::filesystem::path& path, std::uint64_t max_bytes) = 0;
  /// Replaces `to`, atomically.
  virtual void rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
  /// A file or link, not a folder. A missing one is no error.
  virtual void remove(const std::filesystem::path& path) = 0;
  virtual void truncate(const std::filesystem::path& path, std::uint64_t size) = 0;
  /// Makes names that were added, renamed or removed in a folder last; "" is the current folder.
  virtual void sync_directory(const std::filesystem::path& path) = 0;
  /// With its parents. One that exists is no error.
  virtual void create_directories(const std::filesystem::path& path) = 0;
  /// Atomically: of several processes one makes it, the others learn that it `existed`.
  virtual void create_directory(const std::filesystem::path& path, bool& existed) = 0;
  /// Replaces an older link, atomically, but never a file or folder.
  virtual void symlink(const std::filesystem::path& target, const std::filesystem::path& link) = 0;
  /// Makes the file if need be; it stays when the lock ends. Null when the lock is held already, by
  /// another process or this one.
  virtual std::unique_ptr<FileLock> try_lock(const std::filesystem::path& path) = 0;
};

/// What the operating system refused: "PATH: cannot ACTION: REASON", with a hint for what a user
/// can change. `reason` is an errno.
Error io_error(const std::filesystem::path& path, std::string_view action, int reason);

/// Writes the whole text, not atomically and without sync: for results that can be made again.
void write_file(FileSystem& fs, const std::filesystem::path& path, std::string_view text);

}  // namespace carica
