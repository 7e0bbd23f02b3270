#include <string_view>

#include "checkpoint/header.h"
#include "weights.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carica;
  if (size == 0) return 0;
  // The first byte: how many bytes of tensors follow the header.
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  return fuzz::read_weights([&] { checkpoint::parse_header(text, data[0], "input"); });
}
