#pragma once

#include <cstdint>
#include <string_view>

namespace carica::report {

/// CRC-32C (Castagnoli). Source: RFC 3720, appendix B.4.
std::uint32_t crc32c(std::string_view bytes);

/// The form that TFRecord files keep, so that a checksum over data that holds checksums stays good.
/// Source: tensorflow/core/lib/hash/crc32c.h.
std::uint32_t masked_crc32c(std::string_view bytes);

}  // namespace carica::report
