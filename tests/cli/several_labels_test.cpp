// Classifiers of pictures with any number of labels, from table to prediction.
#include "carica_program.h"
#include "data/images/image_io.h"
#include "last_line.h"

namespace carica::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class SeveralLabels : public CaricaProgram {
 protected:
  void SetUp() override {
    std::string table = "path,label\n";
    for (int i = 0; i < 48; ++i) {
      const bool red = i % 2 == 1, blue = i / 2 % 2 == 1;
      data::Picture picture{{16, 16}, data::PixelBytes(16 * 16 * 3, 30)};
      for (std::size_t p = 0; p < 16 * 16; ++p) {
        picture.pixels[3 * p] = static_cast<std::uint8_t>(red ? 200 + i : 20 + i);
        picture.pixels[3 * p + 2] = static_cast<std::uint8_t>(blue ? 200 + i : 20 + i);
      }
      const auto name = std::to_string(i) + ".png";
      data::write_picture(folder_ / name, picture);
      table += name + "," + (red ? blue ? "red|blue" : "red" : blue ? "blue" : "") + "\n";
    }
    write_text(folder_ / "labels.csv", table);
    write_text(folder_ / "labels.yaml",
               "task: classify\nname: small\ndevice: cpu\ndata: {format: csv, root: .}\n"
               "loader: {batch_size: 8, workers: 1}\ntransforms: {train: [Normalize], eval: "
               "[Normalize]}\nmodel: {name: cnn}\nloss: {bce: {}}\noptim: {lr: 0.005}\n"
               "train: {epochs: 12, log_every: 1}\neval: {splits: [test, train]}\n");
  }
};

TEST_F(SeveralLabels, AreLearnedEvaluatedAndPredicted) {
  const auto trained = carica({"train", "labels.yaml", "--json"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  EXPECT_THAT(trained.err, HasSubstr("data.labels: auto -> several"));
  EXPECT_THAT(trained.err, HasSubstr("train.monitor: auto -> map"));
  const auto test = last_line(trained.out)["test"];
  EXPECT_EQ(test["map"], 1);
  EXPECT_EQ(test["exact_match"], 1);
  EXPECT_FALSE(test.contains("top1"));
  EXPECT_EQ(test["per_class"][0]["name"], "blue");
  EXPECT_EQ(test["per_class"][0]["average_precision"], 1);
  const auto run = folder_ / "runs/classify/small";
  EXPECT_TRUE(std::filesystem::exists(run / "eval/test/average_precision.png"));
  EXPECT_FALSE(std::filesystem::exists(run / "eval/test/confusion.csv"));
  EXPECT_THAT(read_text(run / "eval/train/predictions.csv"),
              StartsWith("path,truth,labels,probability blue,probability red\n"));
  EXPECT_THAT(read_text(run / "results.csv"), HasSubstr("val_map"));
  EXPECT_THAT(read_text(run / "results.csv"), Not(HasSubstr("train_top1")));

  const auto predicted =
      carica({"predict", "runs/latest/weights/best.safetensors", "0.png", "7.png"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.err;
  EXPECT_THAT(read_text(folder_ / "predictions/predictions.csv"), HasSubstr("\n7.png,blue|red,"));
  EXPECT_THAT(read_text(folder_ / "predictions/predictions.csv"), HasSubstr("\n0.png,,"));
  const auto all = carica({"predict", "runs/latest/weights/best.safetensors", "0.png", "--set",
                           "eval.threshold=0", "--out", "all"});
  EXPECT_THAT(read_text(folder_ / "all/predictions.csv"), HasSubstr("\n0.png,blue|red,"));
}

TEST_F(SeveralLabels, GoOnAsIfThereHadBeenNoStop) {
  const auto train = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "train");
    words.insert(words.end(), {"schedule.name=constant", "--quiet"});
    const auto result = carica(words);
    ASSERT_EQ(result.exit_code, 0) << result.err;
  };
  train({"labels.yaml", "train.epochs=4", "name=whole"});
  train({"labels.yaml", "train.epochs=2", "name=parts"});
  train({"--resume", "runs/classify/parts", "train.epochs=4"});
  const auto metrics = read_text(folder_ / "runs/classify/whole/metrics.jsonl");
  EXPECT_THAT(metrics, HasSubstr("val_map"));
  EXPECT_EQ(read_text(folder_ / "runs/classify/parts/metrics.jsonl"), metrics);
}

TEST_F(SeveralLabels, AreAnalysedAndCompared) {
  for (const std::string name : {"one", "other"}) {
    const auto trained = carica({"train", "labels.yaml", "--quiet", "name=" + name,
                                 "train.epochs=2", name == "one" ? "optim.lr=1e-5" : "seed=2"});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    const auto analysed = carica({"analyze", "runs/classify/" + name, "--quiet", "--no-3d"});
    ASSERT_EQ(analysed.exit_code, 0) << analysed.err;
  }
  const auto run = folder_ / "runs/classify/one";
  for (const char* file :
       {"scores.json", "per_class.csv", "thresholds.csv", "co_occurrence.csv",
        "co_occurrence_truth.csv", "co_occurrence.png", "mistakes.csv", "mistakes.png",
        "chosen_mistakes.csv", "grad_cam.png", "calibration.png", "roc.png", "precision_recall.svg",
        "tsne_val_2d.png", "features/val.safetensors", "run.json"}) {
    EXPECT_TRUE(std::filesystem::exists(run / "analysis" / file)) << file;
  }
  const auto scores = nlohmann::json::parse(read_text(run / "analysis/scores.json"));
  const auto metrics = nlohmann::json::parse(read_text(run / "eval/test/metrics.json"));
  for (const char* key : {"map", "f1_macro", "f1_micro", "exact_match", "samples"}) {
    EXPECT_EQ(scores[key], metrics[key]) << key;
  }
  EXPECT_EQ(scores["thresholds"]["chosen_on"], "val");
  EXPECT_THAT(read_text(run / "analysis/thresholds.csv"),
              StartsWith("name,threshold,val_support,"));
  EXPECT_THAT(read_text(run / "analysis/tsne_val_2d.csv"),
              StartsWith("path,labels,predicted,x,y\n"));
  for (const char* part : {"\"label_mistakes\":", "\"co_occurrence\":", "\"label_sets\":",
                           "\"precision_recall\":", "\"chosen_on\":\"val\""}) {
    EXPECT_THAT(read_text(run / "report.html"), HasSubstr(part));
  }

  const auto compared =
      carica({"compare", "runs/classify/one", "runs/classify/other", "--out", "both"});
  ASSERT_EQ(compared.exit_code, 0) << compared.err;
  EXPECT_THAT(read_text(folder_ / "both/runs.csv"), HasSubstr("mean average precision"));
  EXPECT_THAT(
      read_text(folder_ / "both/per_class.csv"),
      StartsWith("class,average_precision of one,average_precision of other,f1 of one,f1 of"));
  EXPECT_THAT(read_text(folder_ / "both/tests.csv"), HasSubstr("\"macro F1, paired bootstrap\""));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "both/map.png"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "both/confusion_difference.csv"));

  write_text(folder_ / "single.yaml", config("classify", "cnn"));
  ASSERT_EQ(carica({"train", "single.yaml", "--quiet", "name=single"}).exit_code, 0);
  ASSERT_EQ(carica({"analyze", "runs/classify/single", "--quiet", "--no-3d"}).exit_code, 0);
  const auto mixed = carica({"compare", "runs/classify/one", "runs/classify/single"});
  EXPECT_EQ(mixed.exit_code, 2);
  EXPECT_THAT(mixed.err, HasSubstr("single has one label for each picture, not several as one"));
}

