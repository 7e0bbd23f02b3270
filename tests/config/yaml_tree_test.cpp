#include "config/yaml_tree.h"

#include <chrono>
#include <string>

#include "problems_in.h"

namespace carica::test {
namespace {

using config::Node;
using testing::StartsWith;

Node tree_of(std::string_view yaml) {
  config::Problems problems;
  const auto source = std::make_shared<const config::Source>(config::Source{"x.yaml"});
  Node root = config::parse_yaml(yaml, source, problems);
  problems.throw_if_any();
  return root;
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

/// `depth` maps inside each other, in flow style.
std::string nested(int depth) { return repeated("{a: ", depth) + "1" + repeated("}", depth); }

TEST(YamlTree, KnowsWhereEverythingStands) {
  const Node root = tree_of("a: 1\nb:\n  - x\n  - {c: 'no'}\n");
  ASSERT_EQ(root.children.size(), 2u);
  EXPECT_EQ(root.find("a")->position.text(), "x.yaml:1:4");
  EXPECT_EQ(root.find("b")->key_position.text(), "x.yaml:2:1");
  const Node& map = root.find("b")->children[1];
  EXPECT_EQ(map.find("c")->position.text(), "x.yaml:4:9");
  EXPECT_EQ(map.find("c")->text, "no");
  EXPECT_TRUE(map.find("c")->quoted);
  EXPECT_FALSE(root.find("b")->children[0].quoted);
}

TEST(YamlTree, GivesNullForNothing) {
  EXPECT_EQ(tree_of("").kind, Node::Kind::kNull);
  EXPECT_EQ(tree_of("# only a comment\n").kind, Node::Kind::kNull);
  EXPECT_EQ(tree_of("---\n").kind, Node::Kind::kNull);
}

TEST(YamlTree, PlacesAMissingValueAtItsKey) {
  const Node root = tree_of("optim:\n\ntrain:\n  epochs: 3\n");
  EXPECT_EQ(root.find("optim")->kind, Node::Kind::kNull);
  EXPECT_EQ(root.find("optim")->position.text(), "x.yaml:1:1");
}

TEST(YamlTree, RefusesAnAliasBombAtItsFirstAnchor) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 1; j < 8; ++j) bomb += ", " + before;
    bomb += "]\n";
  }
  ASSERT_GT(bomb.size(), 380u);
  EXPECT_EQ(problems_in(bomb),
            "x.yaml:1:5: has the anchor \"a0\"; anchors and aliases are not allowed");
}

TEST(YamlTree, RefusesAliases) {
  EXPECT_EQ(problems_in("a: *b\n"),
            "x.yaml:1:4: has an alias; anchors and aliases are not allowed");
  EXPECT_EQ(problems_in("a: &a [*a]\n"),
            "x.yaml:1:4: has the anchor \"a\"; anchors and aliases are not allowed");
}

TEST(YamlTree, RefusesTags) {
  EXPECT_EQ(problems_in("name: !!python/object:os.system x\n"),
            "x.yaml:1:7: has the tag \"tag:yaml.org,2002:python/object:os.system\"; tags are not "
            "allowed");
  EXPECT_EQ(problems_in("data: !map {a: 1}\n"),
            "x.yaml:1:7: has the tag \"!map\"; tags are not allowed");
  EXPECT_EQ(problems_in("a: !list [1]\n"),
            "x.yaml:1:4: has the tag \"!list\"; tags are not allowed");
}

TEST(YamlTree, Allows32LevelsAndRefuses33) {
  EXPECT_NO_THROW(tree_of(nested(32)));
  EXPECT_EQ(problems_in(nested(33)),
            "x.yaml:1:129: is nested more than 32 levels deep; at most that many are allowed");
}

TEST(YamlTree, Allows4096ValuesAndRefusesMore) {
  const auto list = [](int items) { return "[" + repeated("1,", items) + "]"; };
  EXPECT_NO_THROW(tree_of(list(4095)));
  EXPECT_EQ(problems_in(list(4096)),
            "x.yaml:1:8192: has more than 4096 values; at most that many are allowed");
}

TEST(YamlTree, RefusesMoreThan256KiB) {
  EXPECT_EQ(problems_in(std::string(300 * 1024, '#')),
            "x.yaml: has 307200 bytes; must be at most 262144 (256 KiB)");
}

TEST(YamlTree, RefusesWhatIsNoText) {
  EXPECT_EQ(problems_in(std::string_view("name: a\0b\n", 10)),
            "x.yaml:1:8: has a NUL byte; must be text");
  EXPECT_EQ(problems_in("name: \"a\\0b\"\n"), "x.yaml:1:7: has a NUL byte; must be text");
  EXPECT_EQ(problems_in("# fine\nname: caf\xE9\n"),
            "x.yaml:2:10: is not valid UTF-8; must be text");
  EXPECT_EQ(problems_in("name: \xED\xA0\x80\n"), "x.yaml:1:7: is not valid UTF-8; must be text");
  EXPECT_EQ(problems_in("name: \x1B[31mred\n"),
            "x.yaml:1:7: has a control character; must be text");
  EXPECT_EQ(problems_in(std::string_view("\xFF\xFEn\0a\0", 6)),
            "x.yaml:1:1: is not valid UTF-8; must be text");
}

