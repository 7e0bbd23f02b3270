#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace carica {

/// XXH3-128 over bytes given piece by piece. Source: xxHash, https://xxhash.com.
class Checksum {
 public:
  Checksum();
  ~Checksum();
  void update(std::span<const std::byte> bytes);
  /// 32 lower-case hexadecimal digits, the canonical (big-endian) form that `xxh128sum` prints.
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// XXH3-64 of bytes at hand.
std::uint64_t checksum64(std::span<const std::uint8_t> bytes);
/// XXH3-128 of bytes at hand, in the canonical order of bytes.
std::array<std::uint8_t, 16> checksum128(std::span<const std::uint8_t> bytes);

}  // namespace carica
