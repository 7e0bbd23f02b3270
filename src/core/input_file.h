#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace carica {

/// A regular file open for reading, for those who read thousands of them into memory of their own.
/// Nothing here allocates. Not thread-safe.
class InputFile {
 public:
  InputFile() = default;
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// Opens a file, closing an earlier one. Returns 0, or an errno: EISDIR for a folder, ENODEV for
  /// another thing that is no regular file, such as a pipe.
  int open(const char* path);
  /// Bytes when it was opened.
  std::uint64_t size() const { return size_; }
  /// Fills `bytes` from `offset` on. Returns 0, or an errno: ENODATA when the file ends before.
  int read(std::uint64_t offset, std::span<std::uint8_t> bytes) const;
  /// Asks the system to read the file into its cache meanwhile. A hint: nothing happens where it
  /// cannot.
  void fetch() const;

 private:
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

/// A file mapped into memory until destroyed. The file must not shrink meanwhile.
class MappedFile {
 public:
  enum class Access {
    kReadOnly,
    kPrivate,  // what is written to the memory stays there, and does not reach the file
  };

  MappedFile() = default;
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  /// Maps a file, releasing an earlier one. Returns 0 or an errno, as InputFile::open(). An empty
  /// file gives an empty span.
  int open(const char* path, Access access = Access::kReadOnly);
  std::span<const std::uint8_t> bytes() const { return bytes_; }

 private:
  void release();

  std::span<const std::uint8_t> bytes_;
};

}  // namespace carica
