#include "optim/freeze.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn.h>

#include "core/error.h"

namespace carica::optim {
namespace {

using testing::HasSubstr;

struct Network : torch::nn::Module {
  Network() {
    conv = register_module("conv1", torch::nn::Conv2d(torch::nn::Conv2dOptions(3, 4, 1)));
    norm = register_module("bn1", torch::nn::BatchNorm2d(4));
    fc = register_module("fc", torch::nn::Linear(4, 2));
  }
  torch::Tensor forward(const torch::Tensor& x) {
    return fc->forward(norm->forward(conv->forward(x)).mean({2, 3}));
  }
  torch::nn::Conv2d conv{nullptr};
  torch::nn::BatchNorm2d norm{nullptr};
  torch::nn::Linear fc{nullptr};
};

std::string refusal(const config::FreezeConfig& config) {
  const auto shared = std::make_shared<Network>();
  Network& network = *shared;
  try {
    const Freeze freeze(network, config);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    return error.what();
  }
  return "";
}

TEST(Freeze, GivesNoGradientAndKeepsStatisticsUntilItsEpoch) {
  torch::manual_seed(1);
  const auto shared = std::make_shared<Network>();
  Network& network = *shared;
  Freeze freeze(network, {.names = {"^conv1\\.", "^bn1\\."}, .epochs = 2});
  EXPECT_EQ(freeze.count(), 12 + 4 + 4 + 4);
  const auto pictures = torch::randn({8, 3, 2, 2});
  for (int epoch = 0; epoch < 3; ++epoch) {
    SCOPED_TRACE(epoch);
    const bool frozen = epoch < 2;
    network.train();
    EXPECT_EQ(freeze.apply(epoch), epoch != 1);
    EXPECT_EQ(network.norm->is_training(), !frozen);
    network.forward(pictures).sum().backward();
    EXPECT_EQ(network.conv->weight.grad().defined(), !frozen);
    EXPECT_EQ(network.norm->weight.grad().defined(), !frozen);
    EXPECT_TRUE(network.fc->weight.grad().defined());
    EXPECT_EQ(network.norm->num_batches_tracked.item<int>(), frozen ? 0 : 1);
  }
}

TEST(Freeze, LastsToTheEndWithoutANumberOfEpochs) {
  const auto shared = std::make_shared<Network>();
  Network& network = *shared;
  Freeze freeze(network, {.names = {"conv1"}});
  freeze.apply(0);
  freeze.apply(1000);
  EXPECT_FALSE(network.conv->weight.requires_grad());
  EXPECT_TRUE(network.norm->is_training());  // its own parameters are trained
}

TEST(Freeze, OfNothingChangesNothing) {
  const auto shared = std::make_shared<Network>();
  Network& network = *shared;
  Freeze freeze(network, {});
  EXPECT_FALSE(freeze.apply(0));
  EXPECT_TRUE(network.conv->weight.requires_grad());
}

TEST(Freeze, RefusesPatternsWithoutEffectAndNetworksWithoutTraining) {
  EXPECT_THAT(refusal({.names = {"layer9"}}), HasSubstr("\"layer9\": matches no parameter"));
  EXPECT_THAT(refusal({.names = {"("}}), HasSubstr("\"(\" is malformed"));
  EXPECT_THAT(refusal({.names = {"conv1", "bn1", "fc"}}), HasSubstr("all parameters are frozen"));
}

TEST(Freeze, DoubtsANewHeadThatIsNeverTrained) {
  const auto network = std::make_shared<Network>();
  config::Config config;
  config.train.epochs = 4;
  config.model.head = "reinit";
  const auto doubt = [&](const std::vector<std::string>& names, int epochs) {
    config.train.freeze = {.names = names, .epochs = epochs};
    return doubt_of_heads(Freeze(*network, config.train.freeze), {"fc."}, config);
  };
  EXPECT_THAT(doubt({"fc"}, 0), HasSubstr("the head (fc.) is new"));
  EXPECT_THAT(doubt({"fc"}, 4), HasSubstr("never trained"));
  EXPECT_EQ(doubt({"fc"}, 3), "");
  EXPECT_EQ(doubt({"conv1"}, 0), "");
  config.model.head = "load";
  EXPECT_EQ(doubt({"fc"}, 0), "");
}

TEST(Freeze, CountsWhatTheNetworkItselfHasFrozenAsNotLeftToTrain) {
  const auto network = std::make_shared<Network>();
  network->conv->weight.set_requires_grad(false);
  EXPECT_THROW(Freeze(*network, {.names = {"."}}), Error);
  EXPECT_NO_THROW(Freeze(*network, {.names = {"conv1", "bn1"}}));
}

}  // namespace
}  // namespace carica::optim
