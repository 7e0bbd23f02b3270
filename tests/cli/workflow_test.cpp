#include "carica_program.h"
#include "last_line.h"

namespace carica::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Workflow : public CaricaProgram {};

TEST_F(Workflow, ClassifierIsTrainedEvaluatedAndPredicts) {
  const auto trained = carica({"train", "classify.yaml", "--json"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const auto summary = last_line(trained.out);
  EXPECT_TRUE(summary["test"].contains("top1"));
  const auto run = folder_ / "runs/classify/small";
  for (const char* file :
       {"config.yaml", "config.resolved.yaml", "environment.json", "classes.json", "split.csv",
        "train.log", "metrics.jsonl", "results.csv", "weights/last.safetensors",
        "weights/best.safetensors", "eval/test/metrics.json", "eval/test/per_class.csv",
        "eval/test/confusion.csv", "eval/test/predictions.csv", "figures/loss.png",
        "figures/loss.svg", "eval/test/confusion.png"}) {
    EXPECT_TRUE(std::filesystem::exists(run / file)) << file;
  }
  const auto evaluated =
      carica({"eval", "runs/latest/weights/best.safetensors", "--split", "val", "--json"});
  ASSERT_EQ(evaluated.exit_code, 0) << evaluated.err;
  EXPECT_EQ(last_line(evaluated.out)["samples"], 4);

  const auto predicted = carica({"predict", "runs/latest/weights/best.safetensors",
                                 (papayas() / "images").string(), "--out", "predicted"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.err;
  const auto csv = read_text(folder_ / "predicted/predictions.csv");
  EXPECT_THAT(csv, StartsWith("path,label,probability,label_2,probability_2\n0000.jpg,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 41);
}

TEST_F(Workflow, SplitIsWrittenAndReadBack) {
  const auto written = carica({"data", "split", "classify.yaml", "data.split.stratified=false",
                               "data.split.group_by=(.)[.]jpg$", "--out", "split.csv", "--json"});
  ASSERT_EQ(written.exit_code, 0) << written.err;
  const auto summary = last_line(written.out);
  EXPECT_EQ(summary["splits"]["train"]["samples"], 28);
  EXPECT_EQ(summary["leaks"].size(), 0u);
  EXPECT_EQ(summary["out"], "split.csv");
  const auto table = read_text(folder_ / "split.csv");
  EXPECT_THAT(table, StartsWith("name,label,split\nimages/"));
  const auto again = carica({"data", "split", "classify.yaml", "data.split.file=split.csv",
                             "data.split.group_by=images/(..)", "--out", "again.csv"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(read_text(folder_ / "again.csv"), table);
  EXPECT_THAT(again.out, HasSubstr("train: 28 samples\n  not_sweet: "));
  EXPECT_THAT(again.err, HasSubstr("group 00 is in several splits: "));
}

TEST_F(Workflow, SegmenterWritesMasksAndOverlays) {
  ASSERT_EQ(carica({"train", "segment.yaml", "--quiet"}).exit_code, 0);
  const auto predicted =
      carica({"predict", "runs/latest/weights/best.safetensors",
              (papayas() / "images/000?.jpg").string(), "--overlay", "--out", "predicted"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.err;
  EXPECT_TRUE(std::filesystem::exists(folder_ / "predicted/masks/0003.png"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "predicted/overlays/0003.png"));
  EXPECT_THAT(read_text(folder_ / "predicted/predictions.csv"),
              StartsWith("path,mask,background,unripe,ripe\n"));
}

TEST_F(Workflow, EvaluationNeedsOnlyTheCheckpoint) {
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet"}).exit_code, 0);
  std::filesystem::copy(folder_ / "runs/classify/small/weights/best.safetensors",
                        folder_ / "alone.safetensors");
  std::filesystem::remove_all(folder_ / "runs");
  std::filesystem::remove(folder_ / "classify.yaml");
  const auto result = carica({"eval", "alone.safetensors"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("top1"));
}

TEST_F(Workflow, ResumingOnOtherSamplesWarns) {
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet"}).exit_code, 0);
  const auto same = carica({"train", "--resume", "runs/latest", "train.epochs=3"});
  EXPECT_EQ(same.exit_code, 0) << same.err;
  EXPECT_THAT(same.err, Not(HasSubstr("split.csv")));
  const auto other =
      carica({"train", "--resume", "runs/latest", "train.epochs=4", "data.split.seed=5"});
  EXPECT_EQ(other.exit_code, 0) << other.err;
  EXPECT_THAT(other.err, HasSubstr("the samples differ from the run's split.csv"));
}

}  // namespace
}  // namespace carica::test
