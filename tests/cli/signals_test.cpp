#include <cstring>
#include <random>

#include "carica_program.h"

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
  const auto resumed = carica({"train", "--resume", "runs/latest", "train.epochs=3"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_THAT(resumed.err, HasSubstr("resume: epoch"));
}

TEST_F(Signals, TerminateHasAnExitCodeOfItsOwn) {
  Program program(command({"train", "segment.yaml", "train.epochs=500"}), folder_.path());
  ASSERT_TRUE(program.wait_for("epoch 2/500"));
  program.send(SIGTERM);
  EXPECT_EQ(program.finish().exit_code, 75);
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
