#include "carica_program.h"
#include "last_line.h"

namespace carica::test {
namespace {

using testing::HasSubstr;

class DataMake : public CaricaProgram {
 protected:
  Program::Result make(const std::string& name, std::vector<std::string> words) const {
    words.insert(words.begin(), {"data", "make", name, "--out", "set", "--size", "32"});
    return carica(words);
  }
};

TEST_F(DataMake, WritesNothingOverOtherPictures) {
  ASSERT_EQ(make("papaya", {"--count", "6"}).exit_code, 0);
  const auto labels = read_text(folder_ / "set/labels.csv");
  const auto picture = read_text(folder_ / "set/images/0000.jpg");
  for (const auto& [name, words] :
       {std::pair<std::string, std::vector<std::string>>{"papaya", {"--count", "5"}},
        {"papaya", {"--count", "6", "--seed", "1"}},
        {"wildlife", {"--count", "6"}}}) {
    const auto refused = make(name, words);
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("error: set: holds another data set, {\"name\":\"papaya\""));
    EXPECT_THAT(refused.err, HasSubstr("hint: give another --out"));
  }
  EXPECT_EQ(read_text(folder_ / "set/labels.csv"), labels);
  EXPECT_EQ(read_text(folder_ / "set/images/0000.jpg"), picture);
  std::filesystem::create_directories(folder_ / "set/photos");
  std::filesystem::remove(folder_ / "set/made.json");
  EXPECT_THAT(make("papaya", {"--count", "6"}).err, HasSubstr("holds files that were not made by"));
}

TEST_F(DataMake, DoesNotDoTwiceWhatIsDone) {
  for (const char* name : {"papaya", "wildlife", "idd", "idd_archive", "cityscapes"}) {
    const auto first = make(name, {"--count", "6", "--json"});
    ASSERT_EQ(first.exit_code, 0) << first.err;
    EXPECT_EQ(last_line(first.out)["made"], true);
    const auto second = make(name, {"--count", "6", "--json"});
    ASSERT_EQ(second.exit_code, 0) << second.err;
    EXPECT_EQ(last_line(second.out)["made"], false) << name;
    EXPECT_THAT(make(name, {"--count", "6"}).out, HasSubstr("6 pictures are in set already"));
    std::filesystem::remove_all(folder_ / "set");
  }
}

TEST_F(DataMake, StopsBetweenPicturesAndMakesTheSetWholeLater) {
  const std::vector<std::string> words = {"data",    "make", "papaya", "--out", "set",
                                          "--count", "400",  "--size", "128"};
  for (const auto& [signal, code] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 75}}) {
    std::filesystem::remove(folder_ / "set/images/0001.jpg");
    Program program(command(words), folder_.path());
    while (!std::filesystem::exists(folder_ / "set/images/0001.jpg")) usleep(1000);
    program.send(signal);
    const auto stopped = program.finish();
    ASSERT_EQ(stopped.exit_code, code) << stopped.err;
    EXPECT_THAT(stopped.err, HasSubstr("error: data make: stopped by a signal"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "set/labels.csv"));
  }
  const auto whole = carica(words);
  EXPECT_EQ(whole.exit_code, 0) << whole.err;
  EXPECT_TRUE(std::filesystem::exists(folder_ / "set/images/0399.jpg"));
  EXPECT_THAT(carica(words).out, HasSubstr("400 pictures are in set already"));
}

}  // namespace
}  // namespace carica::test
