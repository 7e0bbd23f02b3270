#include "carica_program.h"
#include "core/text.h"
#include "data/image_io.h"
#include "last_line.h"
#include "report/pictures.h"

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
class SeveralLabels : public Workflow {
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

TEST_F(Workflow, MasksShowTheClassesColorsAndKeepTheirIndices) {
  ASSERT_EQ(carica({"train", "segment.yaml", "--quiet"}).exit_code, 0);
  const auto picture = (papayas() / "images/0003.jpg").string();
  const auto predict = [&](const std::string& out, std::vector<std::string> more) {
    more.insert(more.begin(), {"predict", "runs/latest", picture, "--out", out});
    ASSERT_EQ(carica(more).exit_code, 0);
  };
  predict("colored", {});
  predict("grey", {"--grey-masks"});
  constexpr int kColorType = 25;  // place of the colour type in a PNG
  const auto file = folder_ / "colored/masks/0003.png";
  EXPECT_EQ(read_text(file)[kColorType], 3);
  EXPECT_EQ(read_text(folder_ / "grey/masks/0003.png")[kColorType], 0);
  const auto mask = data::read_mask(file);
  EXPECT_EQ(mask.values, data::read_mask(folder_ / "grey/masks/0003.png").values);
  auto colors = report::class_colors(3);
  colors[0] = {0, 0, 0};  // the background
  const auto shown = data::read_picture(file);
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      ASSERT_EQ(shown.pixels[3 * i + c], colors[mask.values[i]][c]);
    }
  }
}

