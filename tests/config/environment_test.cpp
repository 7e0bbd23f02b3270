#include <cstdlib>

#include "problems_in.h"

namespace carica::test {
namespace {

class Environment : public testing::Test {
 protected:
  void SetUp() override {
    setenv("CARICA_TEST_ROOT", "/data: [not yaml]", 1);
    setenv("CARICA_TEST_EMPTY", "", 1);
    unsetenv("CARICA_TEST_UNSET");
  }
  void TearDown() override {
    unsetenv("CARICA_TEST_ROOT");
    unsetenv("CARICA_TEST_EMPTY");
  }
  static std::string root(const std::string& text) {
    return config::parse("data: {root: \"" + text + "\"}", "x.yaml").data.root;
  }
};

TEST_F(Environment, StandsInForVariables) {
  EXPECT_EQ(root("${CARICA_TEST_ROOT}/x"), "/data: [not yaml]/x");
  EXPECT_EQ(root("a${CARICA_TEST_UNSET:-/b c}d${CARICA_TEST_UNSET:-}"), "a/b cd");
  EXPECT_EQ(root("${CARICA_TEST_EMPTY:-full}"), "full");
  EXPECT_EQ(root("${CARICA_TEST_EMPTY}"), "");
}

TEST_F(Environment, LeavesOtherDollarsAlone) {
  EXPECT_EQ(root("$HOME $ {x} $"), "$HOME $ {x} $");
  EXPECT_EQ(root("$${CARICA_TEST_ROOT} $${"), "${CARICA_TEST_ROOT} ${");
}

TEST_F(Environment, ATildeIsTheHomeFolder) {
  const std::string before = std::getenv("HOME") ? std::getenv("HOME") : "";
  setenv("HOME", "/home/tilda", 1);
  EXPECT_EQ(root("~/pets"), "/home/tilda/pets");
  EXPECT_EQ(root("${CARICA_TEST_UNSET:-~/pets}"), "/home/tilda/pets");
  EXPECT_EQ(root("~pets/~/x"), "~pets/~/x");
  EXPECT_EQ(
      config::parse("", "x.yaml", std::vector<std::string>{"model.weights=~/w.pth"}).model.weights,
      "/home/tilda/w.pth");
  EXPECT_EQ(config::parse("data: {classes: [~/a]}", "x.yaml").data.classes.at(0), "~/a");
  unsetenv("HOME");
  EXPECT_EQ(root("~/pets"), "~/pets");
  setenv("HOME", before.c_str(), 1);
}

TEST_F(Environment, GivesNumbersToo) {
  EXPECT_EQ(config::parse("optim:\n  lr: ${CARICA_TEST_UNSET:-0.5}\n", "x.yaml").optim.lr, 0.5);
  EXPECT_EQ(problems_in("optim:\n  lr: ${CARICA_TEST_ROOT}\n"),
            "x.yaml:2:7: optim.lr = \"/data: [not yaml]\": must be a number");
}

TEST_F(Environment, IsNeededWithoutDefault) {
  EXPECT_EQ(
      problems_in("data:\n  root: ${CARICA_TEST_UNSET}/x\n"),
      "x.yaml:2:9: data.root = \"${CARICA_TEST_UNSET}/x\": the variable CARICA_TEST_UNSET is not "
      "set; set it or write ${CARICA_TEST_UNSET:-default}");
}

TEST_F(Environment, RefusesBrokenReferences) {
  EXPECT_EQ(problems_in("name: ${OPEN\n"),
            "x.yaml:1:7: name = \"${OPEN\": ${ without }; must be ${NAME} or ${NAME:-default}");
  EXPECT_EQ(problems_in("name: ${a b}\n"),
            "x.yaml:1:7: name = \"${a b}\": ${a b} is no variable; must be ${NAME} or "
            "${NAME:-default}");
  setenv("CARICA_TEST_ROOT", "\xFF", 1);
  EXPECT_EQ(
      problems_in("name: ${CARICA_TEST_ROOT}\n"),
      "x.yaml:1:7: name = \"${CARICA_TEST_ROOT}\": the variable CARICA_TEST_ROOT is not valid "
      "UTF-8; must be text");
}

}  // namespace
}  // namespace carica::test
