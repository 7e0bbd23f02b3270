#include <map>

#include "carica_program.h"
#include "core/text.h"
#include "data/checks/finding.h"
#include "data/images/image_io.h"
#include "last_line.h"

namespace carica::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class DataCheck : public CaricaProgram {
 protected:
  void SetUp() override {
    CaricaProgram::SetUp();
    std::filesystem::copy(papayas(), folder_ / "set", std::filesystem::copy_options::recursive);
  }
  Program::Result check(std::vector<std::string> words) const {
    words.insert(words.begin(), {"data", "check", "classify.yaml", "data.root=set"});
    return carica(words);
  }
};

TEST_F(DataCheck, OfAGoodSetEndsWithZero) {
  const auto result = check({"--json"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto json = last_line(result.out);
  EXPECT_EQ(json["problems"], 0);
  EXPECT_EQ(json["splits"]["train"]["samples"], 28);
  EXPECT_EQ(json["train"]["samples"], 28);  // as the first versions had it
  EXPECT_EQ(json["train"]["problems"].size(), 0u);
}

TEST_F(DataCheck, GivesEachFindingWithItsFilesAsJson) {
  write_text(folder_ / "set/images/0003.jpg", "");
  write_text(folder_ / "set/images/0007.jpg", "no picture");
  const auto result = check({"--json"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("error: set: 2 bad files"));
  const auto json = last_line(result.out);
  EXPECT_EQ(json["problems"], 2);
  std::map<std::string, nlohmann::json> findings;
  for (const auto& finding : json["findings"]) findings[finding["id"]] = finding;
  const auto& empty = findings.at("empty_file");
  EXPECT_EQ(empty["severity"], "error");
  EXPECT_EQ(empty["count"], 1);
  EXPECT_THAT(empty["files"], ElementsAre("images/0003.jpg"));
  EXPECT_NE(empty["hint"], "");
  EXPECT_NE(empty["message"], "");
  EXPECT_THAT(findings.at("not_a_picture")["files"], ElementsAre("images/0007.jpg"));
}

TEST_F(DataCheck, WarningsAloneEndWithZero) {
  std::filesystem::copy_file(folder_ / "set/images/0003.jpg", folder_ / "set/images/0003.gif");
  const auto result = check({});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("warning unread_format (1): "));
  EXPECT_THAT(result.out, HasSubstr("0 errors, "));
}

TEST_F(DataCheck, NamesFewFilesOnTheScreenAndAllInTheReport) {
  for (int i = 10; i < 20; ++i) write_text(folder_ / cat("set/images/00", i, ".jpg"), "");
  const auto result = check({"--examples", "2", "--report", "reports/all.txt"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.out, HasSubstr(" more\n"));
  const auto report = read_text(folder_ / "reports/all.txt");
  for (int i = 10; i < 20; ++i) EXPECT_THAT(report, HasSubstr(cat("images/00", i, ".jpg")));
  check({"--report", "all.json"});
  EXPECT_EQ(nlohmann::json::parse(read_text(folder_ / "all.json"))["problems"], 10);
}

TEST_F(DataCheck, TellsALayoutThatCannotBeOpenedAsAFinding) {
  std::filesystem::remove(folder_ / "set/masks/0005.png");
  write_text(folder_ / "set/labels.csv", "name,label,ripe_share\n0001,sour,0\n");
  const auto result = check({"--json", "--report", "report.txt"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("error: "));
  EXPECT_THAT(result.err, HasSubstr("hint: "));
  const auto finding = last_line(result.out)["findings"][0];
  EXPECT_EQ(finding["id"], "layout");
  EXPECT_THAT(finding["files"][0].get<std::string>(), HasSubstr("labels.csv:2"));
  EXPECT_THAT(finding["hint"].get<std::string>(), HasSubstr("make"));
  EXPECT_THAT(read_text(folder_ / "report.txt"), HasSubstr("error layout"));
}

// Layouts of class folders: what each test leaves out or adds is the finding.
class DataCheckLayout : public CaricaProgram {
 protected:
  void SetUp() override {
    CaricaProgram::SetUp();
    const data::Picture picture{{8, 8}, data::PixelBytes(8 * 8 * 3, 90)};
    for (const char* name : {"train/cat", "train/dog", "val/cat", "val/dog"}) {
      std::filesystem::create_directories(folder_ / "pets" / name);
      data::write_picture(folder_ / "pets" / name / "1.png", picture);
    }
    auto text = config("classify", "cnn");
    const auto place = text.find("  format: papaya");
    const auto end = text.find("\nloader");
    write_text(folder_ / "pets.yaml", text.replace(place, end - place,
                                                   "  format: image_folder\n  root: pets\n"
                                                   "  train_dir: train\n  val_dir: val"));
  }
  void expect_layout(const std::string& part) const {
    const auto result = carica({"data", "check", "pets.yaml", "--json"});
    EXPECT_EQ(result.exit_code, 3) << result.err;
    const auto json = last_line(result.out);
    ASSERT_EQ(json["findings"].size(), 1u);
    EXPECT_EQ(json["findings"][0]["id"], "layout");
    EXPECT_EQ(json["problems"], 1);
    EXPECT_NE(json["findings"][0]["hint"], "");
    EXPECT_THAT(json["findings"][0]["files"][0].get<std::string>(), HasSubstr(part));
  }
};

TEST_F(DataCheckLayout, ClassListsThatDiffer) {
  std::filesystem::rename(folder_ / "pets/val/dog", folder_ / "pets/val/emu");
  expect_layout("lacks dog, has emu besides");
}

TEST_F(DataCheckLayout, NoPictureInAClass) {
  std::filesystem::remove(folder_ / "pets/train/dog/1.png");
  expect_layout("no pictures in this class folder");
}

TEST_F(DataCheckLayout, NoClassFolders) {
  std::filesystem::remove_all(folder_ / "pets/train");
  std::filesystem::create_directories(folder_ / "pets/train");
  expect_layout("no class folders in it");
}

TEST_F(DataCheckLayout, NoSplitFolder) {
  std::filesystem::remove_all(folder_ / "pets/val");
  expect_layout("no such folder");
}

TEST_F(DataCheck, EndsWith2ForAConfigThatIsWrong) {
  EXPECT_EQ(check({"data.format=papyrus"}).exit_code, 2);
}

TEST_F(DataCheck, EscapesWhatATerminalWouldObey) {
  write_text(folder_ / "set/images/a\x1B[31m\xE9.gif", "GIF");
  const auto result = check({});
  EXPECT_THAT(result.out, HasSubstr("images/a\\x1b[31m\\xe9.gif"));
  EXPECT_THAT(result.out, Not(HasSubstr("\x1B")));
}

TEST_F(DataCheck, NamesEveryFindingInTheDocs) {
  const auto docs = read_text(std::filesystem::path(CARICA_SOURCE_DIR) / "docs/data_check.md");
  for (const auto& kind : data::finding_kinds()) {
    EXPECT_THAT(docs, HasSubstr(cat("`", kind.id, "`")));
  }
}

}  // namespace
}  // namespace carica::test
