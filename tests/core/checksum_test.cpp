#include "core/checksum.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace carica {
namespace {

std::string checksum(std::string_view text) {
  Checksum sum;
  sum.update(std::as_bytes(std::span(text)));
  return sum.hex();
}

// Expected values: python3 -c "import xxhash; print(xxhash.xxh3_128_hexdigest(b'...'))", xxHash
// 0.8.4.
TEST(Checksum, GivesTheDigitsOfXxh128sum) {
  EXPECT_EQ(checksum(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(checksum("carica"), "a0384df02b3c7c36cdd00e64077c029c");
  EXPECT_EQ(checksum(std::string(200, 'a')), "cffe968d25cc79dac8654f5c46034008");
}

TEST(Checksum, DoesNotDependOnThePieces) {
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += static_cast<char>(i % 251);
  Checksum pieces;
  for (std::size_t at = 0, size = 1; at < text.size(); at += size, size = size * 3 % 7919) {
    pieces.update(std::as_bytes(std::span(text).subspan(at, std::min(size, text.size() - at))));
  }
  EXPECT_EQ(pieces.hex(), "00d4a9d9f77c7d2ddf99c4163891c544");
  EXPECT_EQ(pieces.hex(), checksum(text));  // and hex() does not end it
}

TEST(Checksum, SeesOneFlippedBit) {
  std::string text(4096, 'x');
  const std::string before = checksum(text);
  text[2048] ^= 1;
  EXPECT_NE(checksum(text), before);
}

}  // namespace
}  // namespace carica
