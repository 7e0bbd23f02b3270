// Files that lie, one case per lie. All must end in Error(kCorrupt), never in a crash or in other
// tensors: run these under the asan preset, too.
#include <gmock/gmock.h>

#include "checkpoint/safetensors.h"
#include "golden/safetensors_golden.h"
#include "samples.h"

namespace carica::checkpoint {
namespace {

using test::TempFolder;
using testing::HasSubstr;
using testing::StartsWith;

std::string with_length(std::uint64_t length, const std::string& rest) {
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + rest;
}

std::string file_of(const std::string& header, const std::string& data = "") {
  return with_length(header.size(), header + data);
}

std::string tensor(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

class HostileFile : public testing::Test {
 protected:
  /// The reason for which the bytes are refused.
  std::string refusal(const std::string& bytes) {
    const auto path = folder_ / "x.safetensors";
    put_bytes(path, bytes);
    const std::string message = message_of(ErrorCode::kCorrupt, [&] { read_safetensors(path); });
    EXPECT_THAT(message, StartsWith(path.string() + ": "));
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    return message.substr(std::min(message.size(), path.string().size() + 2));
  }
  std::string refusal(const std::string& header, const std::string& data) {
    return refusal(file_of(header, data));
  }
  /// A file of ours with several types, and checksums.
  std::string good_file() {
    const auto path = folder_ / "good.safetensors";
    put_tensors(path,
                {{"w", torch::arange(4, torch::kFloat32)},
                 {"n", torch::tensor(7)},
                 {"m", torch::tensor({true, false, true})},
                 {"e", torch::zeros({0, 2})}},
                {{"note", "a \"text\"\n"}});
    return bytes_of_file(path);
  }

  TempFolder folder_;
};

TEST_F(HostileFile, TruncatedAtAnyLengthIsRefused) {
  const std::string good = good_file();
  for (std::size_t length = 0; length < good.size(); ++length) {
    SCOPED_TRACE(length);
    refusal(good.substr(0, length));
  }
}

TEST_F(HostileFile, WithBytesBehindItsEndIsRefused) {
  EXPECT_THAT(refusal(good_file() + '\0'), HasSubstr("tensor bytes; the header describes"));
}

TEST_F(HostileFile, WithAnyFlippedByteIsRefused) {
  const std::string good = good_file();
  for (std::size_t i = 0; i < good.size(); ++i) {
    SCOPED_TRACE(i);
    for (const char mask : {'\x01', '\x02', '\x10', '\x20', '\x80', '\xff'}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ mask);
      refusal(bad);
    }
  }
}

TEST_F(HostileFile, OfPythonWithAnyFlippedHeaderByteIsReadOrRefusedButNeverCrashes) {
  const std::string good(reinterpret_cast<const char*>(golden::kSafetensors),
                         sizeof(golden::kSafetensors));
  std::uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, good.data(), 8);
  const auto path = folder_ / "x.safetensors";
  for (std::size_t i = 0; i < 8 + header_bytes; ++i) {
    for (const char mask : {'\x01', '\x04', '\x20', '\xff'}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ mask);
      put_bytes(path, bad);
      try {
        for (const auto& [name, value] : read_safetensors(path).tensors) {
          EXPECT_TRUE(value.defined());
        }
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kCorrupt);
      }
    }
  }
}

TEST_F(HostileFile, WithAnImpossibleHeaderLengthIsRefused) {
  for (const std::uint64_t length :
       {std::uint64_t{3}, std::uint64_t{1} << 31, std::uint64_t{1} << 63, ~std::uint64_t{0},
        ~std::uint64_t{7}, ~std::uint64_t{8}}) {
    EXPECT_THAT(refusal(with_length(length, "{}")), HasSubstr("a header of"));
  }
  EXPECT_EQ(refusal(with_length(0, "")), "the header does not begin with {");
  // Long enough for its header, which is larger than allowed. The file is sparse.
  const auto path = folder_ / "long.safetensors";
  put_bytes(path, with_length((16 << 20) + 1, "{}"));
  std::filesystem::resize_file(path, 64 << 20);
  EXPECT_THAT(message_of(ErrorCode::kCorrupt, [&] { read_safetensors(path); }),
              HasSubstr("a header of 16777217 bytes; at most 16777216"));
}

