#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/files/csv.h"
#include "data/found_items.h"
#include "format_support.h"
#include "golden/masks_golden.h"

namespace carica::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string refusal(std::string_view text) {
  const Error error = error_of([&] { parse_csv(text, "t.csv"); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  return error.what();
}

TEST(Csv, ReadsWhatPythonReads) {
  const std::string text(std::begin(golden::kCsv), std::end(golden::kCsv));
  const CsvTable table = parse_csv(text, "t.csv");
  const std::size_t columns = 3;
  ASSERT_EQ(table.header().size(), columns);
  ASSERT_EQ((table.rows() + 1) * columns, std::size(golden::kCsvFields));
  for (std::size_t i = 0; i < std::size(golden::kCsvFields); ++i) {
    const std::size_t row = i / columns, column = i % columns;
    EXPECT_EQ(row == 0 ? table.header()[column] : table.field(row - 1, column),
              golden::kCsvFields[i]);
  }
  EXPECT_EQ(table.line(0), 2u);
  EXPECT_EQ(table.line(1), 4u);
  EXPECT_EQ(table.line(2), 6u);  // the row before has a line break inside
  EXPECT_EQ(table.column("label"), 1u);
  EXPECT_EQ(table.column("split"), std::nullopt);
}

TEST(Csv, RefusesBrokenQuotes) {
  EXPECT_THAT(refusal("a,b\n\"x,1\n"), HasSubstr("t.csv:2: a quote that is never closed"));
  EXPECT_THAT(refusal("a,b\n\"x\"y,1\n"), HasSubstr("t.csv:2: text behind a closing quote"));
  EXPECT_THAT(refusal("a,b\nx\"y,1\n"), HasSubstr("t.csv:2: a quote inside of a field"));
}

TEST(Csv, RefusesRowsThatDoNotFitTheHeader) {
  EXPECT_THAT(refusal("a,b\n1,2\n3\n"), HasSubstr("t.csv:3: has 1 field; must have 2 as the "));
  EXPECT_THAT(refusal("a,b\n1,2,3\n"), HasSubstr("t.csv:2: has 3 fields; must have 2"));
  EXPECT_THAT(refusal("a,a\n1,2\n"), HasSubstr("column a stands twice"));
  EXPECT_THAT(refusal(""), HasSubstr("t.csv: is empty"));
  EXPECT_THAT(refusal("a\rb\n"), HasSubstr("a carriage return without line feed"));
}

TEST(Csv, RefusesHostileSizes) {
  EXPECT_THAT(refusal(std::string("a\nx\0y\n", 6)), HasSubstr("t.csv:2: has a NUL byte"));
  EXPECT_THAT(refusal("a\n\"" + std::string(2 << 20, '\n')),
              HasSubstr("t.csv:2: a row of more than 1.0 MiB"));
  std::string many = "a\n";
  many.reserve(22'000'000);
  for (int i = 0; i <= 10'000'000; ++i) many += "1\n";
  EXPECT_THAT(refusal(many), HasSubstr("more than 10000000 rows; at most that many"));
}

TEST(Csv, NeverReadsBeyondAnyPrefixOfAFile) {
  const std::string text(std::begin(golden::kCsv), std::end(golden::kCsv));
  for (std::size_t end = 0; end < text.size(); ++end) {
    const std::string part = text.substr(0, end);  // its end is guarded by the sanitizer
    try {
      parse_csv(part, "t.csv");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kData);
    }
  }
}

// Four pictures, and a table beside them.
class CsvFormat : public ::testing::Test {
 protected:
  CsvFormat() : config_(config_for("csv", folder_)) {
    for (const char* name : {"a", "b", "c", "d"}) {
      put_picture(folder_ / ("p/" + std::string(name) + ".jpg"));
      put_mask(folder_ / ("m/" + std::string(name) + ".png"), counting_mask({8, 8}, 2));
    }
  }
  void put_table(const std::string& text) { test::write_text(folder_ / "labels.csv", text); }

