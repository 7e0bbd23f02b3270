#include "core/file_system.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "core/text.h"

namespace carica {
namespace {

namespace fs = std::filesystem;

// Calls again as long as a signal interrupts. `call` returns -1 and sets errno on failure.
template <typename Call>
auto retry(Call call) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

void check(int result, const fs::path& path, std::string_view action) {
  if (result == -1) throw io_error(path, action, errno);
}

// An open file descriptor, closed when it goes out of scope.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags, std::string_view action)
      : value_(retry([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); })) {
    check(value_, path, action);
  }
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;

  int get() const { return value_; }
  // No retry: on Linux the descriptor is gone even when close() was interrupted.
  int close() {
    const int result = value_ == -1 ? 0 : ::close(std::exchange(value_, -1));
    return result == -1 && errno == EINTR ? 0 : result;
  }

 private:
  int value_;
};

void write_fully(int fd, std::span<const std::byte> bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (written == -1) throw io_error(path, "write", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

class PosixFile final : public WritableFile {
 public:
  PosixFile(const fs::path& path, int flags)
      : path_(path), fd_(path, O_WRONLY | O_CREAT | flags, "open for writing") {}

  void append(std::span<const std::byte> bytes) override { write_fully(fd_.get(), bytes, path_); }
  void sync() override {
    check(retry([&] { return ::fsync(fd_.get()); }), path_, "sync");
  }
  void close() override { check(fd_.close(), path_, "close"); }

 private:
  fs::path path_;
  Descriptor fd_;
};

class PosixLock final : public FileLock {
 public:
  explicit PosixLock(Descriptor fd) : fd_(std::move(fd)) {}

 private:
  Descriptor fd_;  // closing it releases the lock
};

class PosixFileSystem final : public FileSystem {
 public:
  std::unique_ptr<WritableFile> create(const fs::path& path) override {
    return std::make_unique<PosixFile>(path, O_TRUNC);
  }

  std::unique_ptr<WritableFile> open_to_append(const fs::path& path) override {
    return std::make_unique<PosixFile>(path, O_APPEND);
  }

  std::string read(const fs::path& path, std::uint64_t max_bytes) override {
    Descriptor fd(path, O_RDONLY, "open");
    struct stat status {};
    check(::fstat(fd.get(), &status), path, "read");
    const auto too_big = [&](std::uint64_t size) {
      return Error(ErrorCode::kIo, cat(path.string(), ": ", size, " bytes or more; at most ",
                                       byte_size(max_bytes), " may be read"));
    };
    const auto expected = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
    if (S_ISREG(status.st_mode) && expected > max_bytes) throw too_big(expected);
    // Files of /proc and pipes tell no size, so the end of the file decides, not st_size.
    std::string text;
    constexpr std::size_t kStep = 64 * 1024;
    std::size_t size = 0;
    for (;;) {
      if (text.size() - size < kStep)
        text.resize(std::max(size * 2, std::size_t{expected} + kStep));
      const ssize_t got =
          retry([&] { return ::read(fd.get(), text.data() + size, text.size() - size); });
      if (got == -1) throw io_error(path, "read", errno);
      size += static_cast<std::size_t>(got);
      if (size > max_bytes) throw too_big(size);
      if (got == 0) break;
    }
    text.resize(size);
    return text;
  }

  void rename(const fs::path& from, const fs::path& to) override {
    check(std::rename(from.c_str(), to.c_str()), from, cat("rename to ", to.string()));
  }

  void remove(const fs::path& path) override {
    if (::unlink(path.c_str()) == -1 && errno != ENOENT) throw io_error(path, "remove", errno);
  }

  void truncate(const fs::path& path, std::uint64_t size) override {
    check(retry([&] { return ::truncate(path.c_str(), static_cast<off_t>(size)); }), path,
          "truncate");
  }

  void sync_directory(const fs::path& path) override {
    Descriptor fd(path.empty() ? "." : path, O_RDONLY | O_DIRECTORY, "open the folder");
    const int result = retry([&] { return ::fsync(fd.get()); });
    // Some network file systems cannot sync a folder; they order its changes themselves.
    if (result == -1 && errno != EINVAL && errno != ENOTSUP) {
      throw io_error(path, "sync the folder", errno);
    }
  }

  void create_directories(const fs::path& path) override {
    std::error_code code;
    fs::create_directories(path, code);
    if (code) throw io_error(path, "create the folder", code.value());
  }

  void create_directory(const fs::path& path, bool& existed) override {
    const int result = ::mkdir(path.c_str(), 0777);
    existed = result == -1 && errno == EEXIST;
    if (!existed) check(result, path, "create the folder");
  }

  void symlink(const fs::path& target, const fs::path& link) override {
    std::error_code code;
    const fs::file_status old = fs::symlink_status(link, code);
    if (fs::exists(old) && !fs::is_symlink(old)) throw io_error(link, "link", EEXIST);
    // Made beside and renamed, so that there is a link at every instant.
    for (int attempt = 0;; ++attempt) {
      const fs::path temporary =
          link.parent_path() / cat(".", link.filename().string(), ".", attempt, ".tmp");
      if (::symlink(target.c_str(), temporary.c_str()) == 0) {
        if (std::rename(temporary.c_str(), link.c_str()) == 0) return;
        const int reason = errno;
        ::unlink(temporary.c_str());
        throw io_error(link, "link", reason);
      }
      if (errno != EEXIST || attempt == 99) throw io_error(link, "link", errno);
    }
  }

  std::unique_ptr<FileLock> try_lock(const fs::path& path) override {
    Descriptor fd(path, O_RDWR | O_CREAT, "lock");
    if (retry([&] { return ::flock(fd.get(), LOCK_EX | LOCK_NB); }) == -1) {
      if (errno == EWOULDBLOCK) return nullptr;
      throw io_error(path, "lock", errno);
    }
    return std::make_unique<PosixLock>(std::move(fd));
  }
};

std::string hint_for(int reason) {
  switch (reason) {
    case ENOSPC:
    case EDQUOT:
      return "free some disk space, or write to another folder";
    case EACCES:
    case EPERM:
      return "check the permissions of the file and its folder, or use another folder";
    case EROFS:
      return "the file system is mounted read-only: write to another folder";
    case ELOOP:
      return "does a link lead in a circle?";
    case EMFILE:
      return "raise the limit of open files (ulimit -n)";
    default:
      return "";
  }
}

}  // namespace

FileSystem& FileSystem::real() {
  static PosixFileSystem file_system;
  return file_system;
}

Error io_error(const fs::path& path, std::string_view action, int reason) {
  return Error(
      ErrorCode::kIo,
      cat(path.string(), ": cannot ", action, ": ", std::generic_category().message(reason)),
      hint_for(reason));
}

void write_file(FileSystem& file_system, const fs::path& path, std::string_view text) {
  const auto file = file_system.create(path);
  file->append(std::as_bytes(std::span(text)));
  file->close();
}

}  // namespace carica
