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

class SlowKill : public CaricaProgram {
 protected:
  // Kills without warning at instants spread over a run that saves after every step (so that many
  // fall into a save), and goes on each time.
  void kill_and_resume(const std::string& config) {
    const std::vector<std::string> settings = {"train.epochs=6",       "train.save_every=1",
                                               "train.ema.decay=0.9",  "train.log_every=1",
                                               "report.figures=false", "report.tensorboard=false",
                                               "train.threads=1"};
    auto words = std::vector<std::string>{"train", config, "run_dir=whole"};
    words.insert(words.end(), settings.begin(), settings.end());
    ASSERT_EQ(carica(words).exit_code, 0);
    const auto whole = std::filesystem::canonical(folder_ / "whole/latest");

    words[2] = "run_dir=killed";
    int kills = 0;
    std::minstd_rand random(1);
    for (bool first = true; kills < 25; first = false) {
      Program program(
          command(first ? words : std::vector<std::string>{"train", "--resume", "killed/latest"}),
          folder_.path());
      if (!program.wait_for(first ? "epoch 1/6" : "resume: epoch")) break;  // it came to its end
      usleep(static_cast<useconds_t>(random() % 60000));
      program.send(SIGKILL);
      if (program.finish().exit_code == 0) break;
      ++kills;
    }
    EXPECT_GE(kills, 3);
    ASSERT_EQ(carica({"train", "--resume", "killed/latest"}).exit_code, 0);
    const auto killed = std::filesystem::canonical(folder_ / "killed/latest");
    EXPECT_EQ(read_text(whole / "metrics.jsonl"), read_text(killed / "metrics.jsonl"));
    EXPECT_EQ(tensor_bytes(whole / "weights/last.safetensors"),
              tensor_bytes(killed / "weights/last.safetensors"));
    EXPECT_EQ(tensor_bytes(whole / "weights/best.safetensors"),
              tensor_bytes(killed / "weights/best.safetensors"));
  }

  // What follows the header: configs in headers differ by run_dir.
  static std::string tensor_bytes(const std::filesystem::path& file) {
    const auto bytes = read_text(file);
    std::uint64_t header = 0;
    std::memcpy(&header, bytes.data(), sizeof header);
    return bytes.substr(sizeof header + header);
  }
};

TEST_F(SlowKill, ClassifierEndsWithTheBitsOfAnUndisturbedRun) { kill_and_resume("classify.yaml"); }

TEST_F(SlowKill, SegmenterEndsWithTheBitsOfAnUndisturbedRun) { kill_and_resume("segment.yaml"); }

}  // namespace
}  // namespace carica::test
