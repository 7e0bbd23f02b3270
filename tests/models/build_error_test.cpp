// What the table refuses to build, and how it says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/text.h"
#include "models/golden.h"
#include "models/unfilled.h"

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
                    HasSubstr("known: cnn, lenet5, alexnet, vgg11, "), HasSubstr("unet")));
  EXPECT_THAT(refusal(options_for("transformer", 10), Task::kClassify),
              AllOf(Not(HasSubstr("nearest")), HasSubstr("known: cnn")));
}

TEST(FindModel, SaysWhichTaskANetworkIsFor) {
  EXPECT_THAT(refusal(options_for("unet", 10), Task::kClassify),
              AllOf(HasSubstr("model.name = unet: is for task: segment"),
                    HasSubstr("for classify: cnn, lenet5, alexnet, vgg11, ")));
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
  const Unfilled unfilled;
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

TEST(Build, RefusesPicturesThatHaveNoPixelLeftInTheDeepestMap) {
  struct Case {
    const char *name, *stem;
    int smallest;
  };
  for (const auto& [name, stem, smallest] : {Case{"lenet5", "imagenet", 16},
                                             {"alexnet", "imagenet", 63},
                                             {"vgg11_bn", "imagenet", 32},
                                             {"densenet121", "imagenet", 29},
                                             {"densenet121", "cifar", 8},
                                             {"squeezenet1_1", "imagenet", 17},
                                             {"convnext_tiny", "imagenet", 32}}) {
    const Unfilled unfilled;
    auto options = options_for(name, 2);
    options.model.stem = stem;
    options.height = smallest;
    EXPECT_EQ(refusal(options, Task::kClassify), "built") << name;
    options.height = smallest - 1;
    EXPECT_THAT(refusal(options, Task::kClassify),
                AllOf(HasSubstr(cat("model.name = ", name)), HasSubstr("too small"),
                      HasSubstr(cat("at least ", smallest, "x", smallest))));
  }
}

TEST(Build, RefusesPicturesThatAreNoWholeNumberOfPatches) {
  const Unfilled unfilled;
  auto options = options_for("vit_b_16", 2);
  options.height = 230;
  EXPECT_THAT(refusal(options, Task::kClassify),
              AllOf(HasSubstr("224x230 px"), HasSubstr("multiples of 16")));
  options.height = 240;
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
                    HasSubstr("known: plain, resnet18, resnet34, resnet50, ")));
}

TEST(Build, RefusesWidthsThatMakeNoNetwork) {
  for (const auto& widths : {std::vector{32}, {32, 0}, {32, -1}, {32, 5000}, std::vector(9, 8)}) {
    auto options = options_for("unet", 10);
    options.model.widths = widths;
    EXPECT_THAT(refusal(options, Task::kSegment), HasSubstr("must be 2 to 8 numbers in [1, 4096]"));
  }
}

TEST(Build, RefusesADropoutThatLeavesNothing) {
  for (const double rate : {-0.1, 1.0, std::nan("")}) {
    auto options = options_for("efficientnet_b0", 10);
    options.model.dropout = rate;
    EXPECT_THAT(refusal(options, Task::kClassify),
                AllOf(HasSubstr("model.dropout = "), HasSubstr("must be in [0, 1)")));
    options.model.dropout.reset();
    options.model.drop_path = rate;
    EXPECT_THAT(refusal(options, Task::kClassify),
                AllOf(HasSubstr("model.drop_path = "), HasSubstr("must be in [0, 1)")));
  }
}

TEST(Build, TakesEveryKnobWhereTheNetworkHasOneOnly) {
  const Unfilled unfilled;
  std::vector<std::string> with_stem, with_drop_path;
  for (const auto& info : registry()) {
    auto options = options_for(info.name, 2);
    options.model.stem = "cifar";
    if (refusal(options, info.task) == "built") with_stem.push_back(info.name);
    options.model.stem = "imagenet";
    options.model.drop_path = 0.3;
    if (refusal(options, info.task) == "built") with_drop_path.push_back(info.name);
  }
  EXPECT_EQ(join(with_stem),
            "resnet18, resnet34, resnet50, resnet101, resnet152, resnext50_32x4d, "
            "resnext101_32x8d, wide_resnet50_2, densenet121, densenet169, mobilenet_v2, "
            "mobilenet_v3_small, mobilenet_v3_large, efficientnet_b0, efficientnet_b1, "
            "efficientnet_b2, efficientnet_b3, efficientnet_b4, shufflenet_v2_x1_0, "
            "regnet_y_400mf");
  EXPECT_EQ(join(with_drop_path),
            "efficientnet_b0, efficientnet_b1, efficientnet_b2, efficientnet_b3, "
            "efficientnet_b4, convnext_tiny, convnext_small");
}

TEST(Build, RefusesKeysThatHaveNoMeaningForTheNetwork) {
  auto options = options_for("resnet18", 10);
  options.model.encoder = "plain";
  EXPECT_THAT(refusal(options, Task::kClassify),
              HasSubstr("model.encoder: has no meaning for resnet18"));
  options = options_for("cnn", 10);
  options.model.stem = "cifar";
  EXPECT_THAT(refusal(options, Task::kClassify), HasSubstr("model.stem: has no meaning for cnn"));
  options = options_for("vgg16", 10);
  options.model.drop_path = 0.0;
  EXPECT_THAT(refusal(options, Task::kClassify),
              HasSubstr("model.drop_path: has no meaning for vgg16"));
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
