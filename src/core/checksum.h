#pragma once

#include <cstddef>
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

}  // namespace carica