TEST_F(HostileFile, WithBadJsonIsRefused) {
  const std::string good = R"({"a":)" + tensor("U8", "[1]", "[0,1]") + "}";
  for (const std::string& header :
       {std::string("{"), std::string("{]"), std::string("{} {}"), good + "x", good + ",",
        std::string(R"({"a":)"), std::string("{\"\xff\":{}}"), std::string(R"({"\ud800":{}})"),
        std::string(R"({"__metadata__":{"a":"b",}})"), std::string(R"({'a':{}})"),
        std::string("{/* */}"),
        std::string(R"({"a":{"dtype":"U8","shape":[1e999],"data_offsets":[0,1]}})"),
        std::string(R"({"a":{"dtype":"U8","shape":[01],"data_offsets":[0,1]}})")}) {
    EXPECT_THAT(refusal(header, "x"), HasSubstr("not valid JSON")) << header;
  }
  EXPECT_EQ(refusal(good + std::string(1, '\0') + "junk", "x"), "a zero byte in the header");
  for (const std::string& header : {" " + good, "\xef\xbb\xbf" + good, std::string("[]"),
                                    std::string("null"), std::string("1")}) {
    EXPECT_EQ(refusal(header, "x"), "the header does not begin with {") << header;
  }
}

TEST_F(HostileFile, WithDeepJsonIsRefused) {
  const std::string deep(1 << 20, '[');
  const std::string deep_objects = [] {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += "{\"a\":";
    return text;
  }();
  EXPECT_THAT(refusal("{\"a\":" + deep, ""), HasSubstr("\"a\" is a list"));
  EXPECT_THAT(refusal(deep_objects, ""), HasSubstr("only dtype, shape and data_offsets"));
  EXPECT_THAT(refusal("{\"__metadata__\":{\"a\":" + deep, ""), HasSubstr("only texts"));
  EXPECT_THAT(refusal("{\"a\":{\"shape\":" + deep, ""), HasSubstr("lists of whole numbers"));
}

TEST_F(HostileFile, WithDuplicateKeysIsRefused) {
  const std::string one = tensor("U8", "[1]", "[0,1]");
  const std::string two = tensor("U8", "[1]", "[1,2]");
  EXPECT_EQ(refusal("{\"a\":" + one + ",\"a\":" + two + "}", "xy"),
            "\"a\" occurs twice; each name may occur once");
  EXPECT_EQ(refusal("{\"a\":" + one + ",\"\\u0061\":" + two + "}", "xy"),
            "\"a\" occurs twice; each name may occur once");
  EXPECT_THAT(refusal(R"({"__metadata__":{},"__metadata__":{}})", ""), HasSubstr("occurs twice"));
  EXPECT_EQ(refusal(R"({"__metadata__":{"k":"1","k":"2"}})", ""),
            "metadata \"k\" occurs twice; each key may occur once");
  EXPECT_EQ(refusal(R"({"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}})", "x"),
            "tensor \"a\": dtype occurs twice");
}

TEST_F(HostileFile, WithFieldsOfAnotherKindIsRefused) {
  for (const char* header :
       {R"({"a":1})",
        R"({"a":-1})",
        R"({"a":"x"})",
        R"({"a":true})",
        R"({"a":null})",
        R"({"a":1.5})",
        R"({"a":[]})",
        R"({"a":{}})",
        R"({"__metadata__":[]})",
        R"({"__metadata__":{"k":1}})",
        R"({"__metadata__":{"k":null}})",
        R"({"__metadata__":{"k":{}}})",
        R"({"a":{"dtype":"U8","shape":[1]}})",
        R"({"a":{"dtype":1,"shape":[1],"data_offsets":[0,1]}})",
        R"({"a":{"dtype":"U8","shape":"1","data_offsets":[0,1]}})",
        R"({"a":{"dtype":"U8","shape":[[1]],"data_offsets":[0,1]}})",
        R"({"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}})",
        R"({"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}})",
        R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}})",
        R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}})",
        R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}})",
        R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"strides":[1]}})",
        R"({"a":{"dtype":["U8"],"shape":[1],"data_offsets":[0,1]}})"}) {
    SCOPED_TRACE(header);
    refusal(header, "x");
  }
}

TEST_F(HostileFile, WithAnUnknownTypeIsRefusedNamingTheKnownOnes) {
  for (const char* name : {"F8_E4M3", "f32", "C64", "", "F32 "}) {
    EXPECT_THAT(refusal("{\"a\":" + tensor(name, "[1]", "[0,1]") + "}", "x"),
                testing::AllOf(StartsWith("tensor \"a\": type \""), HasSubstr("F64, I64")));
  }
}

