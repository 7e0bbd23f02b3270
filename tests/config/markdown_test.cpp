#include <cstdlib>
#include <filesystem>

#include "problems_in.h"
#include "support/temp_folder.h"
#include "support/text_file.h"

namespace carica::test {
namespace {

TEST(Markdown, IsWhatDocsHold) {
  const std::filesystem::path file = std::filesystem::path(CARICA_SOURCE_DIR) / "docs/config.md";
  if (std::getenv("CARICA_UPDATE_DOCS") != nullptr) write_text(file, config::markdown_reference());
  EXPECT_EQ(read_text(file), config::markdown_reference())
      << "docs/config.md is old; write it anew: CARICA_UPDATE_DOCS=1 config_test "
         "--gtest_filter=Markdown.*";
}

TEST(Markdown, DescribesFieldsInTables) {
  const std::string text = config::markdown_reference();
  using testing::HasSubstr;
  EXPECT_THAT(text, HasSubstr("\n## optim\n"));
  EXPECT_THAT(
      text, HasSubstr("\n| `lr` | `0.001` | number in (0, 10] | learning rate at its highest |\n"));
  EXPECT_THAT(text, HasSubstr("\n## train.early_stop\n"));
  EXPECT_THAT(text, HasSubstr("\n### RandomResizedCrop\n"));
  EXPECT_THAT(
      text,
      HasSubstr("\n| `size` | required | a whole number or [height, width] in [1, 32768] | "));
}

}  // namespace
}  // namespace carica::test
