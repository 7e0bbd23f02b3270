// Going on with a run after its data or its settings have changed.
#include <map>
#include <set>

#include "carica_program.h"
#include "core/text.h"
#include "last_line.h"

namespace carica::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ResumeProgram : public CaricaProgram {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_ / "set");
    for (int i = 0; i < 36; ++i) {
      std::filesystem::copy_file(papayas() / "images" / picture(i), folder_ / "set" / picture(i));
    }
    auto text = config("classify", "cnn");
    text.replace(text.find("papaya"), 6, "csv");
    text.replace(text.find(papayas().string()), papayas().string().size(), "set");
    write_text(folder_ / "csv.yaml", text);
  }

  static std::string picture(int i) { return (i < 10 ? "000" : "00") + std::to_string(i) + ".jpg"; }

  /// Pictures `first` to `last` - 1, as many of each class, in groups of every twelfth.
  void write_table(int first, int last) const {
    std::string table = "path,label,group\n";
    for (int i = first; i < last; ++i) {
      table += cat(picture(i), ",", i % 12 % 2 == 0 ? "even" : "odd", ",g", i % 12, "\n");
    }
    write_text(folder_ / "set/labels.csv", table);
  }

  /// Splits of each group, by the run's split.csv.
  std::map<int, std::set<std::string>> splits_of_groups() const {
    std::map<int, std::set<std::string>> splits;
    for (const auto& line : split(read_text(folder_ / "runs/latest/split.csv"), '\n')) {
      const auto cells = split(line, ',');
      if (cells.size() == 3 && cells[0] != "name") {
        splits[std::stoi(cells[0]) % 12].insert(cells[2]);
      }
    }
    return splits;
  }

  std::string go_on(const std::vector<std::string>& overrides, int exit_code = 0) const {
    std::vector<std::string> words = {"train", "--resume", "runs/latest"};
    words.insert(words.end(), overrides.begin(), overrides.end());
    const auto result = carica(words);
    EXPECT_EQ(result.exit_code, exit_code) << result.err;
    return result.err;
  }
};

