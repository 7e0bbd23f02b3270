#include "weights/zip_directory.h"

#include <algorithm>
#include <optional>

namespace carica::weights {
namespace {

constexpr std::uint32_t kEndMark = 0x06054b50, kEnd64Mark = 0x06064b50, kLocator64Mark = 0x07064b50,
                        kCentralMark = 0x02014b50;
constexpr std::uint64_t kEndBytes = 22, kEnd64Bytes = 56, kLocator64Bytes = 20;
constexpr std::uint64_t kMostComment = 0xffff;
constexpr std::uint16_t kEncrypted = 1 << 0, kStrongEncryption = 1 << 6, kMasked = 1 << 13;
constexpr std::uint16_t kStored = 0, kDeflated = 8, kZip64Extra = 1;

std::uint32_t number_at(std::span<const std::uint8_t> bytes, std::uint64_t position) {
  std::uint32_t value;
  std::memcpy(&value, bytes.data() + position, sizeof(value));
  return value;
}

/// The last end record whose comment reaches to the end of the file.
std::optional<std::uint64_t> find_end(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kEndBytes) return std::nullopt;
  const std::uint64_t last = bytes.size() - kEndBytes;
  const std::uint64_t first = last > kMostComment ? last - kMostComment : 0;
  for (std::uint64_t position = last + 1; position-- > first;) {
    if (number_at(bytes, position) != kEndMark) continue;
    const std::uint64_t comment = bytes[position + 20] | bytes[position + 21] << 8;
    if (position + kEndBytes + comment == bytes.size()) return position;
  }
  return std::nullopt;
}

void require_one_disk(std::uint64_t disk, std::uint64_t directory_disk, std::uint64_t here,
                      std::uint64_t all, const std::string& where) {
  if (disk != 0 || directory_disk != 0 || here != all) {
    refuse(where, "a zip archive in several parts; one file is expected");
  }
}

/// The zip64 end record in front of the end record at `end`, when its locator is there.
std::optional<ZipDirectory> read_end64(std::span<const std::uint8_t> bytes, std::uint64_t& end,
                                       const std::string& where) {
  if (end < kLocator64Bytes || number_at(bytes, end - kLocator64Bytes) != kLocator64Mark) {
    return std::nullopt;
  }
  ByteCursor locator(bytes, end - kLocator64Bytes + 4, where);
  const auto disk = locator.number<std::uint32_t>();
  const auto position = locator.number<std::uint64_t>();
  const auto disks = locator.number<std::uint32_t>();
  if (disk != 0 || disks > 1) refuse(where, "a zip archive in several parts; one file is expected");
  if (position > end - kLocator64Bytes || end - kLocator64Bytes - position < kEnd64Bytes) {
    refuse(where, "the zip64 record of the archive lies outside of it");
  }
  ByteCursor cursor(bytes, position, where);
  if (cursor.number<std::uint32_t>() != kEnd64Mark) {
    refuse(where, "the zip64 record of the archive is not where it should be");
  }
  const auto rest = cursor.number<std::uint64_t>();
  if (rest != end - kLocator64Bytes - cursor.position()) {
    refuse(where, "the zip64 record of the archive has another length than it says");
  }
  cursor.take(4);  // versions
  const auto this_disk = cursor.number<std::uint32_t>();
  const auto directory_disk = cursor.number<std::uint32_t>();
  const auto here = cursor.number<std::uint64_t>();
  ZipDirectory directory;
  directory.entries = cursor.number<std::uint64_t>();
  directory.bytes = cursor.number<std::uint64_t>();
  directory.offset = cursor.number<std::uint64_t>();
  require_one_disk(this_disk, directory_disk, here, directory.entries, where);
  end = position;
  return directory;
}

/// Takes the 64-bit values of a zip64 extra field for those that are all ones in `values`, in their
/// order.
void read_extra(std::span<const std::uint8_t> extra, std::span<std::uint64_t* const> values,
                const std::string& where) {
  ByteCursor cursor(extra, 0, where);
  bool seen = false;
  while (cursor.left() >= 4) {
    const auto id = cursor.number<std::uint16_t>();
    const auto field = cursor.take(cursor.number<std::uint16_t>());
    if (id != kZip64Extra) continue;
    if (std::exchange(seen, true)) refuse(where, "a zip entry with two zip64 fields");
    ByteCursor numbers(field, 0, where);
    for (std::uint64_t* value : values) {
      if (*value == 0xffffffff) *value = numbers.number<std::uint64_t>();
    }
  }
}

}  // namespace

