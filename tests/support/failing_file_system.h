#pragma once

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/file_system.h"
#include "core/text.h"

namespace carica::test {

/// What goes wrong at the chosen operation.
enum class Fault {
  kError,  // it throws Error(kIo, EIO); an append has then written half of its bytes
  kExit,   // the process ends with kFaultExitCode, as if killed; an append has written half
};

inline constexpr int kFaultExitCode = 99;

/// Describes the fault; by default nothing goes wrong.
struct FaultPlan {
  /// Number of the operation, counted from 0, that fails. Negative: none.
  std::int64_t at = -1;
  Fault fault = Fault::kError;
  /// The operations after it fail too, as on a disk that died.
  bool lasting = false;
  /// Bytes that the appends may write in all; then the disk is full (ENOSPC).
  std::uint64_t capacity = std::numeric_limits<std::uint64_t>::max();
};

/// The real file system, counting and recording operations, with one fault. For protocols that must
/// survive a failure anywhere: run once to count, then for every k with `at = k`:
///
///     FailingFileSystem counting({});
///     save(counting);
///     for (std::int64_t k = 0; k < counting.operations(); ++k) {
///       FailingFileSystem failing({.at = k});
///       EXPECT_THROW(save(failing), Error);
///       // what was saved before can still be read
///     }
///
/// Every call of FileSystem and WritableFile is an operation, reading and closing included.
class FailingFileSystem final : public FileSystem {
 public:
  using Path = std::filesystem::path;

  explicit FailingFileSystem(FaultPlan plan, FileSystem& base = FileSystem::real())
      : plan_(plan), base_(base) {}

  std::int64_t operations() const { return static_cast<std::int64_t>(journal().size()); }
  /// One entry per operation begun, e.g. "rename .a.tmp" (the file name without its folder).
  std::vector<std::string> journal() const {
    const std::lock_guard lock(mutex_);
    return journal_;
  }

  std::unique_ptr<WritableFile> create(const Path& path) override {
    begin("create", path);
    return std::make_unique<File>(*this, path, base_.create(path));
  }
  std::unique_ptr<WritableFile> open_to_append(const Path& path) override {
    begin("open_to_append", path);
    return std::make_unique<File>(*this, path, base_.open_to_append(path));
  }
  std::string read(const Path& path, std::uint64_t max_bytes) override {
    begin("read", path);
    return base_.read(path, max_bytes);
  }
  void rename(const Path& from, const Path& to) override {
    begin("rename", from);
    base_.rename(from, to);
  }
  void remove(const Path& path) override {
    begin("remove", path);
    base_.remove(path);
  }
  void truncate(const Path& path, std::uint64_t size) override {
    begin("truncate", path);
    base_.truncate(path, size);
  }
  void sync_directory(const Path& path) override {
    begin("sync_directory", path);
    base_.sync_directory(path);
  }
  void create_directories(const Path& path) override {
    begin("create_directories", path);
    base_.create_directories(path);
  }
  void create_directory(const Path& path, bool& existed) override {
    begin("create_directory", path);
    base_.create_directory(path, existed);
  }
  void symlink(const Path& target, const Path& link) override {
    begin("symlink", link);
    base_.symlink(target, link);
  }
  std::unique_ptr<FileLock> try_lock(const Path& path) override {
    begin("try_lock", path);
    return base_.try_lock(path);
  }

 private:
  class File final : public WritableFile {
   public:
    File(FailingFileSystem& owner, Path path, std::unique_ptr<WritableFile> base)
        : owner_(owner), path_(std::move(path)), base_(std::move(base)) {}

    void append(std::span<const std::byte> bytes) override {
      if (owner_.fails_now("append", path_)) {
        base_->append(bytes.first(bytes.size() / 2));
        owner_.fail("append", path_);
      }
      const std::uint64_t granted = owner_.take_space(bytes.size());
      base_->append(bytes.first(granted));
      if (granted < bytes.size()) throw io_error(path_, "write", ENOSPC);
    }
    void sync() override {
      owner_.begin("sync", path_);
      base_->sync();
    }
    void close() override {
      owner_.begin("close", path_);
      base_->close();
    }

   private:
    FailingFileSystem& owner_;
    Path path_;
    std::unique_ptr<WritableFile> base_;
  };

  bool fails_now(std::string_view action, const Path& path) {
    const std::lock_guard lock(mutex_);
    const auto number = static_cast<std::int64_t>(journal_.size());
    journal_.push_back(cat(action, " ", path.filename().string()));
    return plan_.at >= 0 && (number == plan_.at || (plan_.lasting && number > plan_.at));
  }
  [[noreturn]] void fail(std::string_view action, const Path& path) const {
    if (plan_.fault == Fault::kExit) ::_exit(kFaultExitCode);
    throw io_error(path, action, EIO);
  }
  void begin(std::string_view action, const Path& path) {
    if (fails_now(action, path)) fail(action, path);
  }
  std::uint64_t take_space(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    const std::uint64_t granted = std::min(bytes, plan_.capacity - used_);
    used_ += granted;
    return granted;
  }

  const FaultPlan plan_;
  FileSystem& base_;
  mutable std::mutex mutex_;
  std::vector<std::string> journal_;
  std::uint64_t used_ = 0;
};

}  // namespace carica::test
