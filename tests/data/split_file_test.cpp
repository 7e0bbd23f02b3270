#include "data/splits/split_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/splits/leaks.h"
#include "format_support.h"

namespace carica::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SplitFile : public ::testing::Test {
 protected:
  SplitFile() : config_(config_for("image_folder", folder_)) {
    for (const std::string name : {"cat", "big, \"dog\""}) {
      for (int i = 0; i < 10; ++i) {
        put_picture(folder_ / (name + "/" + std::to_string(i) + ".jpg"));
      }
    }
    file_ = (folder_ / ".split.csv").string();
  }
  Error error_for(const std::string& table) {
    test::write_text(file_, table);
    config_.data.split.file = file_;
    return open_error(config_);
  }

  test::TempFolder folder_;
  config::Config config_;
  std::string file_;
};

TEST_F(SplitFile, GivesBackWhatWasWritten) {
  config_.data.split.seed = 3;
  const Datasets first = open_datasets(config_);
  const std::string table = split_csv(first);
  test::write_text(file_, table);
  config_.data.split = {};
  config_.data.split.file = file_;
  const Datasets again = open_datasets(config_);
  EXPECT_EQ(split_csv(again), table);
  EXPECT_EQ(names_of(*again.val), names_of(*first.val));
  EXPECT_EQ(labels_of(*again.test), labels_of(*first.test));
}

TEST_F(SplitFile, MayMoveSamplesThatTheDataSetDivides) {
  const test::TempFolder root;
  for (const std::string split : {"train", "test"}) {
    put_picture(root / split / "x/1.jpg");
    put_picture(root / split / "x/2.jpg");
  }
  auto config = config_for("image_folder", root);
  config.data.train_dir = "train";
  config.data.test_dir = "test";
  test::write_text(file_,
                   "name,label,split\ntrain/x/1.jpg,x,test\ntrain/x/2.jpg,x,train\n"
                   "test/x/1.jpg,x,val\ntest/x/2.jpg,x,train\n");
  config.data.split.file = file_;
  const Datasets datasets = open_datasets(config);
  EXPECT_THAT(names_of(*datasets.train), ElementsAre("train/x/2.jpg", "test/x/2.jpg"));
  EXPECT_THAT(names_of(*datasets.val), ElementsAre("test/x/1.jpg"));
}

TEST_F(SplitFile, FindsSamplesHoweverTheirPathsAreWritten) {
  const test::TempFolder root;
  for (const std::string name : {"1", "2"}) put_picture(root / ("x/" + name + ".jpg"));
  const std::string table = "name,label,split\n./x/1.jpg,x,val\nx//2.jpg,x,train\n";
  test::write_text(file_, table);
  auto config = config_for("image_folder", root);
  config.data.split.file = file_;
  EXPECT_THAT(names_of(*open_datasets(config).val), ElementsAre("x/1.jpg"));
  test::write_text(file_, table + "x/1.jpg,x,train\n");
  EXPECT_THAT(open_error(config).what(), HasSubstr(":4: x/1.jpg stands twice"));
}

TEST_F(SplitFile, NamesAFewOfWhatDoesNotFit) {
  EXPECT_THAT(error_for("name,label,split\ncat/0.jpg,cat,train\n").what(),
              HasSubstr("lacks 19 of the data set's samples: big, \"dog\"/0.jpg, big, "
                        "\"dog\"/1.jpg, big, \"dog\"/2.jpg and 16 more"));
  const std::string good = split_csv(open_datasets([&] {
    auto config = config_;
    config.data.split.file = "";
    return config;
  }()));
  EXPECT_THAT(error_for(good + "cat/77.jpg,cat,train\n").what(),
              HasSubstr("names 1 samples that the data set lacks: cat/77.jpg"));
  EXPECT_THAT(error_for(good + "cat/0.jpg,cat,train\n").what(),
              HasSubstr("cat/0.jpg stands twice"));
  EXPECT_THAT(error_for("path,split\n").what(), HasSubstr("must be name, label, split"));
  std::string wrong = good;
  wrong.replace(wrong.find(",cat,"), 5, ",cow,");
  EXPECT_THAT(error_for(wrong).what(), HasSubstr("label cow of cat/"));
  wrong = good;
  wrong.replace(wrong.rfind(",test\n"), 6, ",tset\n");
  EXPECT_THAT(error_for(wrong).what(), HasSubstr("split tset; must be train, val or test"));
}

TEST(SplitTable, WritesAndReadsSeveralLabels) {
  FoundItems found;
  found.classes = {"a", "b", "c"};
  Item item;
  item.name = "1.jpg";
  item.labels = {0, 2};
  EXPECT_EQ(split_table_row(item, found.classes, "val"), "1.jpg,a|c,val\n");
  found.undivided = {item};
  divide_by_table(found, "name,label,split\n1.jpg,a|c,val\n", "s.csv");
  EXPECT_EQ(found.val.size(), 1u);
  EXPECT_TRUE(found.undivided.empty());
}

// Items by names alone.
class NamedItems : public Dataset {
 public:
  explicit NamedItems(std::vector<Item> items) : items_(std::move(items)) {}
  std::size_t size() const override { return items_.size(); }
  const Item& item(std::size_t index) const override { return items_.at(index); }
  Sample load(std::size_t) const override { return {}; }

 private:
  std::vector<Item> items_;
};

std::shared_ptr<const Dataset> named(const std::vector<std::pair<std::string, std::string>>& all) {
  std::vector<Item> items;
  for (const auto& [name, group] : all) {
    Item item;
    item.name = name;
    item.group = group;
    items.push_back(item);
  }
  return std::make_shared<NamedItems>(std::move(items));
}

TEST(Leaks, AreGroupsInMoreThanOneSplit) {
  const Datasets datasets{{},
                          named({{"a_1", "p"}, {"b_1", "q"}, {"b_2", "q"}}),
                          named({{"b_3", "q"}, {"c_1", ""}}),
                          named({{"a_2", "r"}, {"c_2", ""}}),
                          {}};
  const auto by_column = leaked_groups(datasets, "");
  ASSERT_EQ(by_column.size(), 1u);
  EXPECT_EQ(by_column[0].group, "q");
  EXPECT_THAT(by_column[0].samples, ElementsAre(2, 1, 0));
  const auto by_name = leaked_groups(datasets, "^([a-z])_");
  ASSERT_EQ(by_name.size(), 3u);
  EXPECT_EQ(by_name[0].group, "a");
  EXPECT_THAT(by_name[0].samples, ElementsAre(1, 0, 1));
  EXPECT_THAT(by_name[2].samples, ElementsAre(0, 1, 1));
}

}  // namespace
}  // namespace carica::data
