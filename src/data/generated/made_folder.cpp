#include "data/generated/made_folder.h"

#include <nlohmann/json.hpp>

#include "core/atomic_file.h"
#include "core/error.h"
#include "core/text.h"
#include "data/files/folder_scan.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kRecord = "made.json";
constexpr std::uint64_t kMaxRecordBytes = 1 << 16;

Json json_of(const MadeSet& set) {
  return {{"name", set.name}, {"count", set.count}, {"size", set.size}, {"seed", set.seed}};
}

bool holds_anything(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return false;
  const bool empty = fs::is_empty(folder, error);
  if (error) throw io_error(folder, "read", error.value());
  return !empty;
}

// What made.json says, an object, or null where none is there.
Json read_record(FileSystem& system, const fs::path& folder) {
  if (!fs::exists(folder / kRecord)) return {};
  const auto text = system.read(folder / kRecord, kMaxRecordBytes);
  const auto record = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return record.is_object() ? record : Json();
}

}  // namespace

MadeFolder::MadeFolder(FileSystem& fs, std::filesystem::path folder, const MadeSet& set)
    : fs_(fs), folder_(std::move(folder)), set_(set) {
  if (!holds_anything(folder_)) return;
  Json record = read_record(fs_, folder_);
  std::size_t files = 0;  // of the whole set; 0: it was not finished
  if (record.is_object() && record.contains("files") && record["files"].is_number_unsigned()) {
    files = record["files"];
    record.erase("files");
  }
  if (record != json_of(set_)) {
    const std::string what = record.is_object() ? cat("another data set, ", record.dump())
                                                : "files that were not made by this command";
    throw Error(
        ErrorCode::kUsage,
        cat(folder_.string(), ": holds ", what, "; must be empty, or hold ", json_of(set_).dump()),
        "give another --out, or remove the folder");
  }
  complete_ = files > 0 && list_files(folder_).size() >= files;
}

void MadeFolder::write_record(std::size_t files) {
  Json record = json_of(set_);
  record["files"] = files;
  write_atomically(fs_, folder_ / kRecord, record.dump(2) + "\n");
}

void MadeFolder::begin() {
  fs_.create_directories(folder_);
  write_record(0);
}

void MadeFolder::finish() { write_record(list_files(folder_).size()); }

}  // namespace carica::data