  test::TempFolder folder_;
  config::Config config_;
};

TEST_F(CsvFormat, DividesByItsColumn) {
  put_table(
      "path,label,split\np/a.jpg,dog,train\np/b.jpg,cat,train\np/c.jpg,cat,val\n"
      "p/d.jpg,dog,test\n");
  const Datasets datasets = open_datasets(config_);
  EXPECT_THAT(datasets.classes, ElementsAre("cat", "dog"));
  EXPECT_THAT(names_of(*datasets.train), ElementsAre("p/a.jpg", "p/b.jpg"));
  EXPECT_THAT(labels_of(*datasets.train), ElementsAre(1, 0));
  EXPECT_THAT(names_of(*datasets.val), ElementsAre("p/c.jpg"));
  EXPECT_THAT(names_of(*datasets.test), ElementsAre("p/d.jpg"));
  EXPECT_EQ(datasets.train->load(0).picture.size, (Size{8, 8}));
}

TEST_F(CsvFormat, SaysWhatItsColumnLeavesNothingToDivideFor) {
  put_table("path,label,split\np/a.jpg,x,train\np/b.jpg,x,val\np/c.jpg,x,test\n");
  const auto said_of = [&](const config::SplitConfig& split) {
    config_.data.split = split;
    ::testing::internal::CaptureStderr();
    EXPECT_THAT(names_of(*open_datasets(config_).train), ElementsAre("p/a.jpg"));
    return ::testing::internal::GetCapturedStderr();
  };
  const std::string not_used =
      ": not used, the data set is divided already; data.split.file divides it anew\n";
  EXPECT_EQ(said_of({.train = 0.5, .val = 0.3}), "warning: data.split: train, val" + not_used);
  EXPECT_EQ(said_of({.test = 0.3, .stratified = false, .seed = 7}),
            "warning: data.split: test, stratified, seed" + not_used);
  EXPECT_EQ(said_of({}), "");
  EXPECT_EQ(said_of({.group_by = "(.)"}), "");  // serves the report on leaks
  config_.data.split = {.folds = 5};
  EXPECT_THAT(open_error(config_).what(),
              HasSubstr("data.split.folds = 5: the data set is divided already"));
  test::write_text(folder_ / "split.csv",
                   "name,label,split\np/a.jpg,x,train\np/b.jpg,x,val\np/c.jpg,x,train\n");
  config_.data.split = {.seed = 7, .file = (folder_ / "split.csv").string()};
  EXPECT_EQ(open_datasets(config_).train->size(), 2u);
}

TEST_F(CsvFormat, NeedsASplitInAllRowsOrInNone) {
  put_table("path,label,split\np/a.jpg,x,train\np/b.jpg,x,\n");
  EXPECT_THAT(open_error(config_).what(),
              HasSubstr("labels.csv:3: no split; must be train, val or test"));
  put_table("path,label,split\np/a.jpg,x,train\np/b.jpg,x,tset\n");
  EXPECT_EQ(open_error(config_).hint(), "did you mean test?");
  put_table("path,label,split\np/a.jpg,x,\np/b.jpg,x,\np/c.jpg,x,\n");
  EXPECT_EQ(open_datasets(config_).train->size(), 1u);
}

TEST_F(CsvFormat, SortsNumbersByTheirValues) {
  put_table("path,label\np/a.jpg,10\np/b.jpg,9\np/c.jpg,2\n");
  EXPECT_THAT(find_csv(config_).classes, ElementsAre("2", "9", "10"));
}

TEST_F(CsvFormat, TakesTheClassesOfTheConfig) {
  config_.data.classes = {"dog", "cat"};
  put_table("path,label\np/a.jpg,dog\np/b.jpg,cta\n");
  const Error error = open_error(config_);
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_STREQ(error.what(), "labels.csv:3: label cta: must be one of data.classes: dog, cat");
  EXPECT_EQ(error.hint(), "did you mean cat?");
}

TEST_F(CsvFormat, ReadsMasksForSegmentation) {
  config_.task = config::Task::kSegment;
  config_.data.classes = {"x", "y"};
  config_.data.csv = "masks.csv";
  test::write_text(folder_ / "masks.csv",
                   "path,mask,split\np/a.jpg,m/b.png,train\np/c.jpg,m/c.png,val\n");
  const Datasets datasets = open_datasets(config_);
  EXPECT_EQ(datasets.train->load(0).mask.values, counting_mask({8, 8}, 2).values);
  EXPECT_TRUE(datasets.train->item(0).mask.ends_with("m/b.png"));
  EXPECT_EQ(datasets.train->item(0).label, -1);
}

TEST_F(CsvFormat, GivesEachSampleAllItsLabels) {
  put_table("path,label\np/a.jpg,dog|cat\np/b.jpg,cat\np/c.jpg,\n");
  const FoundItems found = find_csv(config_);
  EXPECT_THAT(found.classes, ElementsAre("cat", "dog"));
  EXPECT_THAT(found.undivided[0].labels, ElementsAre(0, 1));
  EXPECT_THAT(found.undivided[1].labels, ElementsAre(0));
  EXPECT_THAT(found.undivided[2].labels, ElementsAre());
  for (const auto& item : found.undivided) EXPECT_EQ(item.label, -1);
  put_table("path,label\np/a.jpg,dog|dog\n");
  EXPECT_THAT(error_of([&] { find_csv(config_); }).what(), HasSubstr("a label stands twice"));
  put_table("path,label\np/a.jpg,dog|\n");
  EXPECT_THAT(error_of([&] { find_csv(config_); }).what(), HasSubstr("an empty label"));
}

TEST_F(CsvFormat, SaysWhetherSamplesHaveSeveralLabels) {
  config_.data.split.train = 0.5;
  config_.data.split.val = config_.data.split.test = 0.25;
  config_.data.split.stratified = false;
  const std::string several = "path,label\np/a.jpg,dog|cat\np/b.jpg,cat\np/c.jpg,cat\np/d.jpg,\n";
  put_table(several);
  EXPECT_TRUE(open_datasets(config_).several_labels);
  config_.data.labels = "one";
  EXPECT_THAT(open_error(config_).what(), HasSubstr("labels.csv:5: has no label"));
  put_table("path,label\np/a.jpg,dog|cat\np/b.jpg,cat\np/c.jpg,cat\np/d.jpg,cat\n");
  EXPECT_THAT(open_datasets(config_).classes, ElementsAre("cat", "dog|cat"));
  EXPECT_FALSE(open_datasets(config_).several_labels);
  config_.data.labels = "auto";
  config_.data.label_separator = ";";
  EXPECT_THAT(open_datasets(config_).classes, ElementsAre("cat", "dog|cat"));
  config_.data.label_separator = ",";
  EXPECT_EQ(open_error(config_).code(), ErrorCode::kConfig);
  config_.data.label_separator = "|";
  config_.data.labels = "several";
  put_table("path,label\np/a.jpg,dog\np/b.jpg,cat\np/c.jpg,cat\np/d.jpg,\n");
  const auto datasets = open_datasets(config_);
  EXPECT_TRUE(datasets.several_labels);
  for (const auto* split : {&datasets.train, &datasets.val, &datasets.test}) {
    for (std::size_t i = 0; i < (*split)->size(); ++i) EXPECT_EQ((*split)->item(i).label, -1);
  }
}

TEST_F(CsvFormat, KeepsGroupsTogether) {
  std::string table = "path,label,group\n";
  for (int i = 0; i < 40; ++i) {
    const std::string name = "g/" + std::to_string(i) + ".jpg";
    put_picture(folder_ / name);
    table += name + ",x,patient" + std::to_string(i / 4) + "\n";
  }
  put_table(table);
  const Datasets datasets = open_datasets(config_);
  EXPECT_EQ(datasets.train->size(), 28u);
  for (const auto* split : {&datasets.train, &datasets.val, &datasets.test}) {
    std::map<std::string, int> counts;
    for (std::size_t i = 0; i < (*split)->size(); ++i) ++counts[(*split)->item(i).group];
    for (const auto& [group, count] : counts) EXPECT_EQ(count, 4) << group;
  }
}

TEST_F(CsvFormat, NamesWhatItsHeaderLacks) {
  put_table("path,lable\np/a.jpg,x\n");
  EXPECT_THAT(open_error(config_).what(),
              HasSubstr("labels.csv:1: column lable: must be named label, or otherwise"));
  put_table("file,label\np/a.jpg,x\n");
  EXPECT_THAT(open_error(config_).what(),
              HasSubstr("labels.csv:1: no column path; there are file, label"));
  put_table("path,label\n");
  EXPECT_THAT(open_error(config_).what(), HasSubstr("labels.csv: names no pictures"));
  put_table("path,label\np/a.jpg,\n");
  EXPECT_THAT(open_error(config_).what(), HasSubstr("labels.csv:2: has no label"));
}

TEST_F(CsvFormat, RefusesLabelsWithBlanksAtTheirEnds) {
  for (const char* label : {"x ", " x", "x\t", "x| y"}) {
    put_table("path,label\np/a.jpg,x\np/b.jpg," + std::string(label) + "\n");
    const Error error = open_error(config_);
    EXPECT_THAT(error.what(), HasSubstr("labels.csv:3: label \"")) << label;
    EXPECT_THAT(error.what(), HasSubstr("\": must not begin or end with a blank")) << label;
    EXPECT_THAT(error.hint(), HasSubstr("remove the blanks"));
  }
  put_table("path,label\np/a.jpg,x\np/b.jpg,x \np/c.jpg,x\np/d.jpg,x \n");
  config_.data.classes = {"x", "x "};
  EXPECT_NO_THROW(open_datasets(config_));
}

TEST_F(CsvFormat, RefusesASampleThatStandsTwice) {
  put_table("path,label\np/a.jpg,x\np/b.jpg,x\np/a.jpg,y\n");
  EXPECT_STREQ(open_error(config_).what(), "labels.csv: p/a.jpg stands twice; must stand once");
  for (const char* spelling : {"./p/a.jpg", "p//a.jpg", "p/./a.jpg", ".//p/././/a.jpg"}) {
    put_table("path,label,split\np/a.jpg,x,train\n" + std::string(spelling) + ",x,test\n");
    EXPECT_STREQ(open_error(config_).what(), "labels.csv: p/a.jpg stands twice; must stand once")
        << spelling;
  }
}

TEST_F(CsvFormat, NamesAndDividesSamplesAlikeHoweverTheirPathsAreWritten) {
  const auto table = [](const std::string& root) {
    std::string text = "path,label\n";
    for (const char* name : {"a", "b", "c", "d"}) text += root + name + ".jpg,x\n";
    return text;
  };
  put_table(table("p/"));
  const std::string division = split_csv(open_datasets(config_));
  put_table(table("./p//"));
  EXPECT_EQ(split_csv(open_datasets(config_)), division);
  EXPECT_EQ(open_datasets(config_).train->load(0).picture.size, (Size{8, 8}));
}

}  // namespace
}  // namespace carica::data
