#include "core/atomic_file.h"

#include <utility>

#include "core/text.h"

namespace carica {

AtomicFile::AtomicFile(FileSystem& fs, std::filesystem::path destination)
    : fs_(fs),
      destination_(std::move(destination)),
      temporary_(destination_.parent_path() / cat(".", destination_.filename().string(), ".tmp")),
      file_(fs_.create(temporary_)) {}

AtomicFile::~AtomicFile() {
  if (committed_) return;
  file_.reset();
  try {
    fs_.remove(temporary_);  // missing when the caller of finish() has renamed it
  } catch (const Error&) {
    // The next AtomicFile of this name overwrites it.
  }
}

void AtomicFile::append(std::span<const std::byte> bytes) { file_->append(bytes); }

void AtomicFile::append(std::string_view text) { append(std::as_bytes(std::span(text))); }

const std::filesystem::path& AtomicFile::finish() {
  if (!finished_) {
    file_->sync();
    file_->close();
    finished_ = true;
  }
  return temporary_;
}

void AtomicFile::commit() {
  finish();
  fs_.rename(temporary_, destination_);
  committed_ = true;
  fs_.sync_directory(destination_.parent_path());
}

void write_atomically(FileSystem& fs, const std::filesystem::path& path, std::string_view text) {
  AtomicFile file(fs, path);
  file.append(text);
  file.commit();
}

}  // namespace carica
