#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "carica_program.h"
#include "core/text.h"
#include "last_line.h"
#include "report/csv_table.h"

namespace carica::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// `carica analyze` and `carica compare` on runs of seconds.
class AnalyzeCommand : public CaricaProgram {
 protected:
  std::string train(const std::string& config, const std::string& name,
                    std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"train", config, "--quiet", "name=" + name};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = carica(words);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return "runs/" + std::string(config == "segment.yaml" ? "segment/" : "classify/") + name;
  }
  std::string text(const std::string& file) const {
    std::ifstream in(folder_ / file);
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
  }
  std::set<std::string> files_below(const std::string& place) const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / place)) {
      if (entry.is_regular_file()) {
        names.insert(entry.path().lexically_relative(folder_ / place).string());
      }
    }
    return names;
  }
};

TEST_F(AnalyzeCommand, OfAClassifierWritesFiguresTablesAndOneReport) {
  const auto run = train("classify.yaml", "one");
  const auto result = carica({"analyze", run, "--quiet", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(last_line(result.out)["report"], run + "/report.html");
  for (const char* file :
       {"scores.json", "per_class.csv", "mistakes.csv", "confused_pairs.csv", "confusion.csv",
        "overfitting.txt", "run.json", "calibration.png", "roc.png", "tsne_train_2d.png",
        "tsne_val_2d.csv", "tsne_val_3d.png", "pca_val_2d.png", "features/train.safetensors",
        "features/test.safetensors"}) {
    EXPECT_GT(std::filesystem::file_size(folder_ / run / "analysis" / file), 0U) << file;
  }
  const auto page = text(run + "/report.html");
  EXPECT_THAT(page, HasSubstr("\"reliability\""));
  EXPECT_THAT(page, HasSubstr("data:image/jpeg;base64,"));
  EXPECT_THAT(page, Not(HasSubstr("src=\"http")));
  const auto scores = nlohmann::json::parse(text(run + "/analysis/scores.json"));
  const auto metrics = nlohmann::json::parse(text(run + "/eval/test/metrics.json"));
  EXPECT_EQ(scores["samples"], metrics["samples"]);
  EXPECT_DOUBLE_EQ(scores["top1"].get<double>(), metrics["top1"].get<double>());
  EXPECT_DOUBLE_EQ(scores["f1_weighted"].get<double>(), metrics["f1_weighted"].get<double>());
}

TEST_F(AnalyzeCommand, OfASegmenterLooksAtEachPicture) {
  const auto run = train("segment.yaml", "two");
  const auto result = carica({"analyze", run, "--quiet"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  for (const char* file : {"scores.json", "per_class.csv", "best_and_worst.csv", "ap.csv",
                           "pictures.csv", "failures.csv", "confusion.png", "classes.png"}) {
    EXPECT_GT(std::filesystem::file_size(folder_ / run / "analysis" / file), 0U) << file;
  }
  EXPECT_THAT(text(run + "/report.html"), HasSubstr("\"segmentation\""));
  const auto scores = nlohmann::json::parse(text(run + "/analysis/scores.json"));
  const auto metrics = nlohmann::json::parse(text(run + "/eval/test/metrics.json"));
  EXPECT_EQ(scores["pixels"], metrics["pixels"]);
  EXPECT_DOUBLE_EQ(scores["pooled"]["iou"].get<double>(), metrics["miou"].get<double>());
  EXPECT_THAT(text(run + "/analysis/per_class.csv"), HasSubstr(",boundary_iou,boundary_f1,"));
  for (const char* kind : {"pooled", "mean_of_pictures"}) {
    EXPECT_GT(scores[kind]["boundary_iou"], 0) << kind;
    EXPECT_LE(scores[kind]["boundary_f1"], 1) << kind;
  }
}

TEST_F(AnalyzeCommand, ComparesRunsOverTheSamePictures) {
  const auto one = train("classify.yaml", "one"),
             other = train("classify.yaml", "other", {"data.split.seed=7"});
  const auto too_early = carica({"compare", one, other});
  EXPECT_EQ(too_early.exit_code, 2);
  EXPECT_THAT(too_early.err, HasSubstr("was not analysed"));
  // Other pictures are in its test split.
  ASSERT_EQ(carica({"analyze", one, "--quiet", "--no-3d", "--split", "val"}).exit_code, 0);
  ASSERT_EQ(carica({"analyze", other, "--quiet", "--no-3d"}).exit_code, 0);
  const auto splits = carica({"compare", one, other});
  EXPECT_EQ(splits.exit_code, 2);
  EXPECT_THAT(splits.err, HasSubstr("other was analysed on test, not on val as one"));
  const auto same = train("classify.yaml", "same",
                          {"optim.lr=0.01", "loss={cross_entropy: {label_smoothing: 0.1}}"});
  for (const auto& run : {one, same}) {
    ASSERT_EQ(carica({"analyze", run, "--quiet", "--no-3d"}).exit_code, 0);
  }
  const auto pictures = carica({"compare", one, other});
  EXPECT_EQ(pictures.exit_code, 2) << pictures.out;
  const auto good = carica({"compare", one, same, "--out", "both"});
  ASSERT_EQ(good.exit_code, 0) << good.err;
  for (const char* file : {"runs.csv", "per_class.csv", "overfitting.csv", "tests.csv", "loss.png",
                           "confusion_difference.csv", "shifts.csv", "report.html"}) {
    EXPECT_TRUE(std::filesystem::exists(folder_ / "both" / file)) << file;
  }
  EXPECT_THAT(text("both/tests.csv"), HasSubstr("McNemar"));
  for (const char* file : {"runs.csv", "per_class.csv", "overfitting.csv", "tests.csv"}) {
    const auto table = report::read_csv(FileSystem::real(), folder_ / "both" / file);
    EXPECT_FALSE(table.rows.empty()) << file;  // each as wide as the header
  }
  const auto curves = report::read_csv(FileSystem::real(), folder_ / "both/overfitting.csv");
  EXPECT_EQ(curves.header[4], "gap_at_end");
  EXPECT_NE(curves.rows[0].cells[4], "");
  EXPECT_EQ(curves.rows[1].cells[4], "");
  EXPECT_THAT(curves.rows[1].cells[5], HasSubstr("training has label smoothing"));
  EXPECT_EQ(carica({"compare", one}).exit_code, 2);
  // What an earlier comparison left does not stay beside other results.
  ASSERT_EQ(carica({"compare", one, other, "--across", "--out", "both"}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "both/tests.csv"));
}

TEST_F(AnalyzeCommand, TellsRunsOfOneConfigApart) {
  const auto one = train("classify.yaml", "one");
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet", "name=one", "seed=2"}).exit_code, 0);
  ASSERT_EQ(carica({"analyze", one, "--quiet", "--no-3d"}).exit_code, 0);
  // A folder of somebody's own keeps what is in it.
  std::filesystem::create_directories(folder_ / "elsewhere");
  write_text(folder_ / "elsewhere/classes.txt", "mine");
  ASSERT_EQ(carica({"analyze", one + "-2", "--quiet", "--no-3d", "--out", "elsewhere"}).exit_code,
            0);
  EXPECT_EQ(text("elsewhere/classes.txt"), "mine");
  const auto result = carica({"compare", one + "/analysis/", "elsewhere", "--out", "both"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, Not(HasSubstr("no curves")));
  const auto table = report::read_csv(FileSystem::real(), folder_ / "both/runs.csv");
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0].cells[0], "one");
  EXPECT_EQ(table.rows[1].cells[0], "one-2");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "both/loss.png"));
  EXPECT_THAT(text("both/centroid_distances.csv"), HasSubstr("path,truth,one: predicted,"));
}

TEST_F(AnalyzeCommand, ComparesSegmentersOverTheSamePictures) {
  const auto one = train("segment.yaml", "one"),
             same = train("segment.yaml", "same", {"optim.lr=0.01"}),
             other = train("segment.yaml", "other", {"data.split.seed=7"});
  for (const auto& run : {one, same, other}) {
    ASSERT_EQ(carica({"analyze", run, "--quiet"}).exit_code, 0);
  }
  const auto good = carica({"compare", one, same, "--out", "both"});
  ASSERT_EQ(good.exit_code, 0) << good.err;
  EXPECT_THAT(text("both/tests.csv"), HasSubstr("mIoU, paired bootstrap"));
  EXPECT_EQ(report::read_csv(FileSystem::real(), folder_ / "both/tests.csv").rows.size(), 1U);
  const auto pictures = carica({"compare", one, other, "--out", "no"});
  EXPECT_EQ(pictures.exit_code, 2);
  EXPECT_THAT(pictures.err, HasSubstr("compare: one (first) and other (second): paired test"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "no"));
  EXPECT_EQ(carica({"compare", one, other, "--across", "--out", "no"}).exit_code, 0);
  std::filesystem::remove_all(folder_ / same / "analysis/counts");
  EXPECT_THAT(carica({"compare", one, same}).err, HasSubstr("carica analyze RUN"));
}

TEST_F(AnalyzeCommand, SaysWhichClassesATestSplitLacks) {
  // Of three classes the test split holds one.
  std::string rows = "path,label,split\n";
  for (int i = 0; i < 40; ++i) {
    const char* split = i % 4 == 3 ? "test" : i % 4 == 2 ? "val" : "train";
    const char* label = i % 4 == 3 || i % 3 == 0 ? "a" : i % 3 == 1 ? "b" : "c";
    rows += cat("images/00", i < 10 ? "0" : "", i, ".jpg,", label, ",", split, "\n");
  }
  write_text(papayas() / "lacking.csv", rows);
  const auto run = train("classify.yaml", "lacking", {"data.format=csv", "data.csv=lacking.csv"});
  const auto result = carica({"analyze", run, "--no-3d", "--quiet"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("warning: test: holds no sample of b, c; docs/metrics.md"));
  const auto scores = nlohmann::json::parse(text(run + "/analysis/scores.json"));
  EXPECT_TRUE(scores["roc_auc_macro"].is_null());  // one class: nothing to tell apart
  EXPECT_THAT(carica({"eval", run, "--quiet"}).err, HasSubstr("holds no sample of b, c"));
}

TEST_F(AnalyzeCommand, ThatFailsLeavesTheOneBefore) {
  const auto run = train(
      "segment.yaml", "one",
      {"data.split.test=0", "data.split.train=0.8", "data.split.val=0.2", "eval.splits=[val]"});
  ASSERT_EQ(carica({"analyze", run, "--split", "val", "--quiet"}).exit_code, 0);
  const auto failed = carica({"analyze", run, "--split", "test"});
  EXPECT_EQ(failed.exit_code, 3);
  EXPECT_THAT(failed.err, HasSubstr("has no test split"));
  for (const char* file : {"scores.json", "run.json", "confusion.png"}) {
    EXPECT_TRUE(std::filesystem::exists(folder_ / run / "analysis" / file)) << file;
  }
}

TEST_F(AnalyzeCommand, LeavesNothingOfAnAnalysisBeforeInItsFolder) {
  const auto classifier = train("classify.yaml", "one"), segmenter = train("segment.yaml", "two");
  const std::vector<std::string> whole = {"analyze", classifier, "--quiet",
                                          "--no-3d", "--embed",  "train"};
  const auto into = [](std::vector<std::string> words, const std::string& out) {
    words.insert(words.end(), {"--out", out});
    return words;
  };
  const std::vector<std::string> masks = {"analyze", segmenter, "--quiet"};
  ASSERT_EQ(carica(into(whole, "features")).exit_code, 0);
  ASSERT_EQ(carica(into(masks, "masks")).exit_code, 0);
  for (const auto& words : {whole, masks, whole}) {
    ASSERT_EQ(carica(into(words, "shared")).exit_code, 0);
  }
  EXPECT_EQ(files_below("shared"), files_below("features"));
  ASSERT_EQ(carica(into(masks, "shared")).exit_code, 0);
  EXPECT_EQ(files_below("shared"), files_below("masks"));
  // Features of the training split are of the run that wrote them.
  ASSERT_EQ(carica(into(whole, "shared")).exit_code, 0);
  ASSERT_EQ(
      carica({"analyze", classifier, "--quiet", "--no-3d", "--embed", "val", "--out", "shared"})
          .exit_code,
      0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "shared/features/train.safetensors"));
}

TEST_F(AnalyzeCommand, KeepsFilesThatItDidNotWrite) {
  const auto run = train("classify.yaml", "one");
  const std::vector<std::string> words = {"analyze", run, "--quiet", "--no-3d", "--out", "mine"};
  ASSERT_EQ(carica(words).exit_code, 0);
  const std::vector<std::string> own = {"classes.json", "pictures_of_mine.csv", "run_notes.txt",
                                        "mistakes_of_mine.png", "features/mine.safetensors"};
  for (const auto& file : own) write_text(folder_ / "mine" / file, "mine");
  ASSERT_EQ(carica(words).exit_code, 0);
  for (const auto& file : own) EXPECT_EQ(text("mine/" + file), "mine") << file;
}

TEST_F(AnalyzeCommand, RefusesFoldersOfAnotherKindForItsResults) {
  const auto run = train("classify.yaml", "one");
  const auto report = text(run + "/report.html");
  ASSERT_EQ(carica({"analyze", run, "--quiet", "--no-3d", "--out", "sheets"}).exit_code, 0);
  const auto refused = carica({"analyze", run, "--out", run});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("holds a run (config.resolved.yaml)"));
  for (const std::string& out : {run, std::string("sheets")}) {
    EXPECT_EQ(carica({"compare", "sheets", "sheets", "--out", out}).exit_code, 2) << out;
  }
  EXPECT_EQ(text(run + "/report.html"), report);
  EXPECT_TRUE(std::filesystem::exists(folder_ / run / "classes.json"));
  const auto twice = carica({"compare", "sheets", "sheets/", "--out", "both"});
  ASSERT_EQ(twice.exit_code, 0) << twice.err;
  EXPECT_THAT(twice.err, HasSubstr("warning: compare: sheets: given more than once"));
  EXPECT_EQ(carica({"analyze", run, "--out", "both"}).exit_code, 2);
}

