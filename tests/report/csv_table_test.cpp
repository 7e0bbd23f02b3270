#include "report/csv_table.h"

#include "expect_error.h"
#include "support/temp_folder.h"
#include "support/text_file.h"

namespace carica::report {
namespace {

using test::expect_error;
using test::TempFolder;
using Cells = std::vector<std::string>;

CsvTable parsed(const std::string& text) {
  const TempFolder folder;
  test::write_text(folder / "table.csv", text);
  return read_csv(FileSystem::real(), folder / "table.csv");
}

TEST(CsvTable, ReadsQuotedFieldsAndCountsLines) {
  const CsvTable table = parsed("a,\"b, \"\"c\"\"\"\n\"two\nlines\",1\r\n\n,\n");
  EXPECT_EQ(table.header, (Cells{"a", "b, \"c\""}));
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0].cells, (Cells{"two\nlines", "1"}));
  EXPECT_EQ(table.rows[0].line, 2);
  EXPECT_EQ(table.rows[1].cells, (Cells{"", ""}));
  EXPECT_EQ(table.rows[1].line, 5);
  EXPECT_TRUE(table.place(table.rows[1], 1).ends_with("table.csv:5: column b, \"c\""));
}

TEST(CsvTable, TakesAByteOrderMarkAndALastLineWithoutBreak) {
  const CsvTable table = parsed(
      "\xEF\xBB\xBF"
      "epoch,loss\n1,2");
  EXPECT_EQ(table.header, (Cells{"epoch", "loss"}));
  EXPECT_EQ(table.rows.at(0).cells, (Cells{"1", "2"}));
}

TEST(CsvTable, NamesFileAndLineOfWhatIsWrong) {
  expect_error(ErrorCode::kData, "table.csv:1: the file is empty", [] { parsed(""); });
  expect_error(ErrorCode::kData, "table.csv:3: found 1 fields; the header has 2",
               [] { parsed("a,b\n1,2\n3\n"); });
  expect_error(ErrorCode::kData, "table.csv:2: a quoted field is never closed",
               [] { parsed("a,b\n\"1,2\n3,4\n"); });
  expect_error(ErrorCode::kData, "table.csv:2: found \"x\" after a closing quote",
               [] { parsed("a,b\n\"1\"x,2\n"); });
}

TEST(CsvTable, NamesAFileThatIsNotThere) {
  expect_error(ErrorCode::kIo, "missing.csv", [] { read_csv(FileSystem::real(), "missing.csv"); });
}

}  // namespace
}  // namespace carica::report
