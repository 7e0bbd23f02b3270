#include "carica_program.h"
#include "core/text.h"
#include "core/version.h"
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
  const auto evaluated = carica({"eval", "runs/latest", "--split", "val", "--json"});
  ASSERT_EQ(evaluated.exit_code, 0) << evaluated.err;
  EXPECT_EQ(last_line(evaluated.out)["samples"], 4);
  // The numbers say what they were computed from.
  const auto of_test = nlohmann::json::parse(read_text(run / "eval/test/metrics.json"))["source"];
  auto of_val = last_line(evaluated.out)["source"];
  EXPECT_EQ(of_test["data"], papayas().string());
  EXPECT_EQ(of_test["split"], "test");
  EXPECT_EQ(of_test["checkpoint"], "weights/best.safetensors");
  EXPECT_EQ(of_test["weights"].get<std::string>().size(), 32u);
  EXPECT_EQ(of_test["carica"], kVersion);
  EXPECT_EQ(of_val["split"], "val");
  of_val["split"] = "test";
  EXPECT_EQ(of_val, of_test);

  const auto predicted = carica({"predict", "runs/latest/weights/best.safetensors",
                                 (papayas() / "images").string(), "--out", "predicted"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.err;
  const auto csv = read_text(folder_ / "predicted/predictions.csv");
  EXPECT_THAT(csv, StartsWith("path,label,probability,label_2,probability_2\n0000.jpg,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 41);
}

TEST_F(Workflow, OtherDataAreJudgedWholeAndBesideTheRunsOwn) {
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet"}).exit_code, 0);
  const auto run = folder_ / "runs/classify/small";
  const auto own = read_text(run / "eval/test/metrics.json");
  std::filesystem::copy(papayas(), folder_ / "others", std::filesystem::copy_options::recursive);
  const auto evaluated =
      carica({"eval", "runs/latest", "--data", "others/", "--split", "all", "--json"});
  ASSERT_EQ(evaluated.exit_code, 0) << evaluated.err;
  EXPECT_EQ(last_line(evaluated.out)["samples"], 40);
  EXPECT_EQ(last_line(evaluated.out)["source"]["data"], "others/");
  EXPECT_TRUE(std::filesystem::exists(run / "eval/all-others/metrics.json"));
  EXPECT_EQ(carica({"eval", "runs/latest", "--data", "others", "--quiet"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(run / "eval/test-others/metrics.json"));
  EXPECT_EQ(read_text(run / "eval/test/metrics.json"), own);
  EXPECT_EQ(carica({"eval", "runs/latest", "--split", "every"}).exit_code, 2);
}

TEST_F(Workflow, WithoutATestSplitIsJudgedByTheValidationSplit) {
  const auto trained = carica({"train", "classify.yaml", "data.split.test=0",
                               "data.split.train=0.8", "data.split.val=0.2", "--json"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  EXPECT_THAT(trained.err, HasSubstr("val is evaluated instead"));
  EXPECT_TRUE(last_line(trained.out)["val"].contains("top1"));
  const auto run = folder_ / "runs/classify/small";
  const auto metrics = read_text(run / "eval/val/metrics.json");
  std::filesystem::remove_all(run / "eval");
  const auto evaluated = carica({"eval", "runs/latest"});
  ASSERT_EQ(evaluated.exit_code, 0) << evaluated.err;
  EXPECT_THAT(evaluated.err, HasSubstr("val is taken"));
  EXPECT_EQ(read_text(run / "eval/val/metrics.json"), metrics);
}

// Labels that pictures of one colour each can teach: red, blue, both, none.
class PackedSize : public Workflow {
 protected:
  int short_side(const std::string& config, std::vector<std::string> words) {
    const std::string out = "shards" + std::to_string(++packs_);
    words.insert(words.begin(), {"data", "pack", config, "--out", out, "--json"});
    const auto packed = carica(words);
    EXPECT_EQ(packed.exit_code, 0) << packed.err;
    said_ = packed.err;
    const int side = last_line(packed.out)["short_side"];
    EXPECT_EQ(nlohmann::json::parse(read_text(folder_ / out / "pack.json"))["short_side"], side);
    return side;
  }

  std::string said_;
  int packs_ = 0;
};

TEST_F(PackedSize, IsThatOfTheFilesForSegmenters) {
  EXPECT_EQ(short_side("segment.yaml", {}), 0);
  EXPECT_EQ(short_side("segment.yaml", {"--short-side", "16"}), 16);
}

TEST_F(PackedSize, IsWhatTheTransformsOfAClassifierAskFor) {
  EXPECT_EQ(short_side("classify.yaml", {}), 256);
  const std::string larger = "transforms.eval=[{Resize: {size: 320}}, Normalize]";
  EXPECT_EQ(short_side("classify.yaml", {larger}), 320);
  EXPECT_EQ(short_side("classify.yaml", {larger, "--short-side", "100"}), 100);
  EXPECT_THAT(said_, HasSubstr("--short-side 100: the transforms ask for 320"));
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

TEST_F(Workflow, EvaluationNamesTheSplitsThereAre) {
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  const auto result = carica({"eval", "runs/latest", "--split", "nope"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err,
              HasSubstr("--split nope: no such split; must be train, val, test or all"));
}

TEST_F(Workflow, EvaluationTellsOfClassFoldersThatTheNetworkDoesNotKnow) {
  const auto put = [&](const std::string& folder) {
    std::filesystem::create_directories(folder_ / folder);
    for (const char* name : {"0003.jpg", "0004.jpg", "0005.jpg", "0006.jpg", "0007.jpg"}) {
      std::filesystem::copy(papayas() / "images" / name, folder_ / folder / name);
    }
  };
  for (const char* folder : {"known/a", "known/b", "other/a", "other/b", "other/c"}) put(folder);
  std::filesystem::create_directories(folder_ / "other/notes");
  const std::string folders = "data={format: image_folder, root: known}";
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet", "train.epochs=1", folders}).exit_code, 0);
  const auto other = carica({"eval", "runs/latest", "--data", "other", "--split", "all"});
  EXPECT_EQ(other.exit_code, 0) << other.err;
  EXPECT_THAT(other.err, HasSubstr("warning: other: 1 class folder is unknown to the network (c); "
                                   "their pictures are left out and not scored"));
  EXPECT_THAT(carica({"eval", "runs/latest"}).err, Not(HasSubstr("unknown to the network")));
  // data.classes has chosen among the folders.
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet", "train.epochs=1",
                    "data={format: image_folder, root: other, classes: [a, b]}"})
                .exit_code,
            0);
  EXPECT_THAT(carica({"eval", "runs/latest"}).err, Not(HasSubstr("unknown to the network")));
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

TEST_F(Workflow, WhatWasTrainedOnIsNotTestedOnAfterFilesWent) {
  std::filesystem::copy(papayas(), folder_ / "papaya", std::filesystem::copy_options::recursive);
  ASSERT_EQ(
      carica({"train", "classify.yaml", "--quiet", "train.epochs=1", "data.root=papaya"}).exit_code,
      0);
  // The table of papayas says what there is.
  auto labels = split(read_text(folder_ / "papaya/labels.csv"), '\n');
  labels.erase(labels.begin() + 2, labels.begin() + 6);
  write_text(folder_ / "papaya/labels.csv", join(labels, "\n"));
  const auto evaluated = carica({"eval", "runs/latest", "--out", "results"});
  ASSERT_EQ(evaluated.exit_code, 0) << evaluated.err;
  EXPECT_THAT(evaluated.err, HasSubstr("4 are gone, 0 are new; the others stay in their splits"));
  const auto table = read_text(folder_ / "runs/latest/split.csv");
  int tested = 0;
  for (const auto& line : split(read_text(folder_ / "results/predictions.csv"), '\n')) {
    if (!line.starts_with("images/")) continue;
    ++tested;
    const auto row = table.find("\n" + line.substr(0, line.find(',')) + ",");
    ASSERT_NE(row, std::string::npos) << line;
    EXPECT_THAT(table.substr(row + 1, table.find('\n', row + 1) - row - 1),
                testing::EndsWith(",test"));
  }
  EXPECT_GT(tested, 0);
  const auto classes = carica({"eval", "runs/latest", "data.classes=[a,b]"});
  EXPECT_EQ(classes.exit_code, 2);
  EXPECT_THAT(classes.err, HasSubstr("data.classes = a, b: the network's are"));
}

TEST_F(Workflow, GoingOnTakesOverridesToTheEndAndWritesThemDown) {
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  const auto resumed =
      carica({"train", "--resume", "runs/latest", "train.epochs=2", "eval.splits=[val]"});
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_TRUE(std::filesystem::exists(folder_ / "runs/latest/eval/val/metrics.json"));
  EXPECT_THAT(read_text(folder_ / "runs/latest/config.resolved.yaml"), HasSubstr("epochs: 2"));
  EXPECT_THAT(read_text(folder_ / "runs/latest/config.yaml"),
              HasSubstr("gone on with:\n# train.epochs=2\n# eval.splits=[val]"));
  // What is refused is not written down.
  EXPECT_EQ(
      carica({"train", "--resume", "runs/latest", "train.epochs=3", "eval.top_k=3"}).exit_code, 2);
  EXPECT_THAT(read_text(folder_ / "runs/latest/config.resolved.yaml"), HasSubstr("epochs: 2"));
}

}  // namespace
}  // namespace carica::test
