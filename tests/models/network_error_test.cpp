// Pictures that a network refuses, and how it says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"
#include "models/golden.h"
#include "models/unfilled.h"

namespace carica::models {
namespace {

using config::Task;
using testing::AllOf;
using testing::HasSubstr;

std::string refusal(Network& network, at::IntArrayRef shape) {
  torch::NoGradGuard no_grad;
  try {
    network.forward(torch::zeros(shape));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kShape);
    return error.what();
  }
  return "taken";
}

TEST(Pictures, OfAnotherNumberOfChannelsAreRefused) {
  const Unfilled unfilled;
  for (const auto& info : registry()) {
    const auto network = build(options_for(info.name, 2), info.task);
    EXPECT_THAT(refusal(*network, {2, 4, 224, 224}),
                AllOf(HasSubstr(info.name), HasSubstr("[2, 4, 224, 224]"),
                      HasSubstr("wants [N, 3, H, W]")));
    EXPECT_THAT(refusal(*network, {3, 224, 224}), HasSubstr("wants [N, 3, H, W]"));
    EXPECT_THAT(refusal(*network, {0, 3, 224, 224}), HasSubstr("none of them 0"));
  }
}

TEST(Pictures, OfAnotherSizeAreRefusedByTheSmallClassifier) {
  auto options = options_for("cnn", 2);
  options.height = 32;
  options.width = 64;
  const auto network = build(options, Task::kClassify);
  EXPECT_EQ(refusal(*network, {1, 3, 32, 64}), "taken");
  EXPECT_EQ(refusal(*network, {1, 3, 64, 32}),
            "cnn: got pictures of 32x64 px; it was built for 64x32");
}

TEST(Pictures, OfAnotherSizeAreRefusedByNetworksThatAreBuiltForOne) {
  const Unfilled unfilled;
  for (const auto* name : {"lenet5", "vit_b_16"}) {
    auto options = options_for(name, 2);
    options.height = options.width = 48;
    const auto network = build(options, Task::kClassify);
    EXPECT_EQ(refusal(*network, {1, 3, 48, 48}), "taken");
    EXPECT_THAT(refusal(*network, {1, 3, 48, 64}), HasSubstr("48"));
  }
}

TEST(Pictures, TooSmallAreRefusedByName) {
  const Unfilled unfilled;
  const auto check = [](const char* name, const char* stem, std::int64_t smallest) {
    auto options = options_for(name, 2);
    options.model.stem = stem;
    const auto network = build(options, Task::kClassify);
    EXPECT_EQ(refusal(*network, {2, 3, smallest, smallest}), "taken") << name;
    EXPECT_THAT(refusal(*network, {2, 3, smallest - 1, smallest}),
                AllOf(HasSubstr(name), HasSubstr("at least"), HasSubstr("x")))
        << name;
  };
  check("alexnet", "imagenet", 63);
  check("vgg13_bn", "imagenet", 32);
  check("densenet121", "imagenet", 29);
  check("densenet121", "cifar", 8);
  check("squeezenet1_1", "imagenet", 17);
  check("convnext_tiny", "imagenet", 32);
}

/// A single picture in training: refused, or one value per channel would be normalised.
TEST(Pictures, TooFewForBatchNormAreRefusedByEveryNetworkThatHasIt) {
  const Unfilled unfilled;
  for (const auto* name : {"densenet121", "mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0",
                           "shufflenet_v2_x1_0", "regnet_y_400mf"}) {
    for (const auto* stem : {"imagenet", "cifar"}) {
      auto options = options_for(name, 2);
      options.model.stem = stem;
      const auto network = build(options, Task::kClassify);
      // Whatever is taken is taken without an error of torch's own.
      int refused = 0;
      for (const std::int64_t side : {8, 17, 32, 33, 60, 61}) {
        if (std::string(name) == "densenet121" && std::string(stem) == "imagenet" && side < 29) {
          continue;
        }
        const auto answer = refusal(*network, {1, 3, side, side});
        refused += answer != "taken";
        if (side == 61) {
          EXPECT_EQ(answer, "taken") << name << " " << stem;
        }
      }
      EXPECT_GT(refused, 0) << name << " " << stem;
    }
  }
}

TEST(Pictures, TooFewForBatchNormAreRefusedInTraining) {
  const auto network = build(options_for("resnet18", 2), Task::kClassify);
  EXPECT_THAT(refusal(*network, {1, 3, 32, 32}),
              AllOf(HasSubstr("1 picture of 32x32 px"), HasSubstr("at least 2 pictures")));
  EXPECT_EQ(refusal(*network, {2, 3, 32, 32}), "taken");
  EXPECT_EQ(refusal(*network, {1, 3, 33, 32}), "taken");
  network->eval();
  EXPECT_EQ(refusal(*network, {1, 3, 32, 32}), "taken");
}

TEST(Pictures, OneAloneIsTakenInTrainingWhereAllNormsAreFrozen) {
  const Unfilled unfilled;
  for (const auto* name : {"resnet18", "deeplabv3_resnet50"}) {
    const auto info = std::ranges::find(registry(), name, &ModelInfo::name);
    const auto network = build(options_for(name, 2), info->task);
    const auto frozen = [&](bool all) {
      bool first = true;
      for (const auto& module : network->modules(/*include_self=*/false)) {
        if (!module->named_buffers(/*recurse=*/false).contains("running_mean")) continue;
        module->train(first && !all);
        first = false;
      }
    };
    frozen(false);
    EXPECT_THROW(network->check({1, 3, 32, 32}), Error) << name;
    EXPECT_NO_THROW(network->check({2, 3, 32, 32})) << name;
    frozen(true);
    EXPECT_NO_THROW(network->check({1, 3, 32, 32})) << name;
    EXPECT_EQ(refusal(*network, {1, 3, 32, 32}), "taken") << name;
  }
}

TEST(Pictures, AsSmallAsCifarsGoThroughEitherStem) {
  auto options = options_for("resnet18", 2);
  for (const auto* stem : {"imagenet", "cifar"}) {
    options.model.stem = stem;
    const auto network = build(options, Task::kClassify);
    EXPECT_EQ(refusal(*network, {2, 3, 32, 32}), "taken");
    EXPECT_EQ(refusal(*network, {2, 3, 1, 1}), "taken");
  }
}

}  // namespace
}  // namespace carica::models
