#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn.h>

#include "core/error.h"
#include "optim/optimizer.h"

namespace carica::optim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A convolution, a norm and a head, named as in residual networks.
class Network : public torch::nn::Module {
 public:
  Network() {
    conv = register_module("conv1", torch::nn::Conv2d(torch::nn::Conv2dOptions(3, 4, 3)));
    norm = register_module("bn1", torch::nn::BatchNorm2d(4));
    fc = register_module("fc", torch::nn::Linear(4, 2));
  }
  torch::nn::Conv2d conv{nullptr};
  torch::nn::BatchNorm2d norm{nullptr};
  torch::nn::Linear fc{nullptr};
};

config::OptimConfig decaying() {
  config::OptimConfig config;
  config.weight_decay = 0.1;
  return config;
}

std::string refusal(const torch::nn::Module& network, const config::OptimConfig& config) {
  try {
    parameter_groups(network, config);
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kConfig);
    return e.what();
  }
  return "";
}

TEST(ParameterGroups, LeaveNormsAndBiasesWithoutDecay) {
  const auto groups = parameter_groups(Network(), decaying());
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_THAT(groups[0].names, ElementsAre("conv1.weight", "fc.weight"));
  EXPECT_EQ(groups[0].weight_decay, 0.1);
  EXPECT_THAT(groups[1].names, ElementsAre("conv1.bias", "bn1.weight", "bn1.bias", "fc.bias"));
  EXPECT_EQ(groups[1].weight_decay, 0);
}

/// What vit and convnext have beside weights and biases, with torchvision's names and shapes.
class Embedded : public torch::nn::Module {
 public:
  Embedded() {
    register_parameter("class_token", torch::ones({1, 1, 4}));
    register_parameter("pos_embedding", torch::ones({1, 5, 4}));
    register_parameter("layer_scale", torch::ones({4, 1, 1}));
    register_module("fc", torch::nn::Linear(1, 2));
  }
};

TEST(ParameterGroups, LeaveTokensEmbeddingsAndLayerScalesWithoutDecay) {
  const auto groups = parameter_groups(Embedded(), decaying());
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].weight_decay, 0);
  EXPECT_THAT(groups[0].names,
              ElementsAre("class_token", "pos_embedding", "layer_scale", "fc.bias"));
  EXPECT_THAT(groups[1].names, ElementsAre("fc.weight"));
}

TEST(ParameterGroups, AreOneWhenAllDecay) {
  auto config = decaying();
  config.no_decay_norm_bias = false;
  const auto groups = parameter_groups(Network(), config);
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].parameters.size(), 6U);
  EXPECT_EQ(groups[0].lr_scale, 1);
}

TEST(ParameterGroups, ScaleTheRateByTheFirstPatternThatMatches) {
  auto config = decaying();
  config.lr_scale = {{"^fc\\.", 10}, {"weight", 0.5}};  // "^" comes before letters
  double fc = 0, conv = 0, bias = 0;
  for (const auto& group : parameter_groups(Network(), config)) {
    for (const auto& name : group.names) {
      if (name == "fc.weight") fc = group.lr_scale;
      if (name == "conv1.weight") conv = group.lr_scale;
      if (name == "bn1.bias") bias = group.lr_scale;
    }
  }
  EXPECT_EQ(fc, 10);
  EXPECT_EQ(conv, 0.5);
  EXPECT_EQ(bias, 1);
}

TEST(ParameterGroups, RefusePatternsWithoutEffect) {
  auto with = [](std::map<std::string, double> lr_scale) {
    auto config = decaying();
    config.lr_scale = std::move(lr_scale);
    return config;
  };
  const Network network;
  EXPECT_THAT(refusal(network, with({{"layer9", 0.1}})),
              HasSubstr("\"layer9\": matches no trainable parameter"));
  EXPECT_THAT(refusal(network, with({{"conv", 0.1}, {"conv1", 0.2}})),
              HasSubstr("\"conv1\": an earlier pattern takes all"));
  EXPECT_THAT(refusal(network, with({{"(", 0.1}})), HasSubstr("\"(\" is malformed"));
  EXPECT_THAT(refusal(network, with({{"fc", -1}})), HasSubstr("\"fc\": -1"));
}

TEST(ParameterGroups, HoldTrainableParametersOnly) {
  const Network network;
  network.fc->weight.set_requires_grad(false);
  network.fc->bias.set_requires_grad(false);
  for (const auto& group : parameter_groups(network, decaying())) {
    for (const auto& name : group.names) EXPECT_THAT(name, testing::Not(HasSubstr("fc.")));
  }
  auto config = decaying();
  config.lr_scale = {{"fc", 0.1}};
  EXPECT_THAT(refusal(network, config), HasSubstr("matches no trainable parameter"));
  for (auto& parameter : network.parameters()) parameter.set_requires_grad(false);
  EXPECT_THAT(refusal(network, decaying()), HasSubstr("no trainable parameter"));
}

TEST(ParameterGroups, CountASharedParameterOnce) {
  torch::nn::Module network;
  const auto tensor = torch::randn({2, 2});
  network.register_parameter("first", tensor);
  network.register_parameter("second", tensor);
  const auto groups = parameter_groups(network, decaying());
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_THAT(groups[0].names, ElementsAre("first"));
}

}  // namespace
}  // namespace carica::optim
