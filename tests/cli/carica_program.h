#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/generated/papaya.h"
#include "support/program.h"
#include "support/temp_folder.h"
#include "support/text_file.h"

namespace carica::test {

/// A folder with 40 generated papayas of 32x32 and configs of seconds, and the program to run in
/// it.
class CaricaProgram : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_ = std::make_unique<TempFolder>();
    data::PapayaOptions options;
    options.count = 40;
    options.size = {32, 32};
    data::make_papayas(options, *shared_ / "papaya", 2);
  }
  static void TearDownTestSuite() { shared_.reset(); }

  void SetUp() override {
    write_text(folder_ / "classify.yaml", config("classify", "cnn"));
    write_text(folder_ / "segment.yaml",
               config("segment", "unet") + "  encoder: plain\n  widths: [4, 8]\n");
  }

  static std::string config(const std::string& task, const std::string& model) {
    return "task: " + task +
           "\nname: small\ndevice: cpu\ndata:\n  format: papaya\n  root: " + papayas().string() +
           "\nloader: {batch_size: 4, workers: 1}\ntransforms:\n  train: [Normalize]\n  eval: "
           "[Normalize]\n"
           "train: {epochs: 2, log_every: 1}\nmodel:\n  name: " +
           model + "\n";
  }
  static std::filesystem::path papayas() { return *shared_ / "papaya"; }

  std::vector<std::string> command(std::vector<std::string> words) const {
    words.insert(words.begin(), CARICA_PROGRAM);
    return words;
  }
  Program::Result carica(const std::vector<std::string>& words) const {
    return run_program(command(words), folder_.path());
  }

  TempFolder folder_;
  static std::unique_ptr<TempFolder> shared_;
};

inline std::unique_ptr<TempFolder> CaricaProgram::shared_;

}  // namespace carica::test
