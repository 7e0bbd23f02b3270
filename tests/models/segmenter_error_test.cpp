// What segmenters refuse, and how they say so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"
#include "models/segmenter_golden.h"

namespace carica::models {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string refusal(const BuildOptions& options) {
  const auto info = std::ranges::find(registry(), options.model.name, &ModelInfo::name);
  try {
    build(options, info->task);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    return error.what();
  }
  return "built";
}

std::string refusal(const std::string& name, const std::string& settings) {
  return refusal(segmenter_options(name, settings));
}

TEST(BuildSegmenter, RefusesKeysThatTheNetworkDoesNotHave) {
  EXPECT_THAT(refusal("segnet", "encoder=resnet18"),
              AllOf(HasSubstr("model.encoder: has no meaning for segnet"),
                    HasSubstr("unet, unetplusplus, linknet, fpn, pspnet and manet have one")));
  EXPECT_THAT(refusal("fcn_resnet50", "encoder=resnet18"), HasSubstr("has no meaning"));
  EXPECT_THAT(refusal("fpn", "widths=8,8,8,8,8"),
              AllOf(HasSubstr("model.widths: has no meaning for fpn"),
                    HasSubstr("unet, unetplusplus and manet have them")));
  EXPECT_THAT(refusal("unet", "aux=on"), AllOf(HasSubstr("model.aux: has no meaning for unet"),
                                               HasSubstr("fcn_* and deeplabv3_* have one")));
  EXPECT_THAT(refusal("deeplabv3plus_resnet50", "aux=off"), HasSubstr("model.aux: has no meaning"));
  EXPECT_THAT(refusal("deeplabv3_resnet50", "output_stride=16"),
              AllOf(HasSubstr("model.output_stride: has no meaning for deeplabv3_resnet50"),
                    HasSubstr("deeplabv3plus_* have one")));
  auto options = segmenter_options("linknet");
  options.model.aux_weight = 0.4;
  EXPECT_THAT(refusal(options), HasSubstr("model.aux_weight: has no meaning for linknet"));
  options = segmenter_options("manet");
  options.model.dropout = 0.1;
  EXPECT_THAT(refusal(options), HasSubstr("model.dropout: has no meaning for manet"));
  options.model.dropout = 0;
  EXPECT_THAT(refusal(options), HasSubstr("model.dropout: has no meaning for manet"));
}

TEST(BuildSegmenter, RefusesAWeightOfTheHeadThatIsOff) {
  auto options = segmenter_options("deeplabv3_mobilenet_v3_large", "aux=off");
  EXPECT_EQ(refusal(options), "built");
  options.model.aux_weight = 0.3;
  EXPECT_THAT(refusal(options), HasSubstr("model.aux_weight: excludes aux: off"));
}

TEST(BuildClassifier, RefusesTheKeysOfSegmenters) {
  EXPECT_THAT(refusal("resnet18", "aux=on"), HasSubstr("model.aux: has no meaning for resnet18"));
  EXPECT_THAT(refusal("cnn", "output_stride=8"),
              HasSubstr("model.output_stride: has no meaning for cnn"));
}

TEST(BuildSegmenter, RefusesOutputStridesOtherThan8And16) {
  EXPECT_THAT(refusal("deeplabv3plus_mobilenet", "output_stride=4"),
              HasSubstr("model.output_stride = 4: must be 8 or 16"));
}

TEST(BuildSegmenter, NamesTheNearestEncoderAndChoiceOfAux) {
  EXPECT_THAT(refusal("fpn", "encoder=resnet43"),
              AllOf(HasSubstr("model.encoder = resnet43: unknown; nearest: resnet34"),
                    HasSubstr("known: resnet18, resnet34")));
  EXPECT_THAT(refusal("manet", "encoder=plain"), HasSubstr("model.encoder = plain: unknown"));
  EXPECT_THAT(refusal("fcn_resnet50", "aux=offf"), HasSubstr("nearest: off"));
}

TEST(BuildSegmenter, RefusesWidthsThatAreNotFive) {
  EXPECT_THAT(refusal("unetplusplus", "widths=8,16"),
              HasSubstr("model.widths = [8, 16]: must be 5 numbers in [1, 4096]"));
  EXPECT_THAT(refusal("unet", "encoder=resnet18 widths=8,8,8,8,0"),
              HasSubstr("must be 5 numbers in [1, 4096]"));
}

std::string picture_refusal(const std::string& name, at::IntArrayRef shape) {
  torch::NoGradGuard no_grad;
  try {
    build_segmenter(segmenter_options(name))->forward(torch::zeros(shape));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kShape);
    return error.what();
  }
  return "taken";
}

TEST(SegmenterPictures, OneAloneIsRefusedInTrainingWhereWholePicturesAreAveraged) {
  for (const auto* name :
       {"deeplabv3_resnet50", "deeplabv3_mobilenet_v3_large", "deeplabv3plus_mobilenet"}) {
    EXPECT_THAT(picture_refusal(name, {1, 3, 64, 64}),
                AllOf(HasSubstr(name), HasSubstr("a training batch of 1 picture"),
                      HasSubstr("at least 2 pictures")));
    EXPECT_EQ(picture_refusal(name, {2, 3, 64, 64}), "taken");
  }
  for (const auto* name : {"fcn_resnet50", "pspnet", "lraspp_mobilenet_v3_large"}) {
    EXPECT_EQ(picture_refusal(name, {1, 3, 64, 64}), "taken") << name;
  }
}

TEST(SegmenterPictures, SmallerThanAnUnpaddedConvolutionAreRefused) {
  EXPECT_THAT(picture_refusal("deeplabv3plus_mobilenet", {2, 3, 64, 2}),
              HasSubstr("got pictures of 2x64 px; at least 3x3"));
  EXPECT_EQ(picture_refusal("deeplabv3plus_mobilenet", {2, 3, 3, 3}), "taken");
}

}  // namespace
}  // namespace carica::models
