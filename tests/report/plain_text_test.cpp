#include "report/plain_text.h"

#include <gmock/gmock.h>

#include "core/text.h"
#include "png_file.h"
#include "report/canvas.h"
#include "support/temp_folder.h"
#include "support/text_file.h"

namespace carica::report {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kInNoFont = "\U000F0000";  // for private use

/// The SVG that a figure with this text becomes.
std::string svg_of(std::string_view text, Align align = Align::kLeft, double degrees = 0) {
  const test::TempFolder folder;
  Canvas canvas(Format::kSvg, 200, 50);
  canvas.text({10, 20}, text, {12}, {0x22, 0, 0xFF}, align, degrees);
  canvas.save(FileSystem::real(), folder / "figure.svg");
  return test::read_text(folder / "figure.svg");
}

TEST(PlainText, KeepsWellFormedUtf8) {
  for (const char* text : {"", "cat", "größer", "папайя", "木瓜", "🥭"}) {
    EXPECT_EQ(plain_text(text), text);
  }
}

TEST(PlainText, MakesAnyTwoBytesDrawable) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string bytes{static_cast<char>(first), static_cast<char>(second), 'x'};
      const std::string plain = plain_text(bytes);
      EXPECT_TRUE(is_utf8(plain));
      EXPECT_EQ(plain.back(), 'x');
      if (is_utf8(bytes) && first >= 0x20 && second >= 0x20 && first != 0x7F && second != 0x7F) {
        EXPECT_EQ(plain, bytes);
      }
    }
  }
}

TEST(PlainText, ReplacesOverlongSurrogateAndTruncatedForms) {
  for (const char* bytes :
       {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    const std::string plain = plain_text(bytes);
    EXPECT_TRUE(is_utf8(plain));
    EXPECT_TRUE(plain.starts_with("\uFFFD"));
  }
}

TEST(PlainText, ReplacesNoncharacters) {
  EXPECT_EQ(plain_text("a\xEF\xBF\xBF"
                       "b"),
            "a\uFFFDb");                                              // U+FFFF
  EXPECT_EQ(plain_text("\xEF\xB7\x90\xEF\xB7\xAF"), "\uFFFD\uFFFD");  // U+FDD0, U+FDEF
  EXPECT_EQ(plain_text("\xF0\x9F\xBF\xBE"), "\uFFFD");                // U+1FFFE
  EXPECT_EQ(plain_text("\uFFFD\uFDF0\uFDCF\U0001FFFD\U0001FDD0"),
            "\uFFFD\uFDF0\uFDCF\U0001FFFD\U0001FDD0");
  EXPECT_THAT(svg_of("\xEF\xBF\xBF"), HasSubstr("</svg>"));
}

TEST(PlainText, CutsEndlessText) {
  EXPECT_EQ(characters(plain_text(std::string(1'000'000, 'a'))), 1000u);
}

TEST(PlainText, CountsCharactersNotBytes) {
  EXPECT_EQ(characters("größe"), 5u);
  EXPECT_EQ(first_characters("größe", 3), "grö");
  EXPECT_EQ(first_characters("größe", 9), "größe");
}

TEST(Canvas, FitsTextByCuttingItsEnd) {
  const Canvas canvas(Format::kPng, 1, 1);
  const Font font{12};
  EXPECT_EQ(canvas.fitted("short", font, 200), "short");
  const std::string cut = canvas.fitted("папайя, папайя, папайя, папайя", font, 100);
  EXPECT_TRUE(cut.ends_with("…"));
  EXPECT_TRUE(is_utf8(cut));
  EXPECT_LE(canvas.text_width(cut, font), 100);
  EXPECT_GT(canvas.text_width(cut, font), 80);
  EXPECT_EQ(canvas.fitted("anything", font, 0), "…");
}

TEST(Canvas, WrapsAtSpacesThenAtMarksThenAnywhere) {
  const Canvas canvas(Format::kPng, 1, 1);
  const Font font{12};
  using Lines = std::vector<std::string>;
  EXPECT_EQ(canvas.wrapped("", font, 100, 2), Lines{});
  EXPECT_EQ(canvas.wrapped("one line", font, 100, 2), Lines{"one line"});
  EXPECT_EQ(canvas.wrapped("sweet, predicted unripe", font, 120, 2),
            (Lines{"sweet, predicted", "unripe"}));
  EXPECT_EQ(canvas.wrapped("holiday_pictures_2024.jpg", font, 120, 2),
            (Lines{"holiday_pictures_", "2024.jpg"}));
  for (const double width : {0.0, 5.0, 30.0}) {
    const Lines lines = canvas.wrapped("папайяпапайяпапайя", font, width, 3);
    EXPECT_LE(lines.size(), 3u);
    for (const std::string& line : lines) EXPECT_TRUE(is_utf8(line));
  }
}

TEST(Canvas, DrawsLettersOfItsFontsAsOutlines) {
  for (const char* text : {"chat", "Käse", "папайя", "a < b"}) {
    EXPECT_THAT(svg_of(text), Not(HasSubstr("<text"))) << text;
  }
}

TEST(Canvas, LeavesLettersThatNoFontHasToTheViewerOfAnSvg) {
  const std::string name = cat("a<b> & ", kInNoFont);
  const std::string svg = svg_of(name, Align::kRight, 90);
  EXPECT_THAT(svg, HasSubstr(cat(">a&#60;b&#62; &#38; ", kInNoFont, "</text>")));
  EXPECT_THAT(svg, HasSubstr("translate(10.00 20.00) rotate(-90)"));
  EXPECT_THAT(svg, HasSubstr("text-anchor=\"end\""));
  EXPECT_THAT(svg, HasSubstr("fill=\"rgb(34,0,255)\""));
  EXPECT_THAT(svg, HasSubstr("sans-serif"));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
}

TEST(Canvas, LeavesWritingThatMustBeJoinedOrTurnedToTheViewerOfAnSvg) {
  for (const char* text : {"חתול", "قطة", "बिल्ली"}) {
    EXPECT_THAT(svg_of(text), HasSubstr(cat(">", text, "</text>")));
  }
}

TEST(Canvas, SaysThatAPngLacksLetters) {
  const test::TempFolder folder;
  for (const char* text : {"Käse", kInNoFont}) {
    Canvas canvas(Format::kPng, 100, 50);
    canvas.text({10, 20}, text, {12}, {0, 0, 0});
    testing::internal::CaptureStderr();
    canvas.save(FileSystem::real(), folder / "figure.png");
    const std::string said = testing::internal::GetCapturedStderr();
    if (text == kInNoFont) {
      EXPECT_THAT(said, HasSubstr(cat("figure.png: no font has all letters of \"", kInNoFont)));
    } else {
      EXPECT_EQ(said, "");
    }
  }
}

}  // namespace
}  // namespace carica::report
