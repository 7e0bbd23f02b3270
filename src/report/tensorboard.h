#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/file_system.h"

namespace carica::report {

/// An event file that TensorBoard opens: TFRecord framing with masked CRC-32C around Event
/// messages. Not thread-safe. Format: tensorflow/core/util/event.proto and summary.proto. Throws
/// Error(kIo).
class EventWriter {
 public:
  /// Creates events.out.tfevents.<seconds>.<host>.<pid> in `folder`; a resumed run adds a file of
  /// its own.
  EventWriter(FileSystem& fs, const std::filesystem::path& folder);
  ~EventWriter();
  /// One point of the curve `tag`, stamped with the time of the call. Kept as float, as TensorBoard
  /// does.
  void scalar(const std::string& tag, double value, std::int64_t step);
  /// Returns when all points are on the disk.
  void flush();

 private:
  std::unique_ptr<WritableFile> file_;
};

}  // namespace carica::report