TEST_F(Workflow, FilesOfAnEarlierPredictionAreCounted) {
  ASSERT_EQ(carica({"train", "segment.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  const auto picture = [](int i) { return (papayas() / cat("images/000", i, ".jpg")).string(); };
  const auto first =
      carica({"predict", "runs/latest", picture(1), picture(2), picture(3), "--overlay"});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.err, Not(HasSubstr("not of this call")));
  const auto again = carica({"predict", "runs/latest", picture(1), picture(2), picture(3)});
  EXPECT_THAT(again.err, HasSubstr("predictions: 3 files in overlays/ are not of this call"));
  std::filesystem::create_symlink("loop",
                                  folder_ / "predictions/masks/loop");  // counts for nothing
  const auto fewer =
      carica({"predict", "runs/latest", picture(1), picture(2), "--overlay", "--json"});
  EXPECT_EQ(fewer.exit_code, 0);
  EXPECT_THAT(fewer.err, HasSubstr("predictions: 1 file in masks/ and 1 file in overlays/ are not "
                                   "of this call"));
  EXPECT_EQ(last_line(fewer.out)["other_files"], 2);
}

TEST_F(Workflow, PicturesOfOneNameKeepTheirMasks) {
  ASSERT_EQ(carica({"train", "segment.yaml", "--quiet"}).exit_code, 0);
  for (const char* camera : {"a", "b"}) {
    std::filesystem::create_directories(folder_ / camera);
    std::filesystem::copy(papayas() / "images/0003.jpg", folder_ / camera / "x.jpg");
  }
  ASSERT_EQ(carica({"predict", "runs/latest", "a", "b/x.jpg"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "predictions/masks/a/x.png"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "predictions/masks/b/x.png"));
  // Names that are the same below the results' folder.
  ASSERT_EQ(carica({"predict", "runs/latest", "a/x.jpg",
                    "../" + folder_.path().filename().string() + "/a/x.jpg", "a/x.jpg"})
                .exit_code,
            0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "predictions/masks/a/x_2.png"));
}

TEST_F(Workflow, PredictionFollowsLinksToFolders) {
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  std::filesystem::create_directories(folder_ / "album");
  std::filesystem::create_directories(folder_ / "elsewhere");
  std::filesystem::copy(papayas() / "images/0003.jpg", folder_ / "elsewhere/x.jpg");
  std::filesystem::create_directory_symlink("../elsewhere", folder_ / "album/linked");
  const auto predicted = carica({"predict", "runs/latest", "album"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.err;
  EXPECT_THAT(read_text(folder_ / "predictions/predictions.csv"), HasSubstr("\nlinked/x.jpg,"));
  std::filesystem::create_directory_symlink(".", folder_ / "album/again");
  const auto circle = carica({"predict", "runs/latest", "album"});
  EXPECT_EQ(circle.exit_code, 3);
  EXPECT_THAT(circle.err, HasSubstr("hint: does a link lead in a circle?"));
}

TEST_F(Workflow, LinkedPicturesStayAsTheyAre) {
  ASSERT_EQ(carica({"train", "segment.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  std::filesystem::create_directories(folder_ / "original");
  std::filesystem::create_directories(folder_ / "links/val");
  std::filesystem::copy(papayas() / "images/0003.jpg", folder_ / "original/x.png");
  std::filesystem::create_symlink("../../original/x.png", folder_ / "links/val/y.png");
  const auto before = read_text(folder_ / "original/x.png");
  const auto predicted = carica({"predict", "runs/latest", "links", "--overlay", "--out", "out"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.err;
  EXPECT_EQ(read_text(folder_ / "original/x.png"), before);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out/masks/val/y.png"));
  // Nor are pictures written over that stand where masks would.
  std::filesystem::create_directories(folder_ / "in/masks");
  std::filesystem::copy(folder_ / "original/x.png", folder_ / "in/masks/x.png");
  const auto refused = carica({"predict", "runs/latest", "in/masks", "--out", "in"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("in/masks/x.png: is one of the pictures"));
  EXPECT_EQ(read_text(folder_ / "in/masks/x.png"), before);
}

TEST_F(Workflow, PicturesAreNamedAsGivenWhereSeveralThingsAre) {
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  for (const char* camera : {"a", "b"}) {
    std::filesystem::create_directories(folder_ / camera);
    std::filesystem::copy(papayas() / "images/0003.jpg", folder_ / camera / "x.jpg");
    std::filesystem::copy(papayas() / "images/0003.jpg", folder_ / camera / "._x.jpg");
  }
  ASSERT_EQ(carica({"predict", "runs/latest", "a", "b"}).exit_code, 0);
  const auto table = read_text(folder_ / "predictions/predictions.csv");
  EXPECT_THAT(table, HasSubstr("\na/x.jpg,"));
  EXPECT_THAT(table, HasSubstr("\nb/x.jpg,"));
  EXPECT_THAT(table, Not(HasSubstr("._x")));
}

TEST_F(Workflow, OverlaysHaveThePalettesColorsWithoutItsFile) {
  write_text(folder_ / "palette.yaml",
             "classes:\n  - {name: background, color: [0, 0, 0]}\n  - {name: unripe, color: [0, 0, "
             "255]}\n  - {name: ripe, color: [255, 0, 255]}\n");
  const auto trained =
      carica({"train", "segment.yaml", "data.mask.palette=palette.yaml", "--quiet"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  std::filesystem::remove(folder_ / "palette.yaml");
  const auto picture = (papayas() / "images/0003.jpg").string();
  const auto predicted = carica({"predict", "runs/latest", picture, "--overlay"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.err;
  const auto overlay = data::read_picture(folder_ / "predictions/overlays/0003.png");
  const auto mask = data::read_mask(folder_ / "predictions/masks/0003.png");
  int fruit = 0;
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    if (mask.values[i] == 0) continue;
    ++fruit;
    EXPECT_GE(overlay.pixels[3 * i + 2], 127);  // half of it is blue
  }
  EXPECT_GT(fruit, 0);
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

TEST_F(Workflow, ListsOfPicturesMayBeginWithAByteOrderMark) {
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  std::filesystem::copy(papayas() / "images", folder_ / "pictures");
  std::string list = "\xEF\xBB\xBF";
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "pictures")) {
    if (count++ < 2) list += "pictures/" + entry.path().filename().string() + "\r\n";
  }
  write_text(folder_ / "list.txt", list);
  const auto result = carica({"predict", "runs/latest", "list.txt", "--json", "--quiet"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(last_line(result.out)["pictures"], 2);
}

}  // namespace
}  // namespace carica::test
