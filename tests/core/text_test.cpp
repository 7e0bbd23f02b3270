#include "core/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

namespace carica {
namespace {

using std::nullopt;
using ::testing::ElementsAre;
using ::testing::Optional;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Text, LowerCaseTouchesAsciiLettersOnly) {
  EXPECT_EQ(lower_case("Background_9 Ä"), "background_9 Ä");
}

TEST(Text, JoinsAndSplits) {
  EXPECT_EQ(cat("lr ", 0.5, " at step ", 7), "lr 0.5 at step 7");
  EXPECT_EQ(join(std::vector<std::string>{"a", "b", "c"}), "a, b, c");
  EXPECT_EQ(join(std::vector<std::string>{"a", "b"}, " | "), "a | b");
  EXPECT_EQ(join({}), "");
  EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(Text, JoinsAFewAndCountsTheOthers) {
  const std::vector<std::string> parts = {"a", "b", "c"};
  EXPECT_EQ(join_few(parts, 3), "a, b, c");
  EXPECT_EQ(join_few(parts, 2), "a, b and 1 more");
  EXPECT_EQ(join_few({}), "");
}

TEST(Text, CountsTheColumnsOfATerminal) {
  EXPECT_EQ(columns_of("cat"), 3);
  EXPECT_EQ(columns_of("grün, été"), 9);
  EXPECT_EQ(columns_of("日本語"), 6);
  EXPECT_EQ(columns_of("한글 🍏"), 7);
  EXPECT_EQ(padded("é", 3), "é  ");
  EXPECT_EQ(padded("日", 3, /*right=*/true), " 日");
  EXPECT_EQ(padded("long", 3), "long");
}

TEST(Text, FindsTheWordThatWasMeant) {
  const std::vector<std::string> known = {"lr", "momentum", "weight_decay", "warmup_epochs"};
  EXPECT_THAT(nearest("momentun", known), Optional(std::string("momentum")));          // changed
  EXPECT_THAT(nearest("momntum", known), Optional(std::string("momentum")));           // left out
  EXPECT_THAT(nearest("weigth_decay", known), Optional(std::string("weight_decay")));  // swapped
  EXPECT_THAT(nearest("LR", known), Optional(std::string("lr")));
  EXPECT_THAT(nearest("Warmup_Epoch", known), Optional(std::string("warmup_epochs")));
  EXPECT_THAT(nearest("lrr", known), Optional(std::string("lr")));
}

TEST(Text, SuggestsNothingForAWordThatIsFarFromAll) {
  const std::vector<std::string> known = {"lr", "momentum", "x"};
  EXPECT_EQ(nearest("colour", known), nullopt);
  EXPECT_EQ(nearest("y", known), nullopt);  // one letter, and that one differs
  EXPECT_EQ(nearest("", known), nullopt);
  EXPECT_EQ(nearest("momentumization", known), nullopt);
  EXPECT_EQ(nearest(std::string(1'000'000, 'm'), known), nullopt);
  EXPECT_EQ(nearest("lr", {}), nullopt);
}

TEST(Text, CountsASwapOfNeighboursAsOneSlip) {
  EXPECT_THAT(nearest("adma", std::vector<std::string>{"adam"}), Optional(std::string("adam")));
  EXPECT_EQ(nearest("amda", std::vector<std::string>{"adxm"}), nullopt);
}

TEST(Text, PrintsTheShortestNumberThatReadsBackTheSame) {
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(1e-5), "1e-05");
  EXPECT_EQ(number(3), "3");
  EXPECT_EQ(number(100000), "100000");
  EXPECT_EQ(number(1e22), "1e+22");
  EXPECT_EQ(number(-0.0), "-0");
  EXPECT_EQ(number(kInfinity), "inf");
  EXPECT_EQ(number(std::nan("")), "nan");
  for (const double value : {1.0 / 3, 0.1 + 0.2, 5e-324, 1.7976931348623157e308, -123456.789}) {
    EXPECT_EQ(std::strtod(number(value).c_str(), nullptr), value);
  }
}

TEST(Text, PrintsFixedDigits) {
  EXPECT_EQ(fixed(0.98765, 2), "0.99");
  EXPECT_EQ(fixed(3, 0), "3");
  EXPECT_EQ(fixed(-1.5, 1), "-1.5");
  EXPECT_EQ(fixed(-0.0001, 2), "0.00");  // no minus before a zero
  EXPECT_EQ(fixed(1e300, 1).size(), 303U);
  EXPECT_EQ(fixed(std::nan(""), 1), "nan");
  EXPECT_EQ(fixed(kInfinity, 1), "inf");
}

TEST(Text, PrintsTimesAndSizes) {
  EXPECT_EQ(clock_time(0), "00:00");
  EXPECT_EQ(clock_time(41.2), "00:41");
  EXPECT_EQ(clock_time(727), "12:07");
  EXPECT_EQ(clock_time(3599.6), "1:00:00");
  EXPECT_EQ(clock_time(11109), "3:05:09");
  EXPECT_EQ(clock_time(-1), "--:--");
  EXPECT_EQ(clock_time(kInfinity), "--:--");
  EXPECT_EQ(clock_time(std::nan("")), "--:--");
  EXPECT_EQ(byte_size(0), "0 B");
  EXPECT_EQ(byte_size(1023), "1023 B");
  EXPECT_EQ(byte_size(1536), "1.5 KiB");
  EXPECT_EQ(byte_size(1024 * 1024 - 1), "1.0 MiB");
  EXPECT_EQ(byte_size(~std::uint64_t{0}), "16.0 EiB");
  EXPECT_THAT(utc_now(), ::testing::MatchesRegex("....-..-..T..:..:..Z"));
}

TEST(Text, QuotesCsvFieldsWhereTheyNeedIt) {
  EXPECT_EQ(csv_field("plain name"), "plain name");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(csv_field("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(csv_field(""), "");
}

TEST(Text, KnowsWellFormedUtf8) {
  for (const char* good : {"", "abc", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x8D\x88",
                           "\xED\x9F\xBF", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  EXPECT_FALSE(is_utf8("\x80"));              // continuation without a lead
  EXPECT_FALSE(is_utf8("a\xC3"));             // cut off
  EXPECT_FALSE(is_utf8("\xC0\xAF"));          // overlong
  EXPECT_FALSE(is_utf8("\xE0\x80\xAF"));      // overlong
  EXPECT_FALSE(is_utf8("\xF0\x8F\xBF\xBF"));  // overlong
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(is_utf8("\xFF"));
  EXPECT_FALSE(is_utf8("\xE2\x82x"));
}

TEST(Text, MakesBytesReadable) {
  EXPECT_EQ(readable("caf\xC3\xA9.jpg"), "caf\xC3\xA9.jpg");
  EXPECT_EQ(readable("caf\xE9\n.jpg"), "caf\\xe9\\x0a.jpg");
  EXPECT_EQ(readable("abcdef", 3), "abc...");
  EXPECT_EQ(readable("a\xC3\xA9", 2), "a...");
}

}  // namespace
}  // namespace carica
