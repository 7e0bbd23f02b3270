#include "train/run_log.h"

#include <cmath>

#include "core/error.h"
#include "core/text.h"

namespace carica::train {

namespace {

std::unique_ptr<WritableFile> open_at(FileSystem& fs, const std::filesystem::path& path,
                                      std::uint64_t length) {
  if (length == 0) return fs.create(path);
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error || size < length) {
    throw Error(ErrorCode::kCorrupt,
                cat(path.string(), ": has ", error ? 0 : size,
                    " bytes; the checkpoint was saved with ", length),
                "the file was changed or lost after the save; bring it back, or train anew");
  }
  fs.truncate(path, length);
  return fs.open_to_append(path);
}

// JSON has no NaN: null stands for it.
std::string json_number(double value) { return std::isfinite(value) ? number(value) : "null"; }

}  // namespace

RunLog::RunLog(const RunDirectory& run, std::uint64_t metrics_bytes, std::uint64_t results_bytes,
               std::int64_t next_step, bool tensorboard)
    : metrics_(open_at(run.fs(), run.path() / "metrics.jsonl", metrics_bytes)),
      results_(open_at(run.fs(), run.path() / "results.csv", results_bytes)),
      metrics_bytes_(metrics_bytes),
      results_bytes_(results_bytes) {
  if (!tensorboard) return;
  events_ = std::make_unique<report::EventWriter>(run.fs(), run.path());
  if (metrics_bytes + results_bytes > 0) events_->restart(next_step);
}

RunLog::~RunLog() = default;

void RunLog::append(WritableFile& file, const std::string& line, std::uint64_t& bytes) {
  file.append(std::as_bytes(std::span(line)));
  bytes += line.size();
}

void RunLog::write_json(const char* kind, std::int64_t epoch, std::int64_t step,
                        const Values& values) {
  std::string line = cat("{\"kind\":\"", kind, "\",\"epoch\":", epoch, ",\"step\":", step);
  for (const auto& [name, value] : values) line += cat(",\"", name, "\":", json_number(value));
  append(*metrics_, line + "}\n", metrics_bytes_);
}

void RunLog::step(std::int64_t epoch, std::int64_t step, const Values& values) {
  write_json("step", epoch, step, values);
  if (!events_) return;
  for (const auto& [name, value] : values) events_->scalar("step/" + name, value, step);
}

void RunLog::epoch(std::int64_t epoch, std::int64_t step, const Values& values,
                   const Values& timings) {
  write_json("epoch", epoch, step, values);
  std::string header = "epoch,step";
  std::string row = cat(epoch + 1, ",", step);
  for (const auto* list : {&values, &timings}) {
    for (const auto& [name, value] : *list) {
      header += "," + name;
      row += "," + (std::isfinite(value) ? number(value) : std::string());
      if (events_) events_->scalar("epoch/" + name, value, epoch + 1);
    }
  }
  if (results_bytes_ == 0) append(*results_, header + "\n", results_bytes_);
  append(*results_, row + "\n", results_bytes_);
  if (events_) events_->flush();
}

void RunLog::sync() {
  metrics_->sync();
  results_->sync();
}

}  // namespace carica::train
