#include <gtest/gtest.h>

#include "small_runs.h"

namespace carica::test {
namespace {

// Weights after a small run.
checkpoint::NamedTensors trained(const config::Config& config,
                                 const std::filesystem::path& folder) {
  work_on_run(config, folder, [] { return false; });
  std::string reason;
  return checkpoint::load_last(folder / "weights", reason).model;
}

TEST(FusedLoss, TrainsToTheWeightsOfTorchsLoss) {
  const TempFolder folder;
  make_small_papayas(folder.path() / "data");
  for (const auto task : {config::Task::kClassify, config::Task::kSegment}) {
    auto config = small_config(task, folder.path() / "data", 1);
    config.optim.name = "sgd";
    config.optim.lr = 0.05;
    config.train.precision = "fp32";
    const auto name = task == config::Task::kClassify ? "classify" : "segment";
    const auto weights = [&](bool fused) {
      config.loss = {config::CrossEntropyLoss{
          .label_smoothing = 0.1, .class_weights = "inverse", .fused = fused}};
      return trained(config, folder.path() / "runs" / name / (fused ? "fused" : "torch"));
    };
    const auto ours = weights(true), torchs = weights(false);
    ASSERT_EQ(ours.size(), torchs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
      EXPECT_TRUE(torch::allclose(ours[i].second.to(torch::kDouble),
                                  torchs[i].second.to(torch::kDouble), 1e-4, 1e-5))
          << name << " " << ours[i].first << " off by "
          << (ours[i].second - torchs[i].second).abs().max();
    }
  }
}

}  // namespace
}  // namespace carica::test
