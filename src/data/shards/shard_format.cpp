#include "data/shards/shard_format.h"

#include <algorithm>
#include <set>

#include "core/checksum.h"
#include "core/error.h"
#include "core/text.h"
#include "data/files/byte_reader.h"
#include "data/images/image_io.h"

namespace carica::data {
namespace {

constexpr std::string_view kMagic = "CARICASH", kEndMagic = "CARICAEN";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kRecordBytes = 56;  // without the name
constexpr std::size_t kLongestName = 4096;

void put(std::string& text, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) text.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

std::uint64_t little64(const ByteReader& file, std::size_t at) {
  return file.little32(at) | std::uint64_t{file.little32(at + 4)} << 32;
}

std::size_t padded(std::size_t bytes) { return (bytes + 7) / 8 * 8; }

[[noreturn]] void refuse(std::string_view name, const std::string& reason) {
  throw Error(ErrorCode::kData, cat(name, ": ", reason), "run `carica data pack` again");
}

// What the sizes in a record must agree with.
bool fits(const ShardRecord& record, std::uint64_t end) {
  const DecodeLimits limits;
  const auto pixels = static_cast<std::uint64_t>(record.size.height) *
                      static_cast<std::uint64_t>(record.size.width);
  if (record.size.height < 1 || record.size.width < 1 || record.size.height > limits.max_side ||
      record.size.width > limits.max_side || pixels > limits.max_pixels) {
    return false;
  }
  const std::uint64_t bytes = std::uint64_t{record.picture_bytes} + record.mask_bytes;
  if (record.offset < kShardHeaderBytes || record.offset > end || bytes > end - record.offset) {
    return false;
  }
  const bool picture =
      record.picture == StoredPicture::kJpeg
          ? record.picture_bytes > 0
          : record.picture == StoredPicture::kRaw && record.picture_bytes == 3 * pixels;
  const bool mask = record.mask == StoredMask::kNone  ? record.mask_bytes == 0
                    : record.mask == StoredMask::kRaw ? record.mask_bytes == pixels
                                                      : record.mask == StoredMask::kRuns;
  return picture && mask;
}

}  // namespace

std::string shard_header(const PackId& id) {
  std::string text(kMagic);
  put(text, kVersion, 4);
  put(text, 0, 4);
  text.append(id.begin(), id.end());
  return text;
}

std::string shard_index(std::span<const ShardRecord> records, std::uint64_t offset) {
  std::string text;
  for (const ShardRecord& record : records) {
    put(text, record.offset, 8);
    put(text, record.picture_bytes, 4);
    put(text, record.mask_bytes, 4);
    put(text, static_cast<std::uint64_t>(record.size.height), 4);
    put(text, static_cast<std::uint64_t>(record.size.width), 4);
    put(text, static_cast<std::uint64_t>(record.picture), 1);
    put(text, static_cast<std::uint64_t>(record.mask), 1);
    put(text, 0, 2);
    put(text, record.name.size(), 4);
    put(text, record.source_bytes, 8);
    put(text, record.checksum, 8);
    put(text, 0, 8);
    text += record.name;
    text.resize(padded(text.size()), '\0');
  }
  const auto digest =
      checksum128({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  const std::uint64_t bytes = text.size();
  put(text, offset, 8);
  put(text, bytes, 8);
  put(text, records.size(), 8);
  text.append(digest.begin(), digest.end());
  text += kEndMagic;
  return text;
}

std::vector<ShardRecord> parse_shard(std::span<const std::uint8_t> bytes, const PackId& id,
                                     std::string_view name) {
  const ByteReader file{bytes};
  if (!file.tag(0, kMagic)) refuse(name, "not a shard of carica");
  if (file.little32(8) != kVersion) {
    refuse(name, cat("shard of version ", file.little32(8), "; must be ", kVersion));
  }
  if (bytes.size() < kShardHeaderBytes + kShardFooterBytes ||
      !file.tag(bytes.size() - kEndMagic.size(), kEndMagic)) {
    refuse(name, "truncated shard");
  }
  if (!std::equal(id.begin(), id.end(), bytes.begin() + 16)) {
    refuse(name, "was packed with other settings than its folder's pack.json");
  }
  const std::size_t footer = bytes.size() - kShardFooterBytes;
  const std::uint64_t begin = little64(file, footer), length = little64(file, footer + 8);
  const std::uint64_t count = little64(file, footer + 16);
  if (begin < kShardHeaderBytes || begin > footer || length != footer - begin ||
      count > length / kRecordBytes) {
    refuse(name, "damaged shard: its index does not fit");
  }
  const auto index = bytes.subspan(begin, length);
  const auto digest = checksum128(index);
  if (!std::equal(digest.begin(), digest.end(),
                  bytes.begin() + static_cast<std::ptrdiff_t>(footer) + 24)) {
    refuse(name, "damaged shard: its index has another checksum");
  }
  const ByteReader entries{index};
  std::vector<ShardRecord> records;
  std::set<std::string_view> names;
  records.reserve(count);
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    ShardRecord record;
    record.offset = little64(entries, at);
    record.picture_bytes = entries.little32(at + 8);
    record.mask_bytes = entries.little32(at + 12);
    record.size = {static_cast<int>(std::min(entries.little32(at + 16), 1u << 30)),
                   static_cast<int>(std::min(entries.little32(at + 20), 1u << 30))};
    record.picture = static_cast<StoredPicture>(entries.u8(at + 24));
    record.mask = static_cast<StoredMask>(entries.u8(at + 25));
    const std::size_t name_bytes = entries.little32(at + 28);
    record.source_bytes = little64(entries, at + 32);
    record.checksum = little64(entries, at + 40);
    if (name_bytes > kLongestName || !entries.has(at + kRecordBytes, padded(name_bytes)) ||
        !fits(record, begin)) {
      refuse(name, cat("damaged shard: record ", i, " does not fit"));
    }
    const auto text = index.subspan(at + kRecordBytes, name_bytes);
    record.name.assign(text.begin(), text.end());
    at += kRecordBytes + padded(name_bytes);
    records.push_back(std::move(record));
    if (!names.insert(records.back().name).second) {
      refuse(name, cat("damaged shard: ", records.back().name, " stands twice"));
    }
  }
  if (at != index.size()) refuse(name, "damaged shard: its index is longer than its records");
  return records;
}

}  // namespace carica::data
