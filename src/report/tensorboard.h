#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/file_system.h"

namespace carica::report {

/// An event file that TensorBoard opens: TFRecord framing with masked CRC-32C around Event
/// messages. Not thread-safe. Format: tensorflow/core/util/event.proto and summary.proto, and
/// tensorboard/plugins/hparams/plugin_data.proto. Throws
/// Error(kIo).
class EventWriter {
 public:
  /// Creates events.out.tfevents.<seconds>.<host>.<pid> in `folder`; a resumed run adds a file of
  /// its own.
  EventWriter(FileSystem& fs, const std::filesystem::path& folder);
  ~EventWriter();
  /// Of a run that goes on: what files before this one have at `step` and later is shown no more.
  void restart(std::int64_t step);
  /// One point of the curve `tag`, stamped with the time of the call. Kept as float, as TensorBoard
  /// does.
  void scalar(const std::string& tag, double value, std::int64_t step);
  /// A PNG file's bytes. Throws Error(kData) when they are none.
  void picture(const std::string& tag, const std::string& png, std::int64_t step);
  /// For the HParams tab: settings of the run, and the scalars (tags) that it is judged by. Once.
  void settings(const std::vector<std::pair<std::string, std::string>>& values,
                const std::vector<std::string>& metrics);
  /// Returns when all points are on the disk.
  void flush();

 private:
  void add(std::int64_t step, const std::string& value);

  std::unique_ptr<WritableFile> file_;
};

}  // namespace carica::report
