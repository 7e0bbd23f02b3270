#include "data/masks/mask_runs.h"

#include <cstdlib>
#include <vector>

// What decodes must come back from encoding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carica::data;
  if (size < 2) return 0;
  std::vector<std::uint8_t> values(data[0] * 256u + data[1]);
  if (!decode_runs({data + 2, size - 2}, values)) return 0;
  std::vector<std::uint8_t> again(values.size());
  if (!decode_runs(encode_runs(values), again) || again != values) std::abort();
  return 0;
}
