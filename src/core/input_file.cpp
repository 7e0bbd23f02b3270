#include "core/input_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace carica {
namespace {

// Opens a regular file. A pipe must not block, and is refused.
int open_regular(const char* path, int& descriptor, std::uint64_t& size) {
  descriptor = ::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return errno;
  struct stat status {};
  int reason = 0;
  if (::fstat(descriptor, &status) != 0) {
    reason = errno;
  } else if (S_ISDIR(status.st_mode)) {
    reason = EISDIR;
  } else if (!S_ISREG(status.st_mode)) {
    reason = ENODEV;
  }
  if (reason != 0) {
    ::close(descriptor);
    descriptor = -1;
    return reason;
  }
  size = static_cast<std::uint64_t>(status.st_size);
  return 0;
}

}  // namespace

InputFile::~InputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int InputFile::open(const char* path) {
  if (descriptor_ >= 0) ::close(descriptor_);
  size_ = 0;
  return open_regular(path, descriptor_, size_);
}

int InputFile::read(std::uint64_t offset, std::span<std::uint8_t> bytes) const {
  while (!bytes.empty()) {
    const ssize_t count =
        ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return ENODATA;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return 0;
}

void InputFile::fetch() const {
#if defined(POSIX_FADV_WILLNEED)
  if (descriptor_ >= 0) ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_WILLNEED);
#endif
}

MappedFile::~MappedFile() { release(); }

void MappedFile::release() {
  if (!bytes_.empty()) ::munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
  bytes_ = {};
}

int MappedFile::open(const char* path, Access access) {
  release();
  int descriptor = -1;
  std::uint64_t size = 0;
  int reason = open_regular(path, descriptor, size);
  if (reason != 0 || size == 0) {
    if (descriptor >= 0) ::close(descriptor);
    return reason;
  }
  const bool read_only = access == Access::kReadOnly;
  void* memory = ::mmap(nullptr, size, read_only ? PROT_READ : PROT_READ | PROT_WRITE,
                        read_only ? MAP_SHARED : MAP_PRIVATE | MAP_NORESERVE, descriptor, 0);
  if (memory == MAP_FAILED) {
    reason = errno;
  } else {
    bytes_ = {static_cast<const std::uint8_t*>(memory), size};
  }
  ::close(descriptor);
  return reason;
}

}  // namespace carica
