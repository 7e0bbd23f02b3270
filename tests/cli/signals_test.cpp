#include <algorithm>
#include <cstring>
#include <random>

#include "carica_program.h"
#include "data/images/image_io.h"
#include "last_line.h"

namespace carica::test {
namespace {

using testing::HasSubstr;

class Signals : public CaricaProgram {};

TEST_F(Signals, InterruptInTrainingSavesAndResumes) {
  Program program(command({"train", "classify.yaml", "train.epochs=500"}), folder_.path());
  ASSERT_TRUE(program.wait_for("epoch 2/500"));
  program.send(SIGINT);
  const auto result = program.finish();
  EXPECT_EQ(result.exit_code, 130) << result.err;
  EXPECT_THAT(result.err, HasSubstr("Go on with: carica train --resume"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "runs/classify/small/weights/last.safetensors"));
  const auto table = read_text(folder_ / "runs/latest/results.csv");
  const auto done = std::ranges::count(table, '\n') - 1;
  const auto resumed =
      carica({"train", "--resume", "runs/latest", "train.epochs=" + std::to_string(done + 1)});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_THAT(resumed.err, HasSubstr("resume: epoch"));
}

TEST_F(Signals, TerminateHasAnExitCodeOfItsOwn) {
  Program program(command({"train", "segment.yaml", "train.epochs=500"}), folder_.path());
  ASSERT_TRUE(program.wait_for("epoch 2/500"));
  program.send(SIGTERM);
  EXPECT_EQ(program.finish().exit_code, 75);
}

TEST_F(Signals, LostTerminalInTrainingSaves) {
  Program program(command({"train", "classify.yaml", "train.epochs=500"}), folder_.path());
  ASSERT_TRUE(program.wait_for("epoch 2/500"));
  program.send(SIGHUP);
  const auto result = program.finish();
  EXPECT_EQ(result.exit_code, 75) << result.err;
  EXPECT_THAT(result.err, HasSubstr("Go on with: carica train --resume"));
}

TEST_F(Signals, StopPredictionBetweenPictures) {
  ASSERT_EQ(carica({"train", "segment.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  std::filesystem::create_directory(folder_ / "many");
  for (int i = 0; i < 3000; ++i) {
    std::filesystem::create_symlink(papayas() / "images/0001.jpg",
                                    folder_ / "many" / (std::to_string(i) + ".jpg"));
  }
  Program program(command({"predict", "runs/latest", "many", "--json"}), folder_.path());
  while (!std::filesystem::exists(folder_ / "predictions/masks")) usleep(1000);
  program.send(SIGTERM);
  const auto result = program.finish();
  EXPECT_EQ(result.exit_code, 75) << result.err;
  EXPECT_EQ(last_line(result.out)["exit_code"], 75);
  EXPECT_THAT(result.err, HasSubstr("error: predict: stopped by a signal after "));
  const auto table = read_text(folder_ / "predictions/predictions.csv");
  EXPECT_TRUE(table.ends_with('\n'));
  std::ptrdiff_t masks = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "predictions/masks")) {
    EXPECT_EQ(data::read_picture(file.path(), {}).size.width, 32);
    ++masks;
  }
  EXPECT_LT(masks, 3000);
  EXPECT_EQ(std::ranges::count(table, '\n') - 1, masks);
}

TEST_F(Signals, SecondProcessInTheSameRunIsTurnedAway) {
  Program program(command({"train", "classify.yaml", "train.epochs=500"}), folder_.path());
  ASSERT_TRUE(program.wait_for("epoch 2/500"));
  const auto second = carica({"train", "--resume", "runs/classify/small"});
  EXPECT_EQ(second.exit_code, 6);
  EXPECT_THAT(second.err, HasSubstr("another process works in this run directory"));
  program.send(SIGINT);
  EXPECT_EQ(program.finish().exit_code, 130);
}

TEST_F(Signals, StopTheSelftestBetweenItsCases) {
  Program program(command({"selftest", "--device", "cpu"}), folder_.path());
  ASSERT_TRUE(program.wait_for_output("bce_in_bits"));
  program.send(SIGTERM);
  const auto result = program.finish();
  EXPECT_EQ(result.exit_code, 75);
  EXPECT_THAT(result.err, HasSubstr("error: selftest: stopped by a signal"));
}

TEST_F(Signals, StopBrowsingBetweenPictures) {
  const auto folder = folder_ / "large/one";
  std::filesystem::create_directories(folder);
  const data::Size size{2000, 2000};
  data::write_picture(folder / "0.png", {size, data::PixelBytes(2000 * 2000 * 3, 90)});
  for (int i = 1; i < 100; ++i) {
    std::filesystem::create_hard_link(folder / "0.png", folder / (std::to_string(i) + ".png"));
  }
  write_text(folder_ / "large.yaml",
             "task: classify\ndata: {format: image_folder, root: large, split: {train: 1, val: 0, "
             "test: 0}}\nmodel: {name: cnn}\n");
  Program program(command({"data", "browse", "large.yaml", "--per-class", "100"}), folder_.path());
  while (!std::filesystem::exists(folder_ / "browse")) usleep(1000);
  program.send(SIGINT);
  const auto result = program.finish();
  EXPECT_EQ(result.exit_code, 130) << result.out << result.err;
  EXPECT_THAT(result.err, HasSubstr("error: data browse: stopped by a signal"));
}

class SlowKill : public CaricaProgram,
                 public testing::WithParamInterface<std::tuple<const char*, int>> {
 protected:
  static constexpr int kKills = 50;

  static std::vector<std::string> train(const std::string& runs) {
    const auto [task, workers] = GetParam();
    return {"train",
            std::string(task) + ".yaml",
            "run_dir=" + runs,
            "loader.workers=" + std::to_string(workers),
            "transforms.train=[{RandomCrop: {size: 32, padding: 4}}, RandomHorizontalFlip, "
            "{ColorJitter: {brightness: 0.3, hue: 0.1}}, Normalize]",
            "train.epochs=40",
            "train.save_every=1",
            "train.ema.decay=0.9",
            "train.threads=1",
            "report.figures=false",
            "report.tensorboard=false"};
  }

  // Kills without warning within 60 ms of a start: a step and its save take about 20 ms. Returns
  // how often a file was being written.
  int kill_often() {
    int within_a_save = 0;
    std::minstd_rand random(1);
    for (int kills = 0; kills < kKills; ++kills) {
      const bool begun =
          std::filesystem::exists(folder_ / "killed/latest/weights/last.safetensors");
      Program program(command(begun ? std::vector<std::string>{"train", "--resume", "killed/latest"}
                                    : train("killed")),
                      folder_.path());
      EXPECT_TRUE(program.wait_for(begun ? "resume: epoch" : "epoch 1/40"));
      usleep(static_cast<useconds_t>(random() % 60000));
      program.send(SIGKILL);
      EXPECT_EQ(program.finish().exit_code, 128 + SIGKILL) << "the run is too short";
      for (const auto& file :
           std::filesystem::directory_iterator(folder_ / "killed/latest/weights"))
        within_a_save += file.path().extension() == ".tmp";
    }
    return within_a_save;
  }

  // What follows the header: configs in headers differ by run_dir.
  static std::string tensor_bytes(const std::filesystem::path& file) {
    const auto bytes = read_text(file);
    std::uint64_t header = 0;
    std::memcpy(&header, bytes.data(), sizeof header);
    return bytes.substr(sizeof header + header);
  }
};

TEST_P(SlowKill, EndsWithTheBitsOfAnUndisturbedRun) {
  ASSERT_EQ(carica(train("whole")).exit_code, 0);
  const int within_a_save = kill_often();
  RecordProperty("within_a_save", within_a_save);
  EXPECT_GE(within_a_save, 3);
  const auto last = carica({"train", "--resume", "killed/latest"});
  ASSERT_EQ(last.exit_code, 0) << last.err;
  const auto whole = std::filesystem::canonical(folder_ / "whole/latest");
  const auto killed = std::filesystem::canonical(folder_ / "killed/latest");
  EXPECT_EQ(read_text(whole / "metrics.jsonl"), read_text(killed / "metrics.jsonl"));
  EXPECT_EQ(tensor_bytes(whole / "weights/last.safetensors"),
            tensor_bytes(killed / "weights/last.safetensors"));
  EXPECT_EQ(tensor_bytes(whole / "weights/best.safetensors"),
            tensor_bytes(killed / "weights/best.safetensors"));
}

INSTANTIATE_TEST_SUITE_P(BothTasks, SlowKill,
                         testing::Combine(testing::Values("classify", "segment"),
                                          testing::Values(0, 1, 4)));

}  // namespace
}  // namespace carica::test
