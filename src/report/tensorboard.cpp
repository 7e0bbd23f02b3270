#include "report/tensorboard.h"

#include <unistd.h>

#include <chrono>
#include <cmath>
#include <protozero/pbf_writer.hpp>
#include <span>

#include "core/text.h"
#include "report/crc32c.h"

namespace carica::report {
namespace {

// Field numbers of event.proto and summary.proto.
enum EventField { kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5 };
enum SummaryField { kValue = 1 };
enum ValueField { kTag = 1, kSimpleValue = 2 };

double wall_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string host() {
  char name[256] = "";
  if (gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') return "localhost";
  return name;
}

/// A name that no file in the folder has: two writers may start within one second.
std::filesystem::path unused_name(const std::filesystem::path& folder, std::int64_t seconds) {
  const std::string name = cat("events.out.tfevents.", seconds, ".", host(), ".", getpid());
  std::filesystem::path path = folder / name;
  std::error_code ignored;
  for (int i = 1; std::filesystem::exists(path, ignored); ++i) path = folder / cat(name, ".", i);
  return path;
}

void append_little_endian(std::string& to, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to += static_cast<char>(value >> (8 * i) & 0xFF);
}

/// uint64 length, uint32 masked CRC of the length, the bytes, uint32 masked CRC of the bytes.
std::string framed(const std::string& event) {
  std::string record;
  append_little_endian(record, event.size(), 8);
  append_little_endian(record, masked_crc32c(record), 4);
  record += event;
  append_little_endian(record, masked_crc32c(event), 4);
  return record;
}

void append(WritableFile& file, const std::string& event) {
  // In one piece, so that a reader meets whole records or a short last one.
  const std::string record = framed(event);
  file.append(std::as_bytes(std::span(record)));
}

}  // namespace

EventWriter::EventWriter(FileSystem& fs, const std::filesystem::path& folder) {
  const double now = wall_time();
  file_ = fs.create(unused_name(folder, static_cast<std::int64_t>(now)));
  std::string event;
  protozero::pbf_writer writer(event);
  writer.add_double(kWallTime, now);
  writer.add_string(kFileVersion, "brain.Event:2");
  append(*file_, event);
}

EventWriter::~EventWriter() = default;

void EventWriter::scalar(const std::string& tag, double value, std::int64_t step) {
  std::string point;
  protozero::pbf_writer point_writer(point);
  point_writer.add_string(kTag, tag);
  point_writer.add_float(kSimpleValue, static_cast<float>(value));
  std::string summary;
  protozero::pbf_writer(summary).add_message(kValue, point);
  std::string event;
  protozero::pbf_writer writer(event);
  writer.add_double(kWallTime, wall_time());
  writer.add_int64(kStep, step);
  writer.add_message(kSummary, summary);
  append(*file_, event);
}

void EventWriter::flush() { file_->sync(); }

}  // namespace carica::report
