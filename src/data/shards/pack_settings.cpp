#include "data/shards/pack_settings.h"

#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <system_error>

#include "core/checksum.h"
#include "core/error.h"
#include "core/text.h"
#include "data/files/folder_scan.h"
#include "data/images/image_io.h"

namespace carica::data {
namespace {

using Json = nlohmann::ordered_json;

PackId id_of(const std::string& text) {
  return checksum128({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

// What decides the values of masks.
Json labels_of(const config::Config& config, const std::vector<std::string>& classes) {
  Json json;
  json["classes"] = classes;
  const bool segments = config.task == config::Task::kSegment;
  json["masks"] = segments;
  if (!segments) return json;
  const auto& mask = config.data.mask;
  json["encoding"] = mask.encoding;
  json["ignore_index"] = mask.ignore_index;
  json["map"] = Json::object();
  for (const auto& [value, target] : mask.map) json["map"][std::to_string(value)] = target;
  json["others"] = mask.others;
  json["lossy"] = mask.lossy;
  json["orientation"] = mask.orientation;
  json["reduce_zero_label"] = mask.reduce_zero_label;
  json["data_format"] = config.data.format;
  json["variant"] = config.data.variant;
  if (!mask.palette.empty()) {
    const auto palette = read_bytes(mask.palette);
    json["palette"] = checksum64(palette);
  }
  return json;
}

std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// The number of shard-NUMBER.carica.
std::optional<std::size_t> number_in(std::string_view name) {
  constexpr std::string_view kBefore = "shard-", kAfter = ".carica";
  if (name.size() <= kBefore.size() + kAfter.size() || !name.starts_with(kBefore) ||
      !name.ends_with(kAfter)) {
    return std::nullopt;
  }
  const auto digits = name.substr(kBefore.size(), name.size() - kBefore.size() - kAfter.size());
  std::size_t number = 0;
  const auto [end, problem] = std::from_chars(digits.begin(), digits.end(), number);
  if (problem != std::errc() || end != digits.end()) return std::nullopt;
  return number;
}

}  // namespace

PackSettings settings_of(const config::Config& config, const std::vector<std::string>& classes,
                         const PackOptions& options) {
  Json json;
  json["format"] = "carica shards";
  json["version"] = 1;
  json["picture"] = options.picture == StoredPicture::kJpeg ? "jpeg" : "raw";
  json["short_side"] = options.short_side;
  if (options.picture == StoredPicture::kJpeg) json["quality"] = options.quality;
  json["labels"] = labels_of(config, classes);
  PackSettings settings{text_of(json), {}};
  settings.id = id_of(settings.text);
  return settings;
}

PackSettings read_settings(const std::filesystem::path& folder) {
  const auto file = folder / "pack.json";
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  const auto bytes = read_bytes(file);
  const std::string text(bytes.begin(), bytes.end());
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("labels")) {
    throw Error(ErrorCode::kData, cat(file.string(), ": is no pack.json of carica"),
                "run `carica data pack` into a folder of its own");
  }
  return {text, id_of(text)};
}

int short_side_of(const PackSettings& settings) {
  const auto json = Json::parse(settings.text);
  const auto side = json.find("short_side");
  return side != json.end() && side->is_number_integer() ? side->get<int>() : 0;
}

void require_same_labels(const PackSettings& settings, const config::Config& config,
                         const std::vector<std::string>& classes,
                         const std::filesystem::path& folder) {
  const auto json = Json::parse(settings.text);
  const auto wanted = labels_of(config, classes);
  // Pictures with masks serve a classifier too.
  const bool same = config.task == config::Task::kClassify || json["labels"] == wanted;
  if (same) return;
  throw Error(ErrorCode::kData,
              cat(folder.string(), ": was packed with other classes or mask rules (",
                  json["labels"].dump(), "); must be ", wanted.dump()),
              "run `carica data pack` again, into another folder");
}

void require_unchanged(const Item& item, std::uint64_t then, const std::filesystem::path& folder) {
  const std::uint64_t now = source_bytes(item);
  if (now == then) return;
  throw Error(ErrorCode::kData,
              cat(item.path, ": has changed since it was packed into ", folder.string(), " (", now,
                  " bytes, then ", then, ")"),
              "run `carica data pack` again, into another folder");
}

std::vector<std::filesystem::path> shard_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& name : list_files(folder)) {
    if (number_in(name)) files.push_back(folder / name);
  }
  return files;
}

std::filesystem::path shard_file(const std::filesystem::path& folder, std::size_t number) {
  char name[40];
  std::snprintf(name, sizeof name, "shard-%05zu.carica", number);
  return folder / name;
}

std::size_t shard_number(const std::filesystem::path& file) {
  return number_in(file.filename().string()).value_or(0);
}

Error unreadable_shard(const std::filesystem::path& file, int reason) {
  return Error(ErrorCode::kData,
               cat(file.string(), ": cannot be read: ", std::generic_category().message(reason)));
}

}  // namespace carica::data
