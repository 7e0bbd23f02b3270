#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/dtype.h"

namespace carica::checkpoint {

inline constexpr std::uint64_t kMaxHeaderBytes = 16 << 20;
inline constexpr std::size_t kLengthBytes = 8;     // before the header, little-endian
inline constexpr std::size_t kMaxDimensions = 64;  // of torch's own loops
inline constexpr std::string_view kMetadataKey = "__metadata__";

/// One tensor of a header.
struct TensorEntry {
  std::string name;
  const Dtype* dtype = nullptr;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;  // bytes after the header
};

/// The header of a safetensors file.
struct Header {
  std::vector<TensorEntry> tensors;  // in the order of their bytes
  std::map<std::string, std::string> metadata;
};

/// Reads and checks the JSON of a header in front of `data_bytes` tensor bytes, the header checksum
/// included. Throws Error(kCorrupt), "where: reason".
Header parse_header(std::string_view text, std::uint64_t data_bytes, const std::string& where);

/// JSON with __metadata__ first, its checksum filled in, padded with spaces so that what follows it
/// in the file is aligned to 8 bytes. All texts must be UTF-8.
std::string header_text(Header header);

/// Where the 32 digits of the header checksum stand in a header; npos when nowhere.
std::size_t header_checksum_position(std::string_view text);
/// XXH3-128 of a header, its own digits at `position` counted as '0'.
std::string header_checksum(std::string_view text, std::size_t position);

/// A name from a file for a message: quoted, control characters escaped, cut when long.
std::string quoted_name(std::string_view text);

}  // namespace carica::checkpoint
