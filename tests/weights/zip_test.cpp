// Archives that lie, one case per lie.
#include "weights/zip.h"

#include "samples.h"

namespace carica::weights {
namespace {

using testing::HasSubstr;

std::string refused(const std::string& bytes) {
  return refusal([&] {
    const std::span view(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    const std::string where = "x.pth";
    const ZipArchive archive(view, where);
    for (const auto& entry : archive.entries()) {
      std::vector<std::uint8_t> room;
      archive.read(entry, room);
    }
  });
}

ZipFile two_entries() {
  ZipFile zip;
  zip.add("a/one", "first");
  zip.add("a/two", "second");
  return zip;
}

/// Raw deflate, without zlib's header.
std::string packed(const std::string& text) {
  std::string bytes(text.size() / 900 + 64, '\0');
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  return bytes;
}

TEST(Zip, ReadsStoredAndDeflatedEntriesAndAComment) {
  ZipFile zip = two_entries();
  const std::string text(5000, 'x');
  auto& entry = zip.add("a/three", text);
  entry.data = packed(text);
  entry.packed = static_cast<std::uint32_t>(entry.data.size());
  entry.method = 8;
  zip.comment = "a comment PK\x05\x06 that holds the mark of an end";
  const std::string bytes = zip.bytes();
  const std::span view(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  const std::string where = "x.pth";
  const ZipArchive archive(view, where);
  ASSERT_EQ(archive.entries().size(), 3u);
  std::vector<std::uint8_t> room;
  const auto two = archive.read(*archive.find("a/two"), room);
  EXPECT_EQ(std::string(two.begin(), two.end()), "second");
  const auto three = archive.read(*archive.find("a/three"), room);
  EXPECT_EQ(std::string(three.begin(), three.end()), text);
  EXPECT_EQ(archive.find("a/four"), nullptr);
}

TEST(Zip, WithAWrongChecksumIsRefused) {
  ZipFile zip = two_entries();
  zip.entries[1].crc ^= 1;
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("'a/two': its bytes do not match their checksum"));
}

TEST(Zip, WithANameTwiceIsRefused) {
  ZipFile zip = two_entries();
  zip.entries[1].name = zip.entries[1].local_name = "a/one";
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("'a/one' occurs twice"));
}

TEST(Zip, WithTwoNamesForOneEntryIsRefused) {
  ZipFile zip = two_entries();
  zip.entries[1].local_name = "a/tow";
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("'a/two': its header contradicts the directory"));
}

TEST(Zip, WithOverlappingEntriesIsRefused) {
  ZipFile zip = two_entries();
  zip.entries[1] = zip.entries[0];
  zip.entries[1].offset = 0;
  zip.entries[1].name = "a/six";  // the header says a/one
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("contradicts"));
  // An entry inside the bytes of another one.
  ZipFile inner;
  inner.add("in", "data");
  const std::string nested = inner.bytes();
  ZipFile outer;
  outer.add("out", nested);
  auto& entry = outer.add("in", "data");
  entry.offset = 30 + 3;
  EXPECT_THAT(refused(outer.bytes()), HasSubstr("'in': overlaps the entry before it"));
}

TEST(Zip, EncryptedOrInPartsOrPackedOtherwiseIsRefused) {
  ZipFile zip = two_entries();
  zip.entries[0].flags = 1;
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("encrypted"));
  zip = two_entries();
  zip.entries[0].disk = 1;
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("another part"));
  zip = two_entries();
  zip.disk = 1;
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("several parts"));
  zip = two_entries();
  zip.entries[0].method = 12;
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("packed by method 12"));
}

TEST(Zip, WithWrongSizesIsRefused) {
  ZipFile zip = two_entries();
  zip.entries[0].size = 4;
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("of two sizes"));
  zip = two_entries();
  zip.entries[0].size = zip.entries[0].packed = 0x7fffffff;
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("ends too early"));
  zip = two_entries();
  zip.entries[0].size = zip.entries[0].packed = 0xffffffff;  // and no zip64 field
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("ends too early"));
  zip.entries[0].extra = bytes_of(std::uint16_t{1}) + bytes_of(std::uint16_t{16}) +
                         bytes_of(~std::uint64_t{0}) + bytes_of(~std::uint64_t{0});
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("ends too early"));
  zip = two_entries();
  zip.entries[1].offset = 0xfffffff0;
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("ends too early"));
}

TEST(Zip, WithADirectoryThatLiesIsRefused) {
  ZipFile zip = two_entries();
  zip.counted = 3;
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("3 entries in a directory of 102 bytes"));
  zip.counted = 1;
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("longer than it says"));
  zip.counted = 0xffff;
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("65535 entries in a directory"));
  zip = two_entries();
  zip.behind = "more";
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("without its end"));
  EXPECT_THAT(refused("x" + two_entries().bytes()), HasSubstr("is not in front of its end"));
}

TEST(Zip, ThatUnpacksToMuchMoreThanItIsIsRefused) {
  ZipFile zip = two_entries();
  const std::string zeros(1 << 20, '\0');
  for (int i = 0; i < 300; ++i) {
    auto& entry = zip.add("a/bomb" + std::to_string(i), "");
    entry.method = 8;
    entry.size = 1 << 20;
  }
  EXPECT_THAT(refused(zip.bytes()), HasSubstr("may unpack to"));
  // More, or less, comes out than is stated.
  for (const int difference : {-1, 1}) {
    ZipFile one = two_entries();
    auto& entry = one.add("a/three", zeros);
    entry.data = packed(zeros);
    entry.packed = static_cast<std::uint32_t>(entry.data.size());
    entry.size = static_cast<std::uint32_t>(static_cast<int>(entry.size) + difference);
    entry.method = 8;
    EXPECT_THAT(refused(one.bytes()), HasSubstr("damaged, or unpack to another size"));
  }
}

}  // namespace
}  // namespace carica::weights
