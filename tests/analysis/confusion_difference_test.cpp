#include "analysis/confusion_difference.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "support/temp_folder.h"
#include "support/text_file.h"

namespace carica::analysis {
namespace {

using test::write_text;

class ConfusionDifference : public testing::Test {
 protected:
  AnalysedRun run(const std::string& name, const std::string& csv) {
    AnalysedRun result;
    result.name = name;
    result.analysis = folder_ / name;
    std::filesystem::create_directories(result.analysis);
    write_text(result.analysis / "confusion.csv", csv);
    return result;
  }
  Page::Json compare(const std::string& a, const std::string& b) {
    Page::Json comparison;
    add_confusion_difference(FileSystem::real(), folder_.path(), run("a", a), run("b", b),
                             comparison);
    return comparison;
  }
  test::TempFolder folder_;
};

TEST_F(ConfusionDifference, IsThatOfSharesOfTheTrueClass) {
  const auto found =
      compare("truth,x,y\nx,3,1\ny,0,0\n", "truth,x,y\nx,1,1\ny,0,5\n")["confusion_difference"];
  EXPECT_EQ(found["shares"][0], (Page::Json{0.25, -0.25}));
  EXPECT_TRUE(found["shares"][1][1].is_null());  // no sample of y in a
  EXPECT_EQ(found["of_a"][0], (Page::Json{0.75, 0.25}));
  EXPECT_EQ(found["of_b"][1], (Page::Json{0.0, 1.0}));
  EXPECT_EQ(test::read_text(folder_ / "confusion_difference.csv"),
            "truth,x,y\nx,0.25,-0.25\ny,nan,nan\n");
}

TEST_F(ConfusionDifference, TakesAMissingColumnOtherForNone) {
  const auto found = compare("truth,x,y,other\nx,2,0,2\ny,0,4,0\n",
                             "truth,x,y\nx,4,0\ny,0,4\n")["confusion_difference"];
  EXPECT_EQ(found["classes"], (Page::Json{"x", "y", "other"}));
  EXPECT_EQ(found["shares"][0], (Page::Json{-0.5, 0.0, 0.5}));
}

TEST_F(ConfusionDifference, OfOtherClassesIsNoneAndOfDamagedFilesAnError) {
  EXPECT_TRUE(compare("truth,x\nx,1\n", "truth,z\nz,1\n").is_null());
  for (const char* damaged : {"truth,x\nx,many\n", "truth,x\nx,1\ny,1\n", "truth,x,y\n"}) {
    EXPECT_THROW(compare("truth,x\nx,1\n", damaged), Error) << damaged;
  }
}

}  // namespace
}  // namespace carica::analysis
