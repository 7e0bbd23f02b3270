#include <cstring>

#include "core/checksum.h"
#include "data/shards/shard_format.h"
#include "readers.h"

// The index is behind a checksum that no fuzzer guesses: the input is an index, and the shard is
// built around it. What is accepted must lie within the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carica;
  data::PackId id{};
  const auto put = [](std::string& text, std::uint64_t value) {
    for (int i = 0; i < 8; ++i) text.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
  };
  if (size < 1) return 0;
  std::string shard = data::shard_header(id);
  shard.append(std::size_t{data[0]} * 8, 'x');  // pictures
  const std::uint64_t begin = shard.size();
  const std::span<const std::uint8_t> index(data + 1, size - 1);
  shard.append(reinterpret_cast<const char*>(index.data()), index.size());
  const auto digest = checksum128(index);
  put(shard, begin);
  put(shard, index.size());
  put(shard, size > 1 ? data[1] % 4u + 1 : 0);
  shard.append(digest.begin(), digest.end());
  shard += "CARICAEN";
  const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(shard.data()),
                                            shard.size());
  return fuzz::read([&] {
    for (const auto& record : data::parse_shard(bytes, id, "input")) {
      if (record.offset + record.picture_bytes + record.mask_bytes > begin) std::abort();
    }
  });
}
