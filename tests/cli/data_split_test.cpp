#include "carica_program.h"
#include "last_line.h"

namespace carica::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class DataSplit : public CaricaProgram {
 protected:
  // Class k of a table has k + 1 pictures.
  Program::Result split_of(int classes, const std::vector<std::string>& more = {}) {
    std::string table = "path,label\n";
    std::filesystem::create_directories(folder_ / "set");
    for (int k = 0, number = 0; k < classes; ++k) {
      for (int i = 0; i <= k; ++i, ++number) {
        const auto name = std::to_string(number) + ".png";
        write_text(folder_ / "set" / name, "");
        table += name + ",class_" + std::to_string(100 + k) + "\n";
      }
    }
    write_text(folder_ / "set/labels.csv", table);
    std::vector<std::string> words = {"data",          "split",
                                      "classify.yaml", "data.format=csv",
                                      "data.root=set", "data.split={train: 1, val: 0, test: 0}"};
    words.insert(words.end(), more.begin(), more.end());
    return carica(words);
  }
};

TEST_F(DataSplit, CountsEachClass) {
  const auto result = split_of(3);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("train: 6 samples\n  class_100: 1\n  class_101: 2\n"));
}

TEST_F(DataSplit, PrintsTheMostFrequentAndTheRarestOfManyClasses) {
  const auto result = split_of(70);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("train: 2485 samples\n  class_169: 70\n"));
  EXPECT_THAT(result.out, Not(HasSubstr("class_130: ")));
  EXPECT_THAT(result.out,
              HasSubstr("  class_100: 1\n  (the 15 most frequent and the rarest of 70"));
  const auto json = last_line(split_of(70, {"--json"}).out);
  EXPECT_EQ(json["splits"]["train"]["counts"].size(), 70u);
}

}  // namespace
}  // namespace carica::test
