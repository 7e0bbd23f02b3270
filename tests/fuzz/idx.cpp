#include "data/formats/idx.h"

#include "data/files/gzip.h"
#include "readers.h"

// The first byte chooses: the header itself, or one that is packed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carica;
  if (size == 0) return 0;
  const std::span<const std::uint8_t> bytes(data + 1, size - 1);
  return fuzz::read([&] {
    if (data[0] % 2 == 0) {
      data::parse_idx_header(bytes, data[0] / 2 % 3 + 1, "input");
    } else {
      data::unpack_gzip(bytes, 1 << 16, "input");
    }
  });
}
