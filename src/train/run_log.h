#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "report/tensorboard.h"
#include "train/run_directory.h"

namespace carica::train {

using Values = std::vector<std::pair<std::string, double>>;

/// The numbers of a run as they arise: metrics.jsonl (one object per logged step and epoch, nothing
/// in it depends on time, so that equal runs give equal files), results.csv (one row per epoch,
/// with seconds) and TensorBoard events.
class RunLog {
 public:
  /// Cuts metrics.jsonl and results.csv to the given lengths: 0 for a new run, what the checkpoint
  /// says for a resumed one. Throws Error(kIo), and Error(kCorrupt) when a file is shorter than the
  /// checkpoint says. `next_step`: the first that is to come; TensorBoard shows what files of
  /// before have from there on no more.
  RunLog(const RunDirectory& run, std::uint64_t metrics_bytes, std::uint64_t results_bytes,
         std::int64_t next_step, bool tensorboard);
  ~RunLog();

  void step(std::int64_t epoch, std::int64_t step, const Values& values);
  /// `seconds` and what else depends on time goes to results.csv and TensorBoard only.
  void epoch(std::int64_t epoch, std::int64_t step, const Values& values, const Values& timings);

  /// Forces all to the disk; lengths for the checkpoint.
  void sync();
  std::uint64_t metrics_bytes() const { return metrics_bytes_; }
  std::uint64_t results_bytes() const { return results_bytes_; }

 private:
  void append(WritableFile& file, const std::string& line, std::uint64_t& bytes);
  void write_json(const char* kind, std::int64_t epoch, std::int64_t step, const Values& values);

  std::unique_ptr<WritableFile> metrics_, results_;
  std::uint64_t metrics_bytes_, results_bytes_;
  std::unique_ptr<report::EventWriter> events_;
};

}  // namespace carica::train
