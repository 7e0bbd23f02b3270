#include "report/tensorboard.h"

#include <unistd.h>

#include <chrono>
#include <cmath>
#include <protozero/pbf_writer.hpp>
#include <span>

#include "core/text.h"
#include "data/images/image_io.h"
#include "report/crc32c.h"

namespace carica::report {
namespace {

// Field numbers of event.proto and summary.proto.
enum EventField { kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5, kSessionLog = 7 };
enum SessionLogField { kSessionStatus = 1 };
enum SummaryField { kValue = 1 };
enum ValueField { kTag = 1, kSimpleValue = 2, kImage = 4, kMetadata = 9 };
enum ImageField { kHeight = 1, kWidth = 2, kColorspace = 3, kEncoded = 4 };
enum MetadataField { kPluginData = 1 };
enum PluginField { kPluginName = 1, kContent = 2 };
// Of plugin_data.proto and api.proto of hparams.
enum HParamsField { kExperiment = 2, kSessionStart = 3, kSessionEnd = 4 };
enum ExperimentField { kMetricInfos = 5 };
enum MetricInfoField { kMetricName = 1 };
enum MetricNameField { kMetricTag = 2 };
enum SessionStartField { kSessionSettings = 1 };
enum SessionEndField { kStatus = 1 };
enum MapField { kKey = 1, kMapValue = 2 };
enum StructValueField { kStringValue = 3 };  // google.protobuf.Value
constexpr std::int32_t kSuccess = 1;         // of hparams
constexpr std::int32_t kStart = 1;           // of SessionLog

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

void EventWriter::add(std::int64_t step, const std::string& value) {
  std::string summary;
  protozero::pbf_writer(summary).add_message(kValue, value);
  std::string event;
  protozero::pbf_writer writer(event);
  writer.add_double(kWallTime, wall_time());
  writer.add_int64(kStep, step);
  writer.add_message(kSummary, summary);
  append(*file_, event);
}

void EventWriter::restart(std::int64_t step) {
  std::string session, event;
  protozero::pbf_writer(session).add_enum(kSessionStatus, kStart);
  protozero::pbf_writer writer(event);
  writer.add_double(kWallTime, wall_time());
  writer.add_int64(kStep, step);
  writer.add_message(kSessionLog, session);
  append(*file_, event);
}

void EventWriter::scalar(const std::string& tag, double value, std::int64_t step) {
  std::string point;
  protozero::pbf_writer writer(point);
  writer.add_string(kTag, tag);
  writer.add_float(kSimpleValue, static_cast<float>(value));
  add(step, point);
}

void EventWriter::picture(const std::string& tag, const std::string& png, std::int64_t step) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(png.data());
  const auto size = data::image_size({first, png.size()}, tag);
  constexpr std::int32_t kRgb = 3;
  std::string image;
  protozero::pbf_writer image_writer(image);
  image_writer.add_int32(kHeight, size.height);
  image_writer.add_int32(kWidth, size.width);
  image_writer.add_int32(kColorspace, kRgb);
  image_writer.add_bytes(kEncoded, png);
  std::string value;
  protozero::pbf_writer writer(value);
  writer.add_string(kTag, tag);
  writer.add_message(kImage, image);
  add(step, value);
}

void EventWriter::settings(const std::vector<std::pair<std::string, std::string>>& values,
                           const std::vector<std::string>& metrics) {
  std::string experiment;
  for (const auto& tag : metrics) {
    std::string name, info;
    protozero::pbf_writer(name).add_string(kMetricTag, tag);
    protozero::pbf_writer(info).add_message(kMetricName, name);
    protozero::pbf_writer(experiment).add_message(kMetricInfos, info);
  }
  std::string start, end;
  for (const auto& [name, text] : values) {
    std::string value, entry;
    protozero::pbf_writer(value).add_string(kStringValue, text);
    protozero::pbf_writer writer(entry);
    writer.add_string(kKey, name);
    writer.add_message(kMapValue, value);
    protozero::pbf_writer(start).add_message(kSessionSettings, entry);
  }
  protozero::pbf_writer(end).add_enum(kStatus, kSuccess);
  const auto write = [&](const char* tag, HParamsField field, const std::string& message) {
    std::string content, plugin, metadata, value;
    protozero::pbf_writer(content).add_message(field, message);
    protozero::pbf_writer plugin_writer(plugin);
    plugin_writer.add_string(kPluginName, "hparams");
    plugin_writer.add_bytes(kContent, content);
    protozero::pbf_writer(metadata).add_message(kPluginData, plugin);
    protozero::pbf_writer writer(value);
    writer.add_string(kTag, tag);
    writer.add_message(kMetadata, metadata);
    add(0, value);
  };
  write("_hparams_/experiment", kExperiment, experiment);
  write("_hparams_/session_start_info", kSessionStart, start);
  write("_hparams_/session_end_info", kSessionEnd, end);
}

void EventWriter::flush() { file_->sync(); }

}  // namespace carica::report
