#include "eval/network_profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/registry.h"

namespace carica::eval {
namespace {

NetworkProfile profile_of(const std::string& name, config::Task task, int outputs, int side,
                          const std::string& encoder = "") {
  models::BuildOptions options;
  options.model.name = name;
  options.model.encoder = encoder;
  options.outputs = outputs;
  options.height = options.width = side;
  const auto network = models::build(options, task);
  return profile_network(*network, 3, side, side);
}

// Expected: half of torch.utils.flop_counter's count on torchvision's and
// segmentation_models.pytorch's networks (torch 2.11).
TEST(NetworkProfile, CountsTheMultiplyAddsThatTorchCounts) {
  EXPECT_EQ(profile_of("resnet18", config::Task::kClassify, 1000, 224).multiply_adds,
            1'814'073'344);
  EXPECT_EQ(profile_of("unet", config::Task::kSegment, 21, 128, "resnet18").multiply_adds,
            1'396'703'232);
}

TEST(NetworkProfile, ListsLayersInTheirOrder) {
  const auto profile = profile_of("resnet18", config::Task::kClassify, 1000, 224);
  const auto& first = profile.layers.front();
  EXPECT_EQ(first.name, "conv1");
  EXPECT_EQ(first.kind, "Conv2d");
  EXPECT_THAT(first.output, testing::ElementsAre(64, 112, 112));
  EXPECT_EQ(first.parameters, 64 * 3 * 49);
  EXPECT_EQ(first.multiply_adds, 64 * 3 * 49 * 112 * 112);
  EXPECT_EQ(profile.layers[1].kind, "BatchNorm2d");
  EXPECT_EQ(profile.layers[1].name, "bn1");
  EXPECT_EQ(profile.layers.back().name, "fc");
  EXPECT_EQ(profile.layers.back().kind, "Linear");
  std::int64_t parameters = 0;
  for (const auto& layer : profile.layers) parameters += layer.parameters;
  EXPECT_EQ(parameters, profile.parameters);
  EXPECT_EQ(profile.parameters, 11'689'512);
}

// torch.autograd.graph.saved_tensors_hooks on torchvision's resnet18: 21,596,928 bytes for a
// picture, without weights and the picture itself.
TEST(NetworkProfile, MeasuresWhatTheBackwardPassKeeps) {
  const auto profile = profile_of("resnet18", config::Task::kClassify, 1000, 224);
  EXPECT_NEAR(static_cast<double>(profile.training_bytes), 21'596'928, 21'596'928 * 0.02);
  EXPECT_GT(profile.inference_bytes, 2 * 64 * 112 * 112 * 4 - 1);  // a convolution and its input
  EXPECT_LT(profile.inference_bytes, profile.training_bytes);
}

// torch.utils.flop_counter's halves on torchvision's networks are 1,814,073,344 for resnet18,
// 17,563,828,224 for vit_b_16 and so on; the table has what the program counts itself.
TEST(SlowNetworkProfile, OfEachNetworkIsWhatTheTableSays) {
  for (const auto& info : models::registry()) {
    const int outputs = info.task == config::Task::kClassify ? 1000 : 21;
    const auto profile = profile_of(info.name, info.task, outputs, info.size);
    EXPECT_EQ(profile.parameters, info.cost.parameters) << info.name;
    EXPECT_EQ(profile.multiply_adds, info.cost.multiply_adds) << info.name;
    EXPECT_EQ(profile.features, info.cost.features) << info.name;
  }
}

}  // namespace
}  // namespace carica::eval
