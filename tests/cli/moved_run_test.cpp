// Runs and data that are no longer where the training found them.
#include "carica_program.h"

namespace carica::test {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;

class MovedRun : public CaricaProgram {
 protected:
  // A trained run of class folders below train and val.
  void SetUp() override {
    CaricaProgram::SetUp();
    int i = 0;
    for (const auto& entry : fs::directory_iterator(papayas() / "images")) {
      const std::string kind = i % 2 == 0 ? "odd" : "even";
      const std::string split = i % 4 < 2 ? "train" : "val";
      fs::create_directories(folder_ / "pets" / split / kind);
      fs::copy(entry.path(), folder_ / "pets" / split / kind / entry.path().filename());
      ++i;
    }
    write_text(folder_ / "pets.yaml",
               "name: pets\ndevice: cpu\ndata:\n  format: image_folder\n  root: pets\n"
               "  train_dir: train\n  val_dir: val\nloader: {batch_size: 4, workers: 1}\n"
               "transforms: {train: [Normalize], eval: [Normalize]}\n"
               "model: {name: cnn}\ntrain: {epochs: 1}\neval: {splits: [val]}\n");
    ASSERT_EQ(carica({"train", "pets.yaml", "--quiet"}).exit_code, 0);
  }
};

TEST_F(MovedRun, SaysHowMovedDataAreNamed) {
  fs::rename(folder_ / "pets", folder_ / "animals");
  for (const char* command : {"eval", "analyze"}) {
    const auto result = carica({command, "runs/latest"});
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_THAT(result.err, HasSubstr("data.root = pets: no such folder"));
    EXPECT_THAT(result.err, HasSubstr("started elsewhere: --data FOLDER"));
  }
  EXPECT_EQ(carica({"eval", "runs/latest", "--data", "animals"}).exit_code, 0);
  const auto resumed = carica({"train", "--resume", "runs/latest", "train.epochs=2"});
  EXPECT_EQ(resumed.exit_code, 3);
  EXPECT_THAT(resumed.err, HasSubstr("started elsewhere: data.root=FOLDER"));
}

TEST_F(MovedRun, SaysHowOtherDataWithoutSplitFoldersAreRead) {
  const std::string other = "pets/train";
  const auto result = carica({"eval", "runs/latest", "--data", other, "--split", "all"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("hint: the run's data have folders of splits; where the "
                                    "classes lie directly in pets/train: data.train_dir=null "
                                    "data.val_dir=null data.test_dir=null"));
  const auto as_told = carica({"eval", "runs/latest", "--data", other, "--split", "all",
                               "data.train_dir=null", "data.val_dir=null", "data.test_dir=null"});
  EXPECT_EQ(as_told.exit_code, 0) << as_told.err;
}

TEST_F(MovedRun, LeavesALinkToNowhere) {
  fs::rename(folder_ / "runs/classify/pets", folder_ / "kept");
  const auto result = carica({"eval", "runs/latest"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, HasSubstr("runs/latest: leads to classify/pets, which is not there"));
  EXPECT_EQ(carica({"eval", "kept"}).exit_code, 0);
}

TEST_F(MovedRun, IsNoConfigButSaysWhereItsConfigIs) {
  const auto result = carica({"train", "runs/latest"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("runs/latest: is the folder of a run; must be a YAML file"));
  EXPECT_THAT(result.err, HasSubstr("carica train --resume runs/latest goes on with the run"));
}

TEST_F(MovedRun, ReportsItsSettings) {
  const auto page = read_text(folder_ / "runs/latest/report.html");
  EXPECT_THAT(page, HasSubstr("[\"optimizer\",\"adamw, learning rate 0.001\"]"));
  EXPECT_THAT(page, HasSubstr("[\"loss\",\"cross_entropy\"]"));
  EXPECT_THAT(page, HasSubstr("[\"batch size\",4]"));
}

}  // namespace
}  // namespace carica::test
