#include <string>

#include "problems_in.h"
#include "support/temp_folder.h"
#include "support/text_file.h"

namespace carica::test {
namespace {

using config::Config;
using testing::ElementsAre;
using testing::EndsWith;
using testing::StartsWith;

class Inherit : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) { write_text(folder_ / name, text); }
  Config load(const std::string& name) { return config::load(folder_ / name); }
  /// The message, with the folder's path cut out.
  std::string problems(const std::string& name, const std::vector<std::string>& overrides = {}) {
    std::string message = problems_in_file(folder_ / name, overrides);
    const std::string prefix = folder_.path().string() + "/";
    for (auto at = message.find(prefix); at != std::string::npos; at = message.find(prefix)) {
      message.erase(at, prefix.size());
    }
    return message;
  }

  TempFolder folder_;
};

TEST_F(Inherit, MergesMapsAndReplacesLists) {
  write("base/a.yaml",
        "optim: {name: sgd, lr: 0.5}\neval: {splits: [train, val]}\n"
        "transforms: {train: [RandomHorizontalFlip, RandomVerticalFlip]}\n");
  write("b.yaml",
        "_base_: base/a.yaml\noptim: {lr: 0.25}\neval: {splits: [test]}\n"
        "transforms: {train: [RandomVerticalFlip: {p: 1}]}\n");
  const Config config = load("b.yaml");
  EXPECT_EQ(config.optim.name, "sgd");
  EXPECT_EQ(config.optim.lr, 0.25);
  EXPECT_THAT(config.eval.splits, ElementsAre("test"));
  EXPECT_EQ(config.transforms.train,
            std::vector<config::TransformOptions>{config::RandomVerticalFlip{1}});
}

TEST_F(Inherit, ReplacesTheLossAsAWhole) {
  write("a.yaml", "loss: {cross_entropy: {label_smoothing: 0.1}}\n");
  write("b.yaml", "_base_: a.yaml\nloss: {bce: {}}\n");
  EXPECT_EQ(load("b.yaml").loss, std::vector<config::LossTerm>{config::BceLoss{}});
  write("c.yaml", "_base_: a.yaml\nloss: {cross_entropy: {weight: 2}}\n");
  EXPECT_EQ(std::get<config::CrossEntropyLoss>(load("c.yaml").loss[0]).label_smoothing, 0);
}

TEST_F(Inherit, LetsTheLaterBaseWin) {
  write("a.yaml", "seed: 1\nname: a\n");
  write("b.yaml", "seed: 2\n");
  write("c.yaml", "_base_: [a.yaml, b.yaml]\n");
  EXPECT_EQ(load("c.yaml").seed, 2u);
  EXPECT_EQ(load("c.yaml").name, "a");
}

TEST_F(Inherit, GoesThroughSeveralFoldersRelativeToEachFile) {
  write("x/deep/a.yaml", "_base_: ../b.yaml\n");
  write("x/b.yaml", "_base_: c.yaml\n");
  write("x/c.yaml", "seed: 7\n");
  EXPECT_EQ(load("x/deep/a.yaml").seed, 7u);
}

TEST_F(Inherit, TakesPathsFromTheEnvironment) {
  setenv("CARICA_TEST_BASES", "x", 1);
  unsetenv("CARICA_TEST_UNSET");
  write("x/a.yaml", "seed: 7\n");
  write("b.yaml", "_base_: ${CARICA_TEST_BASES}/a.yaml\n");
  EXPECT_EQ(load("b.yaml").seed, 7u);
  write("c.yaml", "_base_: [\"${CARICA_TEST_BASES}/a.yaml\"]\n");
  EXPECT_EQ(load("c.yaml").seed, 7u);
  const std::string unset =
      ": the variable CARICA_TEST_UNSET is not set; set it or write ${CARICA_TEST_UNSET:-default}";
  write("d.yaml", "_base_: \"${CARICA_TEST_UNSET}\"\nseed: -1\n");
  EXPECT_THAT(problems("d.yaml"), StartsWith("d.yaml:1:9: _base_ = \"${CARICA_TEST_UNSET}\"" +
                                             unset + "\nd.yaml:2:7: "));
  write("e.yaml", "_base_: [b.yaml, \"${CARICA_TEST_UNSET}\"]\n");
  EXPECT_EQ(problems("e.yaml"), "e.yaml:1:18: _base_[1] = \"${CARICA_TEST_UNSET}\"" + unset);
  unsetenv("CARICA_TEST_BASES");
}

