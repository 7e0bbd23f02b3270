#include "data/images/exif.h"
#include "data/images/image_header.h"
#include "readers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carica;
  const std::span<const std::uint8_t> bytes(data, size);
  return fuzz::read([&] {
    data::require_within({}, bytes, "input");
    const auto image = data::image_size(bytes, "input");
    if (image.height < 1 || image.width < 1 || data::exif_orientation(bytes) > 8) std::abort();
  });
}
