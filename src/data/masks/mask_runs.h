#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace carica::data {

// Masks as runs of equal values, row after row: each run is its value (one byte) and its length
// less one (LEB128: seven bits per byte, the lowest first, the eighth bit set where more follow).

std::vector<std::uint8_t> encode_runs(std::span<const std::uint8_t> values);

/// False, with `values` in any state, unless `runs` give exactly values.size() values.
bool decode_runs(std::span<const std::uint8_t> runs, std::span<std::uint8_t> values);

}  // namespace carica::data
