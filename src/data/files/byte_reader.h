#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace carica::data {

/// Numbers and tags in the bytes of a file. Reading behind the end gives zeros: whoever minds
/// checks has().
struct ByteReader {
  std::span<const std::uint8_t> bytes;

  bool has(std::size_t at, std::size_t count) const {
    return at <= bytes.size() && count <= bytes.size() - at;
  }
  bool tag(std::size_t at, std::string_view text) const {
    return has(at, text.size()) && std::memcmp(bytes.data() + at, text.data(), text.size()) == 0;
  }
  std::uint32_t u8(std::size_t at) const { return has(at, 1) ? bytes[at] : 0u; }
  std::uint32_t big16(std::size_t at) const { return u8(at) << 8 | u8(at + 1); }
  std::uint32_t big32(std::size_t at) const { return big16(at) << 16 | big16(at + 2); }
  std::uint32_t little16(std::size_t at) const { return u8(at) | u8(at + 1) << 8; }
  std::uint32_t little24(std::size_t at) const { return little16(at) | u8(at + 2) << 16; }
  std::uint32_t little32(std::size_t at) const { return little16(at) | little16(at + 2) << 16; }
};

}  // namespace carica::data
