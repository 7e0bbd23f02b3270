#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "weights/byte_cursor.h"
#include "weights/zip.h"

namespace carica::weights {

/// Where the central directory of an archive lies.
struct ZipDirectory {
  std::uint64_t offset = 0, bytes = 0, entries = 0;
};

/// Reads the records at the end of an archive, zip64 or not. Throws Error(kCorrupt).
ZipDirectory find_zip_directory(std::span<const std::uint8_t> bytes, const std::string& where);

/// Reads one entry of the central directory; `data` is not known yet. Throws Error(kCorrupt).
ZipEntry read_central_header(ByteCursor& cursor, const std::string& where);

}  // namespace carica::weights