TEST_F(HostileFile, WithWrongOffsetsIsRefused) {
  const struct {
    const char* lie;
    const char* shape;
    const char* offsets;
    const char* reason;
  } lies[] = {
      {"past the end", "[9]", "[0,9]", "the file has 8 of them"},
      {"far past the end", "[9]", "[0,18446744073709551615]", "the file has 8 of them"},
      {"too large for 64 bits", "[9]", "[0,18446744073709551616]", "not whole or too large"},
      {"negative", "[8]", "[-1,7]", "a negative number"},
      {"backwards", "[8]", "[8,0]", "expected 0"},
      {"a hole at the begin", "[7]", "[1,8]", "begins at byte 1; expected 0"},
      {"a hole at the end", "[7]", "[0,7]", "8 tensor bytes; the header describes 7"},
      {"less than the shape", "[9]", "[0,8]", "8 bytes; its type and shape need 9"},
      {"more than the shape", "[7]", "[0,8]", "8 bytes; its type and shape need 7"},
      {"a scalar of 8 bytes", "[]", "[0,8]", "8 bytes; its type and shape need 1"},
      {"an empty tensor of 8 bytes", "[8,0]", "[0,8]", "8 bytes; its type and shape need 0"},
  };
  for (const auto& lie : lies) {
    EXPECT_THAT(refusal("{\"a\":" + tensor("U8", lie.shape, lie.offsets) + "}", "12345678"),
                HasSubstr(lie.reason))
        << lie.lie;
  }
}

TEST_F(HostileFile, WithOverlapsOrHolesBetweenTensorsIsRefused) {
  const auto two = [](const char* a, const char* b) {
    return "{\"a\":" + tensor("U8", "[4]", a) + ",\"b\":" + tensor("U8", "[4]", b) + "}";
  };
  EXPECT_THAT(refusal(two("[0,4]", "[3,7]"), "1234567"), HasSubstr("begins at byte 3; expected 4"));
  EXPECT_THAT(refusal(two("[0,4]", "[0,4]"), "1234"), HasSubstr("begins at byte 0; expected 4"));
  EXPECT_THAT(refusal(two("[5,9]", "[0,4]"), "123456789"),
              HasSubstr("begins at byte 5; expected 4"));
}

TEST_F(HostileFile, WithAShapeThatOverflowsIsRefused) {
  for (const char* shape :
       {"[4611686018427387904,4]", "[4294967296,4294967296]", "[9223372036854775807]",
        "[9223372036854775807,2,0]", "[0,9223372036854775807,9223372036854775807]",
        "[3037000500,3037000500]"}) {
    EXPECT_THAT(refusal("{\"a\":" + tensor("F32", shape, "[0,0]") + "}", ""),
                HasSubstr("does not fit"))
        << shape;
  }
  EXPECT_THAT(refusal("{\"a\":" + tensor("U8", "[9223372036854775808]", "[0,0]") + "}", ""),
              HasSubstr("shape too large"));
  std::string ones = "[1";
  for (int i = 0; i < 64; ++i) ones += ",1";
  EXPECT_THAT(refusal("{\"a\":" + tensor("U8", ones + "]", "[0,1]") + "}", "x"),
              HasSubstr("at most 64 dimensions"));
}

TEST_F(HostileFile, WithABoolThatIsNeitherTrueNorFalseIsRefused) {
  EXPECT_EQ(refusal("{\"a\":" + tensor("BOOL", "[3]", "[0,3]") + "}", std::string("\1\0\2", 3)),
            "tensor \"a\": a BOOL that is neither 0 nor 1");
}

TEST_F(HostileFile, WithAWrongChecksumIsRefused) {
  std::string bad = good_file();
  bad.back() ^= 1;
  EXPECT_EQ(refusal(bad), "the tensor bytes do not match their checksum");
  EXPECT_THAT(refusal(R"({"__metadata__":{"carica.xxh3_128":"0"}})", ""),
              HasSubstr("both or none"));
  EXPECT_THAT(refusal(R"({"__metadata__":{"carica.header_xxh3_128":"0"}})", ""),
              HasSubstr("both or none"));
  // A checksum key that is there, but not where the checksum could have been taken.
  EXPECT_THAT(
      refusal(R"({"__metadata__":{"carica.xxh3_128":"0","carica.header_xxh3_128" : "0"}})", ""),
      HasSubstr("the header does not match its checksum"));
  EXPECT_THAT(
      refusal(R"({"__metadata__":{"carica.xxh3_128":"0","carica.header_xxh3_128":"0"}})", ""),
      HasSubstr("the header does not match its checksum"));
}

TEST_F(HostileFile, MayHaveAnyNameInItsMessageButNoControlCharacters) {
  const std::string message = refusal(R"({"a\n\u001b[31m)" + std::string(300, 'z') + R"(":1})", "");
  EXPECT_THAT(message, StartsWith(R"("a\n\u001b[31mzzz)"));
  EXPECT_LT(message.size(), 200);
}

TEST_F(HostileFile, ThatIsNoFileIsRefused) {
  const auto reason = [](const std::filesystem::path& path) {
    return message_of(ErrorCode::kCorrupt, [&] { read_safetensors(path); });
  };
  EXPECT_THAT(reason(folder_ / "missing"), HasSubstr("missing: no such file"));
  EXPECT_THAT(reason(folder_.path()), HasSubstr("not a regular file"));
  EXPECT_THAT(reason("/dev/zero"), HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace carica::checkpoint
