#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace carica::weights {

/// A file inside a zip archive.
struct ZipEntry {
  std::string name;
  std::uint64_t header = 0;  // offset of its local header
  std::uint64_t data = 0;    // offset of its bytes
  std::uint64_t packed = 0;  // their number in the archive
  std::uint64_t size = 0;    // and unpacked
  std::uint32_t crc = 0;     // CRC-32 of the unpacked bytes
  std::uint16_t flags = 0;
  bool deflated = false;
};

/// The directory of a zip archive, read and checked as a whole: zip64, one disk, no encryption,
/// methods stored and deflated, no name twice, local headers and data descriptors that say the same
/// as the directory, no two entries on the same bytes. Unpacked, deflated entries may have
/// 256 MiB + 16 times the archive's bytes in all.
/// Source: PKWARE APPNOTE 6.3.10, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT.
class ZipArchive {
 public:
  /// bytes and where must outlive it. Throws Error(kCorrupt).
  ZipArchive(std::span<const std::uint8_t> bytes, const std::string& where);

  const std::vector<ZipEntry>& entries() const { return entries_; }
  /// Null when there is none.
  const ZipEntry* find(const std::string& name) const;
  /// The bytes as they stand in the archive.
  std::span<const std::uint8_t> packed(const ZipEntry& entry) const;
  /// The unpacked bytes, their checksum compared. Of a stored entry a view of the archive; of a
  /// deflated one they are written to `room`, which must live as long. Throws Error(kCorrupt).
  /// Thread-safe.
  std::span<const std::uint8_t> read(const ZipEntry& entry, std::vector<std::uint8_t>& room) const;

 private:
  void read_directory();
  void check_local_header(ZipEntry& entry) const;
  std::uint64_t check_descriptor(const ZipEntry& entry) const;
  void check_places(std::uint64_t directory) const;

  std::span<const std::uint8_t> bytes_;
  const std::string& where_;
  std::vector<ZipEntry> entries_;
  std::unordered_map<std::string, std::size_t> by_name_;
};

}  // namespace carica::weights