TEST_F(AnalyzeCommand, NamesARunHoweverItIsGiven) {
  const auto run = train("classify.yaml", "one");
  for (const auto& given : {run + "/", std::string("runs/latest/"), std::string("runs/latest"),
                            std::string("runs/latest/weights/best.safetensors")}) {
    ASSERT_EQ(carica({"analyze", given, "--quiet", "--no-3d", "--embed", "val"}).exit_code, 0);
    EXPECT_EQ(nlohmann::json::parse(text(run + "/analysis/run.json"))["name"], "one") << given;
    EXPECT_THAT(text(run + "/report.html"), HasSubstr("<title>one")) << given;
  }
  // From within the run.
  for (const auto& [place, given] : {std::pair("", "."), std::pair("weights", "best.safetensors"),
                                     std::pair("", "weights/best.safetensors")}) {
    std::filesystem::remove(folder_ / run / "analysis/run.json");
    const auto result = run_program(
        command({"analyze", given, "--quiet", "--no-3d", "--embed", "val"}), folder_ / run / place);
    ASSERT_EQ(result.exit_code, 0) << given << result.err;
    EXPECT_EQ(nlohmann::json::parse(text(run + "/analysis/run.json"))["name"], "one") << given;
  }
}

TEST_F(AnalyzeCommand, IsNotComparedAfterTheWeightsHaveChanged) {
  const auto one = train("classify.yaml", "one"),
             other = train("classify.yaml", "other", {"optim.lr=0.01"});
  ASSERT_EQ(carica({"analyze", one, "--quiet", "--no-3d"}).exit_code, 0);
  ASSERT_EQ(carica({"analyze", one, "--quiet", "--no-3d", "--out", "elsewhere"}).exit_code, 0);
  ASSERT_EQ(carica({"analyze", other, "--quiet", "--no-3d"}).exit_code, 0);
  ASSERT_EQ(carica({"compare", one, "elsewhere", other}).exit_code, 0);
  // As if training had gone on.
  const auto best = folder_ / one / "weights/best.safetensors";
  std::filesystem::copy_file(folder_ / other / "weights/best.safetensors", best,
                             std::filesystem::copy_options::overwrite_existing);
  const auto stale = carica({"compare", one, other});
  EXPECT_EQ(stale.exit_code, 2);
  EXPECT_THAT(stale.err, HasSubstr(one + ": was analysed before " + one +
                                   "/weights/best.safetensors changed"));
  EXPECT_THAT(stale.err, HasSubstr("hint: carica analyze " + one + "\n"));
  const auto elsewhere = carica({"compare", other, "elsewhere"});
  EXPECT_EQ(elsewhere.exit_code, 2);
  EXPECT_THAT(elsewhere.err, HasSubstr("--out elsewhere"));
  ASSERT_EQ(carica({"analyze", one, "--quiet", "--no-3d"}).exit_code, 0);
  EXPECT_EQ(carica({"compare", one, other}).exit_code, 0);
  // Nor is one that was stopped.
  write_text(folder_ / one / "analysis/run.json", "{}\n");
  EXPECT_THAT(carica({"compare", one, other}).err, HasSubstr("its analysis was stopped"));
}

