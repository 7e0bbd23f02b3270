#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/images/picture.h"

namespace carica::data {

// Shards: many samples in one file that is mapped into memory. The layout is described in
// docs/formats.md. All numbers are little-endian.

enum class StoredPicture : std::uint8_t { kJpeg = 0, kRaw = 1 };
enum class StoredMask : std::uint8_t { kNone = 0, kRaw = 1, kRuns = 2 };

/// One sample of a shard.
struct ShardRecord {
  std::string name;          // Item.name
  std::uint64_t offset = 0;  // of the picture; the mask follows it
  std::uint32_t picture_bytes = 0, mask_bytes = 0;
  Size size;  // of the picture and the mask
  StoredPicture picture = StoredPicture::kJpeg;
  StoredMask mask = StoredMask::kNone;
  std::uint64_t source_bytes = 0;  // size of the files it was made from
  std::uint64_t checksum = 0;      // XXH3-64 of the picture's and the mask's bytes
};

/// What identifies the settings that shards were made with.
using PackId = std::array<std::uint8_t, 16>;

constexpr std::size_t kShardHeaderBytes = 32;
constexpr std::size_t kShardFooterBytes = 48;

/// The first bytes of a shard.
std::string shard_header(const PackId& id);
/// The last ones: the index of its records, at `offset`, and the footer.
std::string shard_index(std::span<const ShardRecord> records, std::uint64_t offset);

/// The records of a shard, from all of its bytes; every one lies within the file and holds what its
/// sizes say, names are distinct. Pictures and masks are not read. Throws Error(kData) that names
/// the file: no shard, another version, another `id`, truncated, damaged.
std::vector<ShardRecord> parse_shard(std::span<const std::uint8_t> bytes, const PackId& id,
                                     std::string_view name);

}  // namespace carica::data
