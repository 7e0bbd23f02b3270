#include "weights/zip.h"

#include <libdeflate.h>

#include <algorithm>
#include <memory>
#include <new>

#include "weights/byte_cursor.h"
#include "weights/zip_directory.h"

namespace carica::weights {
namespace {

constexpr std::uint32_t kLocalMark = 0x04034b50, kDescriptorMark = 0x08074b50;
constexpr std::uint64_t kLocalBytes = 30;
constexpr std::uint16_t kHasDescriptor = 1 << 3;
constexpr std::uint64_t kFreeUnpacked = 256 << 20, kMostPerByte = 16;

std::string named(const ZipEntry& entry) { return cat("zip entry '", readable(entry.name), "'"); }

}  // namespace

ZipArchive::ZipArchive(std::span<const std::uint8_t> bytes, const std::string& where)
    : bytes_(bytes), where_(where) {
  read_directory();
}

void ZipArchive::read_directory() {
  const ZipDirectory directory = find_zip_directory(bytes_, where_);
  ByteCursor cursor(bytes_.first(directory.offset + directory.bytes), directory.offset, where_);
  std::uint64_t unpacked = 0;
  const std::uint64_t most = kFreeUnpacked + kMostPerByte * bytes_.size();
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    ZipEntry entry = read_central_header(cursor, where_);
    check_local_header(entry);
    if (!by_name_.emplace(entry.name, entries_.size()).second) {
      refuse(where_, cat(named(entry), " occurs twice; each name may occur once"));
    }
    if (entry.deflated) {
      if (entry.size > most - unpacked) {
        refuse(where_, cat(named(entry), ": unpacks to ", entry.size, " bytes; an archive of ",
                           bytes_.size(), " bytes may unpack to ", most, " in all"));
      }
      unpacked += entry.size;
    }
    entries_.push_back(std::move(entry));
  }
  if (cursor.left() != 0) refuse(where_, "the directory of the zip archive is longer than it says");
  check_places(directory.offset);
}

void ZipArchive::check_local_header(ZipEntry& entry) const {
  ByteCursor cursor(bytes_, entry.header, where_);
  if (cursor.number<std::uint32_t>() != kLocalMark) {
    refuse(where_, cat(named(entry), ": its header is not where the directory says"));
  }
  cursor.take(2);  // version
  const auto flags = cursor.number<std::uint16_t>();
  const auto method = cursor.number<std::uint16_t>();
  cursor.take(4);  // time and date
  const auto crc = cursor.number<std::uint32_t>();
  const auto packed = cursor.number<std::uint32_t>();
  const auto size = cursor.number<std::uint32_t>();
  const auto name_bytes = cursor.number<std::uint16_t>();
  const auto extra_bytes = cursor.number<std::uint16_t>();
  const auto name = cursor.take_text(name_bytes);
  cursor.take(extra_bytes);
  // All ones where a zip64 field has the number; behind the data when there is a descriptor.
  const auto agrees = [](std::uint32_t local, std::uint64_t value) {
    return local == 0xffffffff || local == value;
  };
  const bool later = flags & kHasDescriptor && crc == 0 && packed == 0 && size == 0;
  if (name != entry.name || flags != entry.flags || (method != 0) != entry.deflated ||
      (!later &&
       (crc != entry.crc || !agrees(packed, entry.packed) || !agrees(size, entry.size)))) {
    refuse(where_, cat(named(entry), ": its header contradicts the directory"));
  }
  entry.data = cursor.position();
  cursor.take(entry.packed);
}

std::uint64_t ZipArchive::check_descriptor(const ZipEntry& entry) const {
  const std::uint64_t end = entry.data + entry.packed;
  if (!(entry.flags & kHasDescriptor)) return end;
  ByteCursor cursor(bytes_, end, where_);
  auto crc = cursor.number<std::uint32_t>();
  // The mark may be left out.
  if (crc == kDescriptorMark) crc = cursor.number<std::uint32_t>();
  ByteCursor wide = cursor;
  const auto same = [&entry](std::uint64_t packed, std::uint64_t size) {
    return packed == entry.packed && size == entry.size;
  };
  const auto packed = cursor.number<std::uint32_t>();
  const auto size = cursor.number<std::uint32_t>();
  if (crc == entry.crc && same(packed, size)) return cursor.position();
  const auto packed_64 = wide.number<std::uint64_t>();
  const auto size_64 = wide.number<std::uint64_t>();
  if (crc == entry.crc && same(packed_64, size_64)) return wide.position();
  refuse(where_, cat(named(entry), ": the record behind its data contradicts the directory"));
}

void ZipArchive::check_places(std::uint64_t directory) const {
  std::vector<const ZipEntry*> sorted;
  for (const auto& entry : entries_) sorted.push_back(&entry);
  std::ranges::sort(sorted, {}, &ZipEntry::header);
  std::uint64_t free_from = 0;
  for (const ZipEntry* entry : sorted) {
    if (entry->header < free_from) {
      refuse(where_, cat(named(*entry), ": overlaps the entry before it"));
    }
    free_from = check_descriptor(*entry);
  }
  if (free_from > directory) refuse(where_, "a zip entry overlaps the directory of the archive");
}

const ZipEntry* ZipArchive::find(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &entries_[found->second];
}

std::span<const std::uint8_t> ZipArchive::packed(const ZipEntry& entry) const {
  return bytes_.subspan(entry.data, entry.packed);
}

std::span<const std::uint8_t> ZipArchive::read(const ZipEntry& entry,
                                               std::vector<std::uint8_t>& room) const {
  std::span<const std::uint8_t> content = packed(entry);
  if (entry.deflated) {
    room.resize(entry.size);
    const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)>
        inflater(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
    if (inflater == nullptr) throw std::bad_alloc();
    std::size_t used = 0;
    std::uint8_t none = 0;
    // No actual size is asked for: exactly entry.size bytes must come out.
    const auto result = libdeflate_deflate_decompress_ex(
        inflater.get(), content.data(), content.size(), room.empty() ? &none : room.data(),
        room.size(), &used, nullptr);
    if (result != LIBDEFLATE_SUCCESS || used != content.size()) {
      refuse(where_, cat(named(entry),
                         ": its packed bytes are damaged, or unpack to another size "
                         "than the ",
                         entry.size, " that are stated"));
    }
    content = room;
  }
  if (libdeflate_crc32(0, content.data(), content.size()) != entry.crc) {
    refuse(where_, cat(named(entry), ": its bytes do not match their checksum"));
  }
  return content;
}

}  // namespace carica::weights