TEST_F(Inherit, TakesAnEmptySectionForNothing) {
  write("a.yaml", "optim: {lr: 0.5}\n");
  write("b.yaml", "_base_: a.yaml\noptim:\n  # lr: 0.1\n");
  EXPECT_EQ(load("b.yaml").optim.lr, 0.5);
}

TEST_F(Inherit, ResetsAValueByNull) {
  write("a.yaml", "model: {weights: w.safetensors}\n");
  write("b.yaml", "_base_: a.yaml\nmodel: {weights: null}\n");
  EXPECT_EQ(load("b.yaml").model.weights, "");
}

TEST_F(Inherit, NamesTheFileThatIsWrong) {
  write("base/a.yaml", "\noptim: {lr: -1}\n");
  write("b.yaml", "_base_: base/a.yaml\ntrain: {epochs: 0}\n");
  EXPECT_EQ(problems("b.yaml"),
            "base/a.yaml:2:13: optim.lr = -1: must be in (0, 10]\n"
            "b.yaml:2:17: train.epochs = 0: must be in [1, 100000]");
}

TEST_F(Inherit, RefusesCycles) {
  write("a.yaml", "_base_: b.yaml\n");
  write("b.yaml", "_base_: ./a.yaml\n");
  EXPECT_EQ(problems("a.yaml"),
            "b.yaml:1:9: _base_ = \"a.yaml\": includes itself; a file must not be its own base");
  write("c.yaml", "_base_: c.yaml\n");
  EXPECT_EQ(problems("c.yaml"),
            "c.yaml:1:9: _base_ = \"c.yaml\": includes itself; a file must not be its own base");
}

TEST_F(Inherit, RefusesABombOfBases) {
  for (int i = 0; i < 12; ++i) {
    const std::string next = std::to_string(i + 1) + ".yaml";
    write(std::to_string(i) + ".yaml", "_base_: [" + next + ", " + next + "]\n");
  }
  write("12.yaml", "seed: 1\n");
  EXPECT_THAT(problems("0.yaml"), EndsWith(": more than 64 files; at most that many"));
}

TEST_F(Inherit, RefusesWhatIsNoPath) {
  write("a.yaml", "_base_: {a: b}\n");
  EXPECT_EQ(problems("a.yaml"),
            "a.yaml:1:9: _base_ = {a: \"b\"}: must be a path or a list of paths");
  write("b.yaml", "data: {_base_: a.yaml}\n");
  EXPECT_EQ(problems("b.yaml"),
            "b.yaml:1:8: data._base_: unknown key; it is allowed at the top of a file only");
}

TEST_F(Inherit, IsNotAllowedInAText) {
  EXPECT_EQ(problems_in("_base_: /etc/passwd\n"),
            "x.yaml:1:1: _base_: unknown key; it is allowed at the top of a file only");
}

TEST_F(Inherit, SaysWhatIsMissing) {
  EXPECT_EQ(problems("nowhere.yaml"), "nowhere.yaml: no such file; must be a YAML file");
  std::filesystem::create_symlink("loop.yaml", folder_ / "loop.yaml");  // there, but not to be had
  EXPECT_EQ(problems("loop.yaml"), "loop.yaml: cannot open: Too many levels of symbolic links");
  write("a.yaml", "_base_: [b.yaml]\n");
  EXPECT_EQ(problems("a.yaml"),
            "a.yaml:1:10: _base_ = \"b.yaml\": no such file; must be a YAML file");
  std::filesystem::create_directory(folder_ / "folder");
  EXPECT_EQ(problems("folder"), "folder: is a folder; must be a YAML file");
  write("run/config.resolved.yaml", "name: run\n");
  EXPECT_EQ(problems("run"), "run: is the folder of a run; must be a YAML file");
}

TEST_F(Inherit, RefusesABigFile) {
  write("a.yaml", std::string(300 * 1024, '#'));
  EXPECT_EQ(problems("a.yaml"), "a.yaml: has 307200 bytes; must be at most 262144 (256 KiB)");
}

TEST_F(Inherit, AppliesOverridesLast) {
  write("a.yaml", "optim: {lr: 0.5}\n");
  write("b.yaml", "_base_: a.yaml\noptim: {lr: 0.25}\n");
  const std::vector<std::string> overrides = {"optim.lr=0.125"};
  EXPECT_EQ(config::load(folder_ / "b.yaml", overrides).optim.lr, 0.125);
  EXPECT_EQ(problems("b.yaml", {"optim.lr=-1", "train.epochs=0"}),
            "override 'optim.lr=-1': optim.lr = -1: must be in (0, 10]\n"
            "override 'train.epochs=0': train.epochs = 0: must be in [1, 100000]");
}

}  // namespace
}  // namespace carica::test
