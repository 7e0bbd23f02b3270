// The distributions that fresh segmenters are drawn from.
#include <gtest/gtest.h>

#include <cmath>

#include "models/segmenter_golden.h"

namespace carica::models {
namespace {

torch::OrderedDict<std::string, torch::Tensor> fresh(const std::string& name,
                                                     const std::string& settings = "") {
  torch::manual_seed(1);
  return build_segmenter(segmenter_options(name, settings))->named_parameters();
}

double fan_in(const torch::Tensor& w) { return static_cast<double>(w.size(1) * w[0][0].numel()); }
double fan_out(const torch::Tensor& w) { return static_cast<double>(w.size(0) * w[0][0].numel()); }

/// Five standard errors of a standard deviation of so many normals.
void expect_normal(const torch::Tensor& w, double variance) {
  const double count = static_cast<double>(w.numel());
  EXPECT_NEAR(w.std().item<double>() / std::sqrt(variance), 1, 5 / std::sqrt(2 * count));
  EXPECT_GT(w.abs().max().item<double>(), 2.5 * std::sqrt(variance));
}

void expect_uniform(const torch::Tensor& w, double bound) {
  EXPECT_LE(w.abs().max().item<double>(), (1 + 1e-6) * bound);
  EXPECT_NEAR(w.std().item<double>(), bound / std::sqrt(3.0), 0.02 * bound);
}

TEST(SegmenterInitialisation, OfVainFsHeadIsNormalByFanInAndItsBiasTorchs) {
  const auto p = fresh("deeplabv3plus_mobilenet");
  const auto& w = p["classifier.classifier.0.weight"];
  expect_normal(w, 2 / fan_in(w));
  const auto& pooled = p["classifier.aspp.convs.4.1.weight"];
  expect_normal(pooled, 2 / fan_in(pooled));
  const auto& bias = p["classifier.classifier.3.bias"];
  EXPECT_GT(bias.abs().max().item<double>(), 0);
  EXPECT_LE(bias.abs().max().item<double>(), 1 / std::sqrt(256.0));
  const auto& last = p["backbone.high_level_features.17.conv.2.weight"];
  expect_normal(last, 2 / fan_out(last));
}

TEST(SegmenterInitialisation, OfTorchvisionsHeadsIsTorchsOwn) {
  const auto p = fresh("deeplabv3_resnet50");
  for (const auto* name : {"classifier.0.convs.1.0.weight", "classifier.0.project.0.weight",
                           "classifier.1.weight", "aux_classifier.0.weight"}) {
    SCOPED_TRACE(name);
    expect_uniform(p[name], 1 / std::sqrt(fan_in(p[name])));
  }
  const auto& backbone = p["backbone.layer4.2.conv2.weight"];
  expect_normal(backbone, 2 / fan_out(backbone));
}

TEST(SegmenterInitialisation, OfDecodersIsUniformAndOfTransposedConvolutionsTorchsOwn) {
  const auto fpn = fresh("fpn", "encoder=resnet18");
  const auto& climb = fpn["decoder.seg_blocks.0.block.0.block.0.weight"];
  expect_uniform(climb, std::sqrt(6 / fan_in(climb)));
  EXPECT_EQ(fpn["decoder.p5.bias"].abs().max().item<double>(), 0);
  const auto linknet = fresh("linknet", "encoder=resnet18");
  const auto& up = linknet["decoder.blocks.0.block.1.0.weight"];
  expect_uniform(up, 1 / std::sqrt(fan_in(up)));
}

TEST(SegmenterInitialisation, OfClassifiersAsEncodersIsTheirs) {
  const auto zero = [](const torch::Tensor& t) { return t.abs().max().item<double>() == 0; };
  const auto vgg = fresh("unet", "encoder=vgg16_bn");
  expect_normal(vgg["encoder.features.40.weight"], 2 / fan_out(vgg["encoder.features.40.weight"]));
  EXPECT_TRUE(zero(vgg["encoder.features.40.bias"]));
  const auto dense = fresh("fpn", "encoder=densenet121");
  const auto& conv = dense["encoder.features.denseblock4.denselayer16.conv1.weight"];
  expect_normal(conv, 2 / fan_in(conv));
  const auto mobile = fresh("lraspp_mobilenet_v3_large");
  EXPECT_TRUE(zero(mobile["backbone.4.block.2.fc1.bias"]));
  const auto& squeeze = mobile["backbone.15.block.2.fc1.weight"];
  expect_normal(squeeze, 2 / fan_out(squeeze));
  const auto efficient = fresh("fpn", "encoder=efficientnet-b0");  // torch's own
  const auto& head = efficient["encoder._conv_head.weight"];
  expect_uniform(head, 1 / std::sqrt(fan_in(head)));
}

TEST(SegmenterInitialisation, OfSegNetIsNormalByFanOutWithoutBiases) {
  const auto p = fresh("segnet");
  for (const auto* name : {"encoder.features.40", "decoder.blocks.0.0.0"}) {
    const auto& w = p[std::string(name) + ".weight"];
    expect_normal(w, 2 / fan_out(w));
    EXPECT_EQ(p[std::string(name) + ".bias"].abs().max().item<double>(), 0) << name;
  }
}

}  // namespace
}  // namespace carica::models
