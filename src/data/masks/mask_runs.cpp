#include "data/masks/mask_runs.h"

#include <algorithm>
#include <cstddef>

namespace carica::data {

std::vector<std::uint8_t> encode_runs(std::span<const std::uint8_t> values) {
  std::vector<std::uint8_t> runs;
  for (std::size_t begin = 0; begin < values.size();) {
    std::size_t end = begin + 1;
    while (end < values.size() && values[end] == values[begin]) ++end;
    runs.push_back(values[begin]);
    std::size_t rest = end - begin - 1;
    for (; rest >= 0x80; rest >>= 7) runs.push_back(static_cast<std::uint8_t>(rest | 0x80));
    runs.push_back(static_cast<std::uint8_t>(rest));
    begin = end;
  }
  return runs;
}

bool decode_runs(std::span<const std::uint8_t> runs, std::span<std::uint8_t> values) {
  std::size_t at = 0, filled = 0;
  while (at < runs.size()) {
    const std::uint8_t value = runs[at++];
    std::size_t length = 1;
    for (int shift = 0;; shift += 7) {
      if (at == runs.size() || shift > 28) return false;
      const std::uint8_t part = runs[at++];
      length += static_cast<std::size_t>(part & 0x7F) << shift;
      if ((part & 0x80) == 0) break;
    }
    if (length > values.size() - filled) return false;
    std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(filled), length, value);
    filled += length;
  }
  return filled == values.size();
}

}  // namespace carica::data
