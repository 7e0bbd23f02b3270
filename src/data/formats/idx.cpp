#include "data/formats/idx.h"

#include "core/error.h"
#include "core/text.h"
#include "data/files/byte_reader.h"

namespace carica::data {

IdxHeader parse_idx_header(std::span<const std::uint8_t> bytes, std::size_t sizes,
                           const std::string& name) {
  constexpr std::uint32_t kBytes = 0x08;  // the type of the values
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40;
  const ByteReader file{bytes};
  IdxHeader header;
  header.bytes = 4 + 4 * sizes;
  if (!file.has(0, header.bytes)) {
    throw Error(ErrorCode::kData,
                cat(name, ": has ", bytes.size(), " bytes; its header alone has ", header.bytes),
                "the file is damaged or truncated: download it again");
  }
  if (file.big16(0) != 0 || file.u8(2) != kBytes || file.u8(3) != sizes) {
    throw Error(ErrorCode::kData,
                cat(name, ": begins with ", file.big32(0), "; must be the IDX number ",
                    kBytes << 8 | sizes, " of ", sizes == 1 ? "labels" : "pictures"),
                "are pictures and labels exchanged, or is the file packed twice?");
  }
  header.values = 1;
  for (std::size_t i = 0; i < sizes; ++i) {
    header.shape.push_back(file.big32(4 + 4 * i));
    // No overflow: at most 2^40 times 2^32.
    header.values *= header.shape.back();
    if (header.values == 0 || header.values > kMost) {
      throw Error(ErrorCode::kData,
                  cat(name, ": size ", i, " in its header is ", header.shape.back(),
                      "; at most 2^40 bytes, and no 0"),
                  "the file is damaged: download it again");
    }
  }
  return header;
}

}  // namespace carica::data
