#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "report/html_page.h"
#include "support/python.h"
#include "support/temp_folder.h"
#include "support/text_file.h"

namespace carica::report {
namespace {

constexpr int kSkipped = 77;  // report_test.py: no browser

int run_script(const std::string& name, const std::string& arguments) {
  const std::string command =
      '"' + test::python() + "\" \"" CARICA_BROWSER_TESTS "/" + name + "\" " + arguments;
  const int status = std::system(command.c_str());
  return status == -1 ? -1 : WEXITSTATUS(status);
}

TEST(SlowHtmlPage, WorksInABrowser) {
  const test::TempFolder folder;
  if (!test::python_has(folder.path(), "PIL.Image, selenium.webdriver")) {
    GTEST_SKIP() << test::python() << " has no Pillow or no selenium";
  }
  ASSERT_EQ(run_script("make_fixture.py", '"' + folder.path().string() + "\" --json"), 0);
  int pages = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
    if (file.path().extension() != ".json") continue;
    ++pages;
    auto page = file.path();
    test::write_text(page.replace_extension(".html"),
                     html_page("carica", test::read_text(file.path())));
  }
  ASSERT_GT(pages, 0);
  const int code = run_script("report_test.py", '"' + folder.path().string() + '"');
  if (code == kSkipped) GTEST_SKIP() << "there is no chromium or no chromedriver";
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace carica::report
