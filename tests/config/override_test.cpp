#include "problems_in.h"

namespace carica::test {
namespace {

using config::Config;
using testing::ElementsAre;
using testing::StartsWith;

Config overridden(std::string_view yaml, const std::vector<std::string>& overrides) {
  return config::parse(yaml, "x.yaml", overrides);
}

TEST(Override, TakesScalarsListsAndMaps) {
  const Config config = overridden(
      "", {"optim.lr=1e-2", "eval.splits=[val, test]", "data.split={train: 0.5, val: 0.5, test: 0}",
           "name=with space", "data.root=a=b", "model.weights=", "loss=dice"});
  EXPECT_EQ(config.optim.lr, 1e-2);
  EXPECT_THAT(config.eval.splits, ElementsAre("val", "test"));
  EXPECT_EQ(config.data.split.val, 0.5);
  EXPECT_EQ(config.name, "with space");
  EXPECT_EQ(config.data.root, "a=b");
  EXPECT_EQ(config.model.weights, "");
  EXPECT_EQ(config.loss, std::vector<config::LossTerm>{config::DiceLoss{}});
}

TEST(Override, ReplacesWhatStandsAtThePath) {
  const Config config = overridden("optim: {lr: 0.5, momentum: 0.5}\nloss: {focal: {gamma: 3}}\n",
                                   {"optim.lr=0.25", "loss.focal.weight=2"});
  EXPECT_EQ(config.optim.lr, 0.25);
  EXPECT_EQ(config.optim.momentum, 0.5);
  EXPECT_EQ(config.loss, (std::vector<config::LossTerm>{config::FocalLoss{2, 3}}));
  EXPECT_EQ(overridden("optim: {lr_scale: {a: 1}}", {"optim.lr_scale={}"}).optim.lr_scale.size(),
            0u);
}

TEST(Override, ReachesItemsOfLists) {
  const char* yaml = "transforms:\n  train: [Resize: {size: 64}, RandomHorizontalFlip]\n";
  for (const char* path :
       {"transforms.train.0.Resize.size=32", "transforms.train[0].Resize.size=32"}) {
    const Config config = overridden(yaml, {path});
    EXPECT_THAT(std::get<config::Resize>(config.transforms.train[0]).size, ElementsAre(32)) << path;
  }
  EXPECT_EQ(
      problems_in(yaml, {"transforms.train.2.Resize.size=32"}),
      "override 'transforms.train.2.Resize.size=32': transforms.train has 2 items; there is no "
      "item 2");
}

TEST(Override, LetsTheLastOneWin) { EXPECT_EQ(overridden("", {"seed=1", "seed=2"}).seed, 2u); }

TEST(Override, NamesItselfInMessages) {
  EXPECT_EQ(problems_in("", {"optim.lr=fast"}),
            "override 'optim.lr=fast': optim.lr = \"fast\": must be a number");
  EXPECT_EQ(problems_in("", {"optim.rl=1"}),
            "override 'optim.rl=1': optim.rl: unknown key; did you "
            "mean lr?");
  EXPECT_EQ(problems_in("seed: x\n", {"train.epochs=0"}),
            "x.yaml:1:7: seed = \"x\": must be a whole number\n"
            "override 'train.epochs=0': train.epochs = 0: must be in [1, 100000]");
}

TEST(Override, RefusesWhatIsNoAssignment) {
  const std::string expected = "has no key and value; must be key.path=value";
  EXPECT_EQ(problems_in("", {"optim.lr"}), "override 'optim.lr': " + expected);
  EXPECT_EQ(problems_in("", {"=1"}), "override '=1': " + expected);
  EXPECT_THAT(problems_in("", {"name=[a"}),
              StartsWith("override 'name=[a': a key is a list or a map, or a bracket stays open"));
  EXPECT_THAT(problems_in("", {"name='a"}), StartsWith("override 'name='a': the quote of 'a is "));
  EXPECT_THAT(problems_in("", {"name=a: b: c"}),
              StartsWith("override 'name=a: b: c': is not YAML: "));
  EXPECT_EQ(problems_in("", {"name=&a b"}),
            "override 'name=&a b': has the anchor \"a\"; anchors and aliases are not allowed");
  EXPECT_EQ(problems_in("seed: 3\n", {"seed.x=1"}),
            "override 'seed.x=1': seed = 3: is no section; x cannot be set in it");
}

TEST(Override, KeepsMessagesPrintable) {
  EXPECT_THAT(problems_in("", {"se\x1B[2Jed"}), StartsWith("override 'se\\x1b[2Jed': "));
}

}  // namespace
}  // namespace carica::test
