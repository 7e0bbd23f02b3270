#include "data/files/csv.h"

#include "readers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carica;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  return fuzz::read([&] { data::parse_csv(text, "input"); });
}
