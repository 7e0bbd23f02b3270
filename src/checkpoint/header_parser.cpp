#include <algorithm>
#include <tuple>

#include "checkpoint/header.h"
#include "checkpoint/header_sax.h"
#include "checkpoint/safetensors.h"
#include "core/error.h"
#include "core/text.h"

namespace carica::checkpoint {
namespace {

[[noreturn]] void refuse(const std::string& where, const std::string& reason) {
  throw Error(ErrorCode::kCorrupt, cat(where, ": ", reason));
}

/// Bytes of a tensor of this shape. False when a product does not fit, also one that a later 0
/// would hide: torch computes strides from it.
bool tensor_bytes(const TensorEntry& entry, std::uint64_t& bytes) {
  std::int64_t size = static_cast<std::int64_t>(entry.dtype->bytes);
  bool empty = false;
  for (const std::int64_t extent : entry.shape) {
    empty = empty || extent == 0;
    if (__builtin_mul_overflow(size, std::max<std::int64_t>(extent, 1), &size)) return false;
  }
  bytes = empty ? 0 : static_cast<std::uint64_t>(size);
  return true;
}

/// Sorts the tensors by their bytes and checks that these fill [0, data_bytes) without holes.
void check_layout(Header& header, std::uint64_t data_bytes, const std::string& where) {
  std::stable_sort(header.tensors.begin(), header.tensors.end(),
                   [](const TensorEntry& a, const TensorEntry& b) {
                     return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
                   });
  std::uint64_t position = 0;
  for (const TensorEntry& entry : header.tensors) {
    const auto tensor = [&] { return cat("tensor ", quoted_name(entry.name), ": "); };
    if (entry.begin != position) {
      refuse(where, cat(tensor(), "begins at byte ", entry.begin, "; expected ", position,
                        ", without holes or overlaps"));
    }
    if (entry.end < entry.begin || entry.end > data_bytes) {
      refuse(where, cat(tensor(), "bytes ", entry.begin, " to ", entry.end, "; the file has ",
                        data_bytes, " of them"));
    }
    std::uint64_t bytes = 0;
    if (!tensor_bytes(entry, bytes)) refuse(where, tensor() + "its size does not fit 63 bits");
    if (bytes != entry.end - entry.begin) {
      refuse(where,
             cat(tensor(), entry.end - entry.begin, " bytes; its type and shape need ", bytes));
    }
    position = entry.end;
  }
  if (position != data_bytes) {
    refuse(where, cat(data_bytes, " tensor bytes; the header describes ", position));
  }
}

void check_header_checksum(std::string_view text, const Header& header, const std::string& where) {
  const auto stated = header.metadata.find(kHeaderChecksumKey);
  const bool has_header = stated != header.metadata.end();
  if (has_header != header.metadata.contains(kChecksumKey)) {
    refuse(where, cat("only one of the checksums ", kChecksumKey, " and ", kHeaderChecksumKey,
                      "; both or none are allowed"));
  }
  if (!has_header) return;
  const std::size_t position = header_checksum_position(text);
  if (position == std::string_view::npos || header_checksum(text, position) != stated->second) {
    refuse(where, "the header does not match its checksum");
  }
}

}  // namespace

Header parse_header(std::string_view text, std::uint64_t data_bytes, const std::string& where) {
  // The parser would skip white space and a byte order mark, and end at a zero byte.
  if (text.empty() || text.front() != '{') refuse(where, "the header does not begin with {");
  if (text.find('\0') != std::string_view::npos) refuse(where, "a zero byte in the header");
  HeaderSax sax;
  if (!nlohmann::json::sax_parse(text, &sax)) refuse(where, sax.reason());
  Header header = sax.take();
  check_layout(header, data_bytes, where);
  check_header_checksum(text, header, where);
  return header;
}

}  // namespace carica::checkpoint
