#include "weights/torch_file.h"

#include <libdeflate.h>

#include <cstring>
#include <vector>

#include "weights.h"
#include "weights/state_dict.h"
#include "weights/zip_directory.h"

namespace {

// A mutation hardly ever has the checksum that its bytes have: half of the inputs get them put
// right in the archive's directory.
void mend_checksums(std::vector<std::uint8_t>& bytes) {
  using namespace carica;
  const std::string where = "input";
  try {
    const auto directory = weights::find_zip_directory(bytes, where);
    weights::ByteCursor cursor(bytes, directory.offset, where);
    for (std::uint64_t i = 0; i < directory.entries; ++i) {
      const auto at = cursor.position();
      const auto entry = weights::read_central_header(cursor, where);
      constexpr std::uint64_t kLocalBytes = 30, kCrcAt = 16;
      const std::uint64_t begin = entry.header + kLocalBytes;
      if (entry.deflated || begin < entry.header || begin > bytes.size()) continue;
      const std::uint64_t lengths = bytes[begin - 4] | bytes[begin - 3] << 8;
      const std::uint64_t extra = bytes[begin - 2] | bytes[begin - 1] << 8;
      const std::uint64_t data = begin + lengths + extra;
      if (data > bytes.size() || entry.packed > bytes.size() - data) continue;
      const auto crc = libdeflate_crc32(0, bytes.data() + data, entry.packed);
      std::memcpy(bytes.data() + at + kCrcAt, &crc, sizeof(crc));
      if (entry.flags & 1 << 3 && bytes.size() - data - entry.packed >= 8) {  // and behind the data
        std::memcpy(bytes.data() + data + entry.packed + 4, &crc, sizeof(crc));
      }
    }
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carica;
  if (size == 0) return 0;
  auto kept = std::make_shared<std::vector<std::uint8_t>>(data + 1, data + size);
  if (data[0] % 2 == 0) mend_checksums(*kept);
  const std::span<const std::uint8_t> bytes(*kept);
  return fuzz::read_weights([&] {
    const weights::TorchFile file(bytes, kept, "input");
    const auto found = weights::find_state_dict(file.tree(), "", "input");
    for (const auto& [name, tensor] : file.read(found.tensors)) {
      // Every byte is there, and is its own.
      std::vector<std::uint8_t> copy(tensor.nbytes());
      if (!copy.empty()) std::memcpy(copy.data(), tensor.const_data_ptr(), copy.size());
    }
  });
}