TEST_F(SeveralLabels, NeedALossThatTakesThem) {
  const auto result = carica({"train", "labels.yaml", "loss={cross_entropy: {}}"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err,
              HasSubstr("loss: cross_entropy takes one label, and samples have several"));
  EXPECT_THAT(result.err, HasSubstr("data.labels: one"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "runs"));
}

TEST_F(SeveralLabels, AreCounted) {
  const auto stats = carica({"data", "stats", "labels.yaml"});
  EXPECT_EQ(stats.exit_code, 0) << stats.err;
  EXPECT_THAT(stats.out, HasSubstr("blue"));
  const auto split = carica({"data", "split", "labels.yaml", "--out", "split.csv", "--json"});
  ASSERT_EQ(split.exit_code, 0) << split.err;
  const auto counts = last_line(split.out)["splits"]["train"]["counts"];
  EXPECT_GT(counts["blue"], 14);
  const auto again =
      carica({"data", "split", "labels.yaml", "data.split.file=split.csv", "--out", "again.csv"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(read_text(folder_ / "again.csv"), read_text(folder_ / "split.csv"));
  const auto packed = carica({"data", "pack", "labels.yaml", "--out", "shards"});
  ASSERT_EQ(packed.exit_code, 0) << packed.err;
  const auto checked = carica({"data", "check", "labels.yaml"});
  EXPECT_THAT(checked.exit_code, testing::AnyOf(0, 3)) << checked.err;
  const auto trained = carica({"train", "labels.yaml", "data.cache=shards", "data.shards=shards",
                               "train.epochs=1", "--quiet"});
  EXPECT_EQ(trained.exit_code, 0) << trained.err;
}

// What pack.json of a folder says of the size; `words` stand behind the config.

}  // namespace
}  // namespace carica::test
