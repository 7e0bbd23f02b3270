#include "carica_program.h"

namespace carica::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// What a run leaves and says, beyond its numbers.
class RunFiles : public CaricaProgram {
 protected:
  void SetUp() override {
    CaricaProgram::SetUp();
    write_text(folder_ / "based.yaml", "_base_: classify.yaml\nname: based\ntrain: {epochs: 1}\n");
  }
  std::filesystem::path run() const { return folder_ / "runs/classify/based"; }
};

TEST_F(RunFiles, SayHowTheRunIsRepeated) {
  ASSERT_EQ(carica({"train", "based.yaml", "--quiet"}).exit_code, 0);
  const auto given = read_text(run() / "config.yaml");
  EXPECT_THAT(given, StartsWith("# As it was given"));
  EXPECT_THAT(given, HasSubstr("\n_base_: classify.yaml\n"));
  const std::string first = given.substr(0, given.find('\n'));
  EXPECT_THAT(first, HasSubstr("config.resolved.yaml"));
  const auto again = carica({"train", (run() / "config.resolved.yaml").string(), "--quiet"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(read_text(folder_ / "runs/classify/based-2/metrics.jsonl"),
            read_text(run() / "metrics.jsonl"));
}

TEST_F(RunFiles, AreNamedAtTheEnd) {
  const auto result = carica({"train", "based.yaml"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("report: runs/classify/based/report.html"));
}

TEST_F(RunFiles, SayForHowManyValidationsAnEarlyStopHasWaited) {
  const auto result =
      carica({"train", "based.yaml", "train.epochs=9", "train.early_stop.patience=2",
              "train.early_stop.min_delta=9", "--quiet"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(read_text(run() / "train.log"),
              HasSubstr("early stop: no better value for 2 validations"));
}

TEST_F(RunFiles, HoldATopKShareThatIsNotPrinted) {
  const auto result = carica({"train", "based.yaml", "--quiet"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("top1"));
  EXPECT_THAT(result.out, Not(HasSubstr("top5")));  // of two classes
  EXPECT_THAT(read_text(run() / "eval/test/metrics.json"), HasSubstr("\"top5\": 1.0"));
}

}  // namespace
}  // namespace carica::test
