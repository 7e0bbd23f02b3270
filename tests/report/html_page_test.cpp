#include "report/html_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

namespace carica::report {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kDataBegins = R"(<script type="application/json" id="data">)";

/// What a browser takes as the data: up to the first end of a script after its beginning.
std::string data_of(const std::string& page) {
  const std::size_t begin = page.find(kDataBegins) + kDataBegins.size();
  return page.substr(begin, page.find("</script", begin) - begin);
}

std::size_t occurrences(std::string_view text, std::string_view wanted) {
  std::size_t count = 0;
  for (std::size_t at = text.find(wanted); at != std::string_view::npos;
       at = text.find(wanted, at + 1)) {
    ++count;
  }
  return count;
}

TEST(HtmlPage, HoldsTitleAndDataOnce) {
  const std::string page = html_page("papayas", R"({"format":1})");
  EXPECT_EQ(page.find("<!DOCTYPE html>"), 0u);
  EXPECT_THAT(page, HasSubstr("<title>papayas</title>"));
  EXPECT_EQ(occurrences(page, kDataBegins), 1u);
  EXPECT_EQ(data_of(page), R"({"format":1})");
  EXPECT_THAT(page, Not(HasSubstr("@title@")));
  EXPECT_THAT(page, Not(HasSubstr("@data@")));
  EXPECT_THAT(page, Not(HasSubstr("@js@")));
  EXPECT_THAT(page, Not(HasSubstr("@css@")));
}

TEST(HtmlPage, KeepsHostileDataInsideItsElement) {
  const std::string page =
      html_page("t", R"({"title":"</script><script>alert(1)</script><!--<script> ' & \" @data@ )"
                     "\u2028\u2029\"}");
  EXPECT_EQ(data_of(page),
            R"({"title":"\u003c/script>\u003cscript>alert(1)\u003c/script>\u003c!--\u003cscript>)"
            R"( ' & \" @data@ )"
            "\u2028\u2029\"}");
  EXPECT_THAT(page, Not(HasSubstr("alert(1)</script>")));
}

TEST(HtmlPage, KeepsAHostileTitleText) {
  const std::string page = html_page("</title><script>alert('1')</script>\"&@data@", "{}");
  EXPECT_THAT(page,
              HasSubstr("<title>&#60;/title&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script"
                        "&#62;&#34;&#38;@data@</title>"));
  EXPECT_EQ(data_of(page), "{}");
}

TEST(HtmlPage, ReplacesBytesOfTheTitleThatAreNoText) {
  EXPECT_THAT(html_page("a\xFF\nb", "{}"), HasSubstr("<title>a\uFFFD b</title>"));
}

TEST(HtmlPage, AsksTheNetworkForNothing) {
  std::string page = html_page("t", "{}");
  std::transform(page.begin(), page.end(), page.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const char* outside : {"http:", "https:", "src=", "url(", "@import", "fetch(",
                              "xmlhttprequest", "websocket", "import("}) {
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  }
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

// 82 KB since it knows several labels: a budget, so that growth is meant.
TEST(HtmlPage, StaysSmall) { EXPECT_LT(html_page("t", "{}").size(), 83'000); }

TEST(HtmlPage, NeverMakesMarkupOfText) {
  const std::string page = html_page("t", "{}");
  for (const char* markup : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"}) {
    EXPECT_THAT(page, Not(HasSubstr(markup)));
  }
}

}  // namespace
}  // namespace carica::report
