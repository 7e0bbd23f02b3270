#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace carica::data {

struct Unpacked {
  std::vector<std::uint8_t> bytes;
  bool whole = false;  // the file ends here, and its checksum is right
};

/// The first `most` bytes of a gzip file. Memory grows with what is really there, never with what a
/// header claims. Throws Error(kData) for what is no gzip, is damaged, ends early, or goes on
/// behind its end.
Unpacked unpack_gzip(std::span<const std::uint8_t> bytes, std::size_t most,
                     const std::string& name);

}  // namespace carica::data