TEST_F(ResumeProgram, KeepsGroupsWholeWhenFilesCameAndWritesTheirSplitsDown) {
  write_table(0, 24);
  ASSERT_EQ(carica({"train", "csv.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  const auto before = splits_of_groups();
  write_table(0, 36);
  const std::string stay = "0 are gone, 12 are new; the others stay in their splits";
  // What does not name other samples leaves the division alone.
  const auto evaluated = carica({"eval", "runs/latest", "data.on_bad_image=skip"});
  EXPECT_THAT(evaluated.err, HasSubstr(stay));
  EXPECT_THAT(go_on({"train.epochs=2", "data.cache=ram"}), HasSubstr("the samples differ"));
  EXPECT_EQ(splits_of_groups(), before);
  EXPECT_THAT(read_text(folder_ / "runs/latest/split.csv"), HasSubstr("0035.jpg"));
  EXPECT_THAT(go_on({"train.epochs=3"}), Not(HasSubstr("the samples differ")));

  // What is gone is remembered.
  write_table(12, 36);
  EXPECT_THAT(go_on({"train.epochs=4"}), HasSubstr("the samples differ"));
  write_table(0, 36);
  EXPECT_THAT(go_on({"train.epochs=5"}), HasSubstr("the samples differ"));
  EXPECT_EQ(splits_of_groups(), before);
}

TEST_F(ResumeProgram, OfAnotherDivisionIsJudgedByIt) {
  write_table(0, 36);
  ASSERT_EQ(carica({"train", "csv.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  const auto before = read_text(folder_ / "runs/latest/split.csv");
  EXPECT_THAT(go_on({"train.epochs=2", "data.split.seed=5"}), HasSubstr("the samples differ"));
  EXPECT_NE(read_text(folder_ / "runs/latest/split.csv"), before);
  EXPECT_THAT(carica({"eval", "runs/latest"}).err, Not(HasSubstr("the samples differ")));
}

TEST_F(ResumeProgram, KeepsItsDivisionUntilTheEndOfTheEpoch) {
  write_table(0, 36);
  Program program(command({"train", "csv.yaml", "train.epochs=500"}), folder_.path());
  ASSERT_TRUE(program.wait_for("epoch 2/500"));
  program.send(SIGINT);
  ASSERT_EQ(program.finish().exit_code, 130);
  const auto before = read_text(folder_ / "runs/latest/split.csv");
  EXPECT_THAT(go_on({"train.epochs=2", "data.split.seed=5"}, 2),
              HasSubstr("the run was stopped within epoch"));
  EXPECT_EQ(read_text(folder_ / "runs/latest/split.csv"), before);
}

TEST_F(ResumeProgram, CountsClassesInTheSplitThatItTrainsOn) {
  const auto write = [&](const char* split_of_c) {
    std::string table = "path,label,split\n";
    for (int i = 0; i < 24; ++i) {
      const char* others = i % 4 == 0 ? "val" : i % 4 == 1 ? "test" : "train";
      table += cat(picture(i), ",", std::string(1, "abc"[i % 3]), ",",
                   i % 3 == 2 ? split_of_c : others, "\n");
    }
    write_text(folder_ / "set/labels.csv", table);
  };
  write("test");
  const auto unseen = HasSubstr("no training sample of c; it cannot be learned");
  const auto started = carica({"train", "csv.yaml", "train.epochs=1"});
  ASSERT_EQ(started.exit_code, 0) << started.err;
  EXPECT_THAT(started.err, unseen);
  write("train");
  EXPECT_THAT(go_on({"train.epochs=2"}), unseen);
}

TEST_F(ResumeProgram, KeepsOverridesWhenItDiesBeforeItsFirstSave) {
  write_table(0, 24);
  ASSERT_EQ(carica({"train", "csv.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  // Bad pictures end the epoch; the first gives the size of all.
  std::vector<std::string> trained;
  for (const auto& line : split(read_text(folder_ / "runs/latest/split.csv"), '\n')) {
    if (line.ends_with(",train")) trained.push_back(line.substr(0, line.find(',')));
  }
  trained.erase(trained.begin());
  for (const auto& name : trained) write_text(folder_ / "set" / name, "no picture");
  go_on({"train.epochs=2", "optim.lr=0.002"}, 3);
  for (const auto& name : trained) {
    std::filesystem::copy_file(papayas() / "images" / name, folder_ / "set" / name,
                               std::filesystem::copy_options::overwrite_existing);
  }
  EXPECT_THAT(go_on({}), HasSubstr("epoch 2/2"));
  EXPECT_THAT(read_text(folder_ / "runs/latest/config.resolved.yaml"), HasSubstr("lr: 0.002"));
}

TEST_F(ResumeProgram, RefusesWhatItsFilesWouldBelie) {
  write_table(0, 24);
  ASSERT_EQ(carica({"train", "csv.yaml", "--quiet"}).exit_code, 0);
  const auto before = read_text(folder_ / "runs/latest/config.resolved.yaml");
  EXPECT_THAT(go_on({"name=zzz"}, 2), HasSubstr("name = zzz: the run has small; must stay"));
  EXPECT_THAT(go_on({"run_dir=other"}, 2), HasSubstr("run_dir = other: the run has runs;"));
  EXPECT_THAT(go_on({"train.epochs=1"}, 2),
              HasSubstr("train.epochs = 1: the run has done 2; must be at least that many"));
  EXPECT_EQ(read_text(folder_ / "runs/latest/config.resolved.yaml"), before);
  go_on({"name=small", "train.epochs=2"});
}

TEST_F(ResumeProgram, NamesItsRunAsTheStartDid) {
  write_table(0, 24);
  const auto run_of = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--quiet", "--json"});
    return last_line(carica(words).out)["run"].get<std::string>();
  };
  const auto run = run_of({"train", "csv.yaml", "train.epochs=1"});
  EXPECT_EQ(run, "runs/classify/small");
  EXPECT_EQ(run_of({"train", "--resume", "runs/latest", "train.epochs=2"}), run);
  const auto whole = std::filesystem::canonical(folder_ / run).string();
  EXPECT_EQ(run_of({"train", "--resume", whole, "train.epochs=3"}), whole);
}

TEST_F(ResumeProgram, TakesNoConfig) {
  write_table(0, 24);
  EXPECT_THAT(go_on({"csv.yaml"}, 2),
              AllOf(HasSubstr("train --resume: csv.yaml: a run has its own config"),
                    HasSubstr("hint: carica train --resume runs/latest")));
}

TEST_F(ResumeProgram, GivesAnotherMonitorItsOwnMode) {
  write_table(0, 24);
  ASSERT_EQ(carica({"train", "csv.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  EXPECT_THAT(go_on({"train.epochs=2", "train.monitor=loss"}),
              AllOf(HasSubstr("train.monitor: top1 -> loss (min)"), HasSubstr("val_loss")));
  EXPECT_THAT(read_text(folder_ / "runs/latest/config.resolved.yaml"), HasSubstr("mode: min"));
}

}  // namespace
}  // namespace carica::test
