#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/error.h"
#include "data/shards/pack.h"
#include "data/shards/shard_format.h"

namespace carica::data {

/// pack.json: what shards were made with. Settings that would give other masks or pictures have
/// another id.
struct PackSettings {
  std::string text;  // JSON
  PackId id;
};

PackSettings settings_of(const config::Config& config, const std::vector<std::string>& classes,
                         const PackOptions& options);

/// The settings of a folder, or an empty text where there are none. Throws Error(kData) for what is
/// no pack.json.
PackSettings read_settings(const std::filesystem::path& folder);

/// The short side that pictures and masks were shrunk to; 0: they are as they were.
int short_side_of(const PackSettings& settings);

/// Throws Error(kData) where masks or classes of the settings differ from what the config says.
void require_same_labels(const PackSettings& settings, const config::Config& config,
                         const std::vector<std::string>& classes,
                         const std::filesystem::path& folder);

/// Throws Error(kData) where the files of an item have another size than `then`, when they were
/// packed into `folder`.
void require_unchanged(const Item& item, std::uint64_t then, const std::filesystem::path& folder);

/// The shards of a folder, in order of their names.
std::vector<std::filesystem::path> shard_files(const std::filesystem::path& folder);
/// folder/shard-00007.carica, and the number of such a file.
std::filesystem::path shard_file(const std::filesystem::path& folder, std::size_t number);
std::size_t shard_number(const std::filesystem::path& file);
/// What the operating system refused, an errno.
Error unreadable_shard(const std::filesystem::path& file, int reason);

}  // namespace carica::data
