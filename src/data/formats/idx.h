#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace carica::data {

/// The header of an IDX file of bytes. Source: http://yann.lecun.com/exdb/mnist/, "file format".
struct IdxHeader {
  std::vector<std::uint32_t> shape;  // 1 to 4 sizes, the first counts the entries
  std::size_t bytes = 0;             // of the header
  std::uint64_t values = 0;          // bytes behind it

  std::uint64_t file_bytes() const { return bytes + values; }
};

/// Reads the header from the first bytes of a file; opens nothing. Throws Error(kData) for another
/// magic number, values that are no bytes, another number of sizes than `sizes`, a size of 0, and
/// more than 2^40 bytes in all; `name` stands in messages.
IdxHeader parse_idx_header(std::span<const std::uint8_t> bytes, std::size_t sizes,
                           const std::string& name);

}  // namespace carica::data