ZipDirectory find_zip_directory(std::span<const std::uint8_t> bytes, const std::string& where) {
  const auto found = find_end(bytes);
  if (!found) refuse(where, "a zip archive without its end: the file is truncated");
  std::uint64_t end = *found;
  ByteCursor cursor(bytes, end + 4, where);
  const auto disk = cursor.number<std::uint16_t>();
  const auto directory_disk = cursor.number<std::uint16_t>();
  const auto here = cursor.number<std::uint16_t>();
  ZipDirectory directory;
  directory.entries = cursor.number<std::uint16_t>();
  directory.bytes = cursor.number<std::uint32_t>();
  directory.offset = cursor.number<std::uint32_t>();
  if (const auto large = read_end64(bytes, end, where)) {
    const auto agrees = [](std::uint64_t small, std::uint64_t ones, std::uint64_t value) {
      return small == ones || small == value;
    };
    if (!agrees(directory.entries, 0xffff, large->entries) ||
        !agrees(directory.bytes, 0xffffffff, large->bytes) ||
        !agrees(directory.offset, 0xffffffff, large->offset)) {
      refuse(where, "the two ends of the zip archive contradict each other");
    }
    directory = *large;
  } else {
    require_one_disk(disk, directory_disk, here, directory.entries, where);
  }
  if (directory.offset > end || end - directory.offset != directory.bytes) {
    refuse(where, "the directory of the zip archive is not in front of its end");
  }
  constexpr std::uint64_t kCentralBytes = 46;
  if (directory.entries > directory.bytes / kCentralBytes) {
    refuse(where, cat("a zip archive with ", directory.entries, " entries in a directory of ",
                      directory.bytes, " bytes"));
  }
  return directory;
}

ZipEntry read_central_header(ByteCursor& cursor, const std::string& where) {
  if (cursor.number<std::uint32_t>() != kCentralMark) {
    refuse(where, "the directory of the zip archive has fewer entries than it says");
  }
  ZipEntry entry;
  cursor.take(4);  // versions
  entry.flags = cursor.number<std::uint16_t>();
  const auto method = cursor.number<std::uint16_t>();
  cursor.take(4);  // time and date
  entry.crc = cursor.number<std::uint32_t>();
  entry.packed = cursor.number<std::uint32_t>();
  entry.size = cursor.number<std::uint32_t>();
  const auto name_bytes = cursor.number<std::uint16_t>();
  const auto extra_bytes = cursor.number<std::uint16_t>();
  const auto comment_bytes = cursor.number<std::uint16_t>();
  std::uint64_t disk = cursor.number<std::uint16_t>();
  cursor.take(6);  // attributes
  entry.header = cursor.number<std::uint32_t>();
  entry.name = cursor.take_text(name_bytes);
  std::uint64_t* const values[] = {&entry.size, &entry.packed, &entry.header};
  read_extra(cursor.take(extra_bytes), values, where);
  cursor.take(comment_bytes);
  const std::string named = cat("zip entry '", readable(entry.name), "'");
  if (entry.flags & (kEncrypted | kStrongEncryption | kMasked)) {
    refuse(where, cat(named, ": encrypted; that is not supported"));
  }
  if (disk != 0) refuse(where, cat(named, ": in another part of the archive"));
  if (method != kStored && method != kDeflated) {
    refuse(where, cat(named, ": packed by method ", method,
                      "; 0 (stored) and 8 (deflated) are "
                      "supported"));
  }
  entry.deflated = method == kDeflated;
  if (!entry.deflated && entry.packed != entry.size) {
    refuse(where, cat(named, ": stored, but of two sizes, ", entry.packed, " and ", entry.size));
  }
  return entry;
}

}  // namespace carica::weights
