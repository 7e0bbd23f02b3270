// Pictures that a network refuses, and how it says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "models/golden.h"

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
            "cnn: got pictures of 32x64 px; its head was built for 64x32");
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