TEST(YamlTree, RefusesTabsThatIndent) {
  EXPECT_EQ(problems_in("data:\n\troot: x\n"),
            "x.yaml:2:1: a tab stands where spaces indent; must be spaces");
}

TEST(YamlTree, SaysWhereYamlIsBroken) {
  EXPECT_THAT(problems_in("name: [a\n"), StartsWith("x.yaml:2:1: is not YAML: "));
  EXPECT_THAT(problems_in("a: b: c\n"), StartsWith("x.yaml:1:5: is not YAML: "));
  EXPECT_EQ(problems_in("name: a\n---\nname: b\n"),
            "x.yaml:2:1: a second document begins; one is allowed");
}

TEST(YamlTree, RefusesAQuoteThatIsNotClosedOnItsLine) {
  const std::string found = "is not closed on its line; must end with ";
  // The quote of the last line would close it, and all between would be the root.
  EXPECT_EQ(problems_in("data:\n  root: \"/tmp/pets\ntrain: {epochs: 1}\nname: x\"\n"),
            "x.yaml:2:9: the quote of \"/tmp/pets " + found + "\"");
  EXPECT_EQ(problems_in("name: 'it''s\nrun_dir: x'\n"),
            "x.yaml:1:7: the quote of 'it''s " + found + "'");
  EXPECT_EQ(problems_in("\"name\nx\": a\n"), "x.yaml:1:1: the quote of \"name " + found + "\"");
  // Where the parser stumbles itself, it does so below.
  EXPECT_EQ(problems_in("data:\n  root: \"/tmp/pets\nloader: {batch_size: 4}\n"),
            "x.yaml:2:9: the quote of \"/tmp/pets " + found + "\"");
  EXPECT_EQ(problems_in("data:\n  root: \"/tmp/pets\nname: \"x\"\n"),
            "x.yaml:2:9: the quote of \"/tmp/pets " + found + "\"");
  EXPECT_EQ(problems_in("data: {classes: [cat, 'dog, emu]}\n"),
            "x.yaml:1:23: the quote of 'dog, emu]} " + found + "'");
}

TEST(YamlTree, TakesQuotesThatAreClosed) {
  EXPECT_EQ(tree_of("a: \"x \\\" y\"\n").find("a")->text, "x \" y");
  EXPECT_EQ(tree_of("a: 'it''s'\n").find("a")->text, "it's");
  EXPECT_EQ(tree_of("a: |\n  \"two\n  lines\n").find("a")->text, "\"two\nlines\n");
  EXPECT_EQ(tree_of("a: it's  # don't\nb: \"#\"\n").find("a")->text, "it's");
  EXPECT_THAT(problems_in("a: it's  # 'tis\nb: c-'d\ne: [f\n"),
              StartsWith("x.yaml:4:1: is not YAML: "));
}

TEST(YamlTree, RefusesKeysThatAreNoWords) {
  EXPECT_EQ(problems_in("? [a, b]\n: 1\n"),
            "x.yaml:1:3: a key is a list or a map, or a bracket stays open; must be a word");
  EXPECT_EQ(problems_in("~: 1\n"), "x.yaml:1:1: a key is empty or null; must be a word");
}

TEST(YamlTree, ReportsDuplicateKeysWithTheirPath) {
  EXPECT_EQ(problems_in("optim:\n  lr: 0.1\n  momentum: 0.5\n  lr: 0.2\n"),
            "x.yaml:4:3: optim.lr: duplicate key; it stands at line 2 already");
  EXPECT_EQ(
      problems_in("transforms:\n  train:\n    - RandomHorizontalFlip\n    - {Resize: {size: 3, "
                  "size: 4}}\n"),
      "x.yaml:4:26: transforms.train[1].Resize.size: duplicate key; it stands at line 4 "
      "already");
}

TEST(YamlTree, DoesNotDuplicateKeysAcrossSiblings) {
  EXPECT_EQ(problems_in("optim: {name: sgd}\nmodel: {name: cnn}\n"), "");
}

// Texts at the size limit that a parser might take quadratic time or deep recursion for.
TEST(YamlTree, AnswersHostileTextsSoon) {
  for (const std::string_view piece :
       {"[",   "{",   "- ",   "? ",      "a: ", "[a, ", "{a: ", "\"", "'",  "!",
        "&a ", "*a ", "|\n ", "- - -\n", "%",   "\n",   ": ",   "a",  "\\", "#"}) {
    const std::string text = repeated(piece, config::kMaxBytes / piece.size());
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_NO_FATAL_FAILURE(problems_in(text));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(seconds.count(), 5) << piece;
  }
}

TEST(YamlTree, AnswersThousandsOfUnknownKeysSoon) {
  std::string yaml;
  for (int i = 0; i < 4000; ++i) yaml += "batch_zise" + std::to_string(i) + ": 1\n";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(problems_in(yaml), testing::EndsWith("\n... and 3950 more"));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(seconds.count(), 5);
}

}  // namespace
}  // namespace carica::test