TEST_F(AnalyzeCommand, RefusesWhatIsNoRun) {
  EXPECT_EQ(carica({"analyze", "nowhere"}).exit_code, 2);
  EXPECT_EQ(carica({"analyze", "."}).exit_code, 2);
  EXPECT_EQ(carica({"analyze", ".", "--embed", "train,vall"}).exit_code, 2);
}

TEST_F(AnalyzeCommand, EvalOfAConfigIsARunWithoutTraining) {
  const auto run = train("classify.yaml", "one");
  const auto result = carica({"eval", "classify.yaml", "name=taken",
                              "model.weights=" + run + "/weights/best.safetensors", "--quiet"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(text("runs/classify/taken/eval/test/metrics.json"),
            text(run + "/eval/test/metrics.json"));
  EXPECT_EQ(carica({"eval", "classify.yaml"}).exit_code, 2);
  const auto missing =
      carica({"eval", "classify.yaml", "model.weights=" + run + "/weights/best.safetensors",
              "name=none", "data.split={train: 0.8, val: 0.2, test: 0}"});
  EXPECT_EQ(missing.exit_code, 3) << missing.err;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "runs/classify/none"));
}

TEST_F(AnalyzeCommand, WeightsOfMoreClassesCountTheOthersAsWrong) {
  const auto run = train("segment.yaml", "three");
  const std::string weights = "model.weights=" + run + "/weights/best.safetensors";
  const auto refused =
      carica({"train", "segment.yaml", "model.outputs=[background, unripe, ripe]"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("carica eval"));
  const auto order = carica({"eval", "segment.yaml", weights, "name=same", "--quiet",
                             "model.outputs=[background, unripe, ripe]"});
  ASSERT_EQ(order.exit_code, 0) << order.err;
  EXPECT_EQ(text("runs/segment/same/eval/test/metrics.json"),
            text(run + "/eval/test/metrics.json"));
}

}  // namespace
}  // namespace carica::test
