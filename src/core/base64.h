#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace carica {

/// RFC 4648, section 4, padded.
std::string base64(std::span<const std::uint8_t> bytes);

}  // namespace carica
