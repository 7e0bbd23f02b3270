#include "optim/layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "optim/optimizer.h"

namespace carica::optim {
namespace {

using testing::ElementsAre;

NamedTensors named(const std::vector<std::pair<const char*, std::int64_t>>& parameters) {
  NamedTensors result;
  for (const auto& [name, dims] : parameters) {
    result.emplace_back(name,
                        torch::ones(std::vector<std::int64_t>(static_cast<std::size_t>(dims), 2)));
  }
  return result;
}

TEST(Layers, OfAResidualNetworkAreItsStemBlocksAndHead) {
  EXPECT_THAT(layers_of(named({{"conv1.weight", 4},
                               {"bn1.weight", 1},
                               {"bn1.bias", 1},
                               {"layer1.0.conv1.weight", 4},
                               {"layer1.0.bn1.weight", 1},
                               {"layer1.1.conv1.weight", 4},
                               {"layer2.0.downsample.0.weight", 4},
                               {"fc.weight", 2},
                               {"fc.bias", 1}})),
              ElementsAre(0, 0, 0, 1, 1, 2, 3, 4, 4));
}

TEST(Layers, OfATransformerAreItsStemEncoderLayersAndHead) {
  EXPECT_THAT(layers_of(named({{"class_token", 3},
                               {"conv_proj.weight", 4},
                               {"encoder.pos_embedding", 3},
                               {"encoder.layers.encoder_layer_0.ln_1.weight", 1},
                               {"encoder.layers.encoder_layer_0.mlp.0.weight", 2},
                               {"encoder.layers.encoder_layer_1.mlp.0.weight", 2},
                               {"encoder.ln.weight", 1},
                               {"heads.head.weight", 2}})),
              ElementsAre(0, 0, 0, 1, 1, 2, 2, 3));
}

TEST(Layers, DecayTheRateFromTheHeadDown) {
  torch::nn::Module network;
  for (const char* name : {"a", "b", "c"}) network.register_parameter(name, torch::ones({2, 2}));
  config::OptimConfig config;
  config.layer_decay = 0.5;
  config.lr_scale = {{"^b$", 10}};
  std::vector<double> scales;
  for (const auto& group : parameter_groups(network, config)) scales.push_back(group.lr_scale);
  EXPECT_THAT(scales, ElementsAre(0.25, 5, 1));
}

}  // namespace
}  // namespace carica::optim
