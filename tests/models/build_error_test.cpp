// What the table refuses to build, and how it says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "models/golden.h"

namespace carica::models {
namespace {

using config::Task;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string refusal(const BuildOptions& options, Task task) {
  try {
    build(options, task);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    return error.what();
  }
  return "built";
}

TEST(FindModel, NamesTheNearestAndAllKnownNetworksForAnUnknownOne) {
  EXPECT_THAT(refusal(options_for("resnet81", 10), Task::kClassify),
              AllOf(HasSubstr("model.name = resnet81: unknown"), HasSubstr("nearest: resnet18"),
                    HasSubstr("known: cnn, resnet18, resnet34, resnet50, unet")));
  EXPECT_THAT(refusal(options_for("transformer", 10), Task::kClassify),
              AllOf(Not(HasSubstr("nearest")), HasSubstr("known: cnn")));
}

TEST(FindModel, SaysWhichTaskANetworkIsFor) {
  EXPECT_THAT(refusal(options_for("unet", 10), Task::kClassify),
              AllOf(HasSubstr("model.name = unet: is for task: segment"),
                    HasSubstr("for classify: cnn, resnet18, resnet34, resnet50")));
  EXPECT_THAT(refusal(options_for("cnn", 10), Task::kSegment),
              AllOf(HasSubstr("is for task: classify"), HasSubstr("for segment: unet")));
}

TEST(FindModel, FindsEveryNetworkOfTheTable) {
  for (const auto& info : registry()) {
    EXPECT_EQ(&find_model(info.name, info.task), &info);
    EXPECT_FALSE(info.help.empty());
  }
}

TEST(Build, RefusesFewerThanOneOutputOrChannel) {
  for (const auto& info : registry()) {
    auto options = options_for(info.name, 0);
    EXPECT_THAT(refusal(options, info.task), HasSubstr(info.name + ": 0 outputs; at least 1"));
    options.outputs = -3;
    EXPECT_THAT(refusal(options, info.task), HasSubstr("-3 outputs; at least 1"));
    options.outputs = 2;
    options.in_channels = 0;
    EXPECT_THAT(refusal(options, info.task), HasSubstr("0 input channels; at least 1"));
  }
}

TEST(Build, RefusesPicturesThatTheSmallClassifierWouldPoolAway) {
  auto options = options_for("cnn", 10);
  options.height = 15;
  options.width = 64;
  EXPECT_THAT(refusal(options, Task::kClassify),
              AllOf(HasSubstr("64x15 px"), HasSubstr("at least 16x16")));
  options.height = 16;
  EXPECT_EQ(refusal(options, Task::kClassify), "built");
}

TEST(Build, NamesTheNearestStemAndEncoder) {
  auto options = options_for("resnet18", 10);
  options.model.stem = "cifr";
  EXPECT_THAT(refusal(options, Task::kClassify),
              AllOf(HasSubstr("model.stem = cifr: unknown"), HasSubstr("nearest: cifar"),
                    HasSubstr("known: imagenet, cifar")));
  options = options_for("unet", 10);
  options.model.encoder = "resnet43";
  EXPECT_THAT(refusal(options, Task::kSegment),
              AllOf(HasSubstr("model.encoder = resnet43: unknown"), HasSubstr("nearest: resnet34"),
                    HasSubstr("known: plain, resnet18, resnet34, resnet50, resnet101")));
}

TEST(Build, RefusesWidthsThatMakeNoNetwork) {
  for (const auto& widths : {std::vector{32}, {32, 0}, {32, -1}, {32, 5000}, std::vector(9, 8)}) {
    auto options = options_for("unet", 10);
    options.model.widths = widths;
    EXPECT_THAT(refusal(options, Task::kSegment), HasSubstr("must be 2 to 8 numbers in [1, 4096]"));
  }
}

TEST(Build, RefusesADropoutThatLeavesNothing) {
  for (const double dropout : {-0.1, 1.0, std::nan("")}) {
    auto options = options_for("resnet18", 10);
    options.model.dropout = dropout;
    EXPECT_THAT(refusal(options, Task::kClassify), HasSubstr("must be in [0, 1)"));
  }
}

TEST(Build, RefusesKeysThatHaveNoMeaningForTheNetwork) {
  auto options = options_for("resnet18", 10);
  options.model.encoder = "plain";
  EXPECT_THAT(refusal(options, Task::kClassify),
              HasSubstr("model.encoder: has no meaning for resnet18"));
  options = options_for("cnn", 10);
  options.model.stem = "cifar";
  EXPECT_THAT(refusal(options, Task::kClassify), HasSubstr("model.stem: has no meaning for cnn"));
  options = options_for("cnn", 10);
  options.model.widths = {8, 16};
  EXPECT_THAT(refusal(options, Task::kClassify), HasSubstr("model.widths: has no meaning for cnn"));
  options = options_for("unet", 10);
  options.model.dropout = 0.1;
  EXPECT_THAT(refusal(options, Task::kSegment),
              HasSubstr("model.dropout: has no meaning for unet"));
}

}  // namespace
}  // namespace carica::models
