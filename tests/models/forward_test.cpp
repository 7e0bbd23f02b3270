// What holds for every network of the table.
#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>

#include "models/golden.h"
#include "models/stochastic_depth.h"
#include "models/unfilled.h"

namespace carica::models {
namespace {

/// bfloat16 autocast on the CPU while it lives.
class Autocast {
 public:
  Autocast() {
    at::autocast::set_autocast_enabled(at::kCPU, true);
    at::autocast::set_autocast_dtype(at::kCPU, torch::kBFloat16);
  }
  ~Autocast() {
    at::autocast::set_autocast_enabled(at::kCPU, false);
    at::autocast::clear_cache();
  }
};

void to_channels_last(Network& network) {
  for (auto& parameter : network.parameters()) {
    if (parameter.dim() == 4) {
      parameter.set_data(parameter.detach().contiguous(torch::MemoryFormat::ChannelsLast));
    }
  }
}

class EveryNetwork : public testing::TestWithParam<Golden> {
 protected:
  std::shared_ptr<Network> network_ = (torch::manual_seed(5), build_like(GetParam()));
  torch::Tensor pictures_ = torch::randn({2, 3, GetParam().side, GetParam().side});
};

TEST_P(EveryNetwork, SendsAGradientToEveryParameter) {
  network_->forward(pictures_).logits.square().mean().backward();
  for (const auto& item : network_->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().sum().item<double>(), 0) << item.key();
  }
}

TEST_P(EveryNetwork, UpdatesTheStatisticsOfEveryNormInTrainingOnly) {
  const auto statistics = [this] {
    std::vector<torch::Tensor> copies;
    for (const auto& buffer : network_->buffers()) copies.push_back(buffer.clone());
    return copies;
  };
  torch::NoGradGuard no_grad;
  const auto fresh = statistics();
  network_->forward(pictures_);
  const auto trained = statistics();
  network_->eval();
  network_->forward(pictures_);
  const auto evaluated = statistics();
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    EXPECT_FALSE(torch::equal(fresh[i], trained[i])) << i;
    EXPECT_TRUE(torch::equal(trained[i], evaluated[i])) << i;
  }
}

TEST_P(EveryNetwork, GivesTheSameLogitsInChannelsLast) {
  fill(*network_);  // fresh heads of some are little more than their bias
  network_->eval();
  torch::NoGradGuard no_grad;
  const auto expected = network_->forward(pictures_).logits;
  to_channels_last(*network_);
  const auto logits =
      network_->forward(pictures_.contiguous(torch::MemoryFormat::ChannelsLast)).logits;
  EXPECT_LT(((logits - expected).abs().max() / expected.abs().max()).item<double>(), 1e-4);
}

TEST_P(EveryNetwork, RunsInBfloat16AndChannelsLast) {
  network_->eval();  // batch statistics of so few values would amplify the rounding
  const auto expected = network_->forward(pictures_).logits.detach();
  to_channels_last(*network_);
  Autocast autocast;
  const auto logits =
      network_->forward(pictures_.contiguous(torch::MemoryFormat::ChannelsLast)).logits;
  EXPECT_EQ(logits.scalar_type(), torch::kBFloat16);
  EXPECT_EQ(logits.sizes(), expected.sizes());
  const auto error = (logits.detach().to(torch::kFloat32) - expected).norm() / expected.norm();
  EXPECT_LT(error.item<double>(), 0.1);

  network_->train();
  network_->forward(pictures_).logits.to(torch::kFloat32).square().mean().backward();
  for (const auto& parameter : network_->parameters()) {
    EXPECT_TRUE(parameter.grad().isfinite().all().item<bool>());
  }
}

TEST_P(EveryNetwork, NamesItsHead) {
  const auto parameters = network_->named_parameters();
  const auto outputs = GetParam().name.starts_with("unet") ? 11 : 10;
  int found = 0;
  for (const auto& item : parameters) {
    if (!item.key().starts_with(network_->head())) continue;
    EXPECT_EQ(item.value().size(0), outputs) << item.key();
    ++found;
  }
  EXPECT_EQ(found, 2);
}

/// One of each kind of layer: the other members of the family have no code of their own.
std::vector<Golden> small_ones() {
  auto goldens = read_goldens();
  std::erase_if(goldens, [](const Golden& golden) {
    const auto& name = golden.name;
    return golden.slow || golden.logits.empty() || name == "resnet34" || name == "resnet18" ||
           name == "resnext50_32x4d" || name == "mobilenet_v3_large" || name == "unet-resnet50" ||
           (name.ends_with("-cifar") && name != "resnet18-cifar" && name != "densenet121-cifar");
  });
  return goldens;
}

INSTANTIATE_TEST_SUITE_P(Models, EveryNetwork, testing::ValuesIn(small_ones()), case_name);

torch::Tensor features_of(const BuildOptions& options, config::Task task, int height, int width) {
  const auto network = build(options, task);
  network->eval();
  torch::NoGradGuard no_grad;
  return network->features(torch::randn({2, options.in_channels, height, width}));
}

TEST(Features, OfClassifiersAreWhatTheHeadGets) {
  auto options = options_for("cnn", 10);
  options.height = 128;
  options.width = 96;
  const auto cnn = features_of(options, config::Task::kClassify, 128, 96);
  EXPECT_EQ(cnn.sizes(), (std::vector<std::int64_t>{2, 128 * 8 * 6}));
  const Unfilled unfilled;
  for (const auto& [name, size] : {std::pair{"resnet18", 512},
                                   {"resnet50", 2048},
                                   {"vgg11_bn", 4096},
                                   {"densenet121", 1024},
                                   {"mobilenet_v2", 1280},
                                   {"mobilenet_v3_small", 1024},
                                   {"efficientnet_b4", 1792},
                                   {"shufflenet_v2_x1_0", 1024},
                                   {"squeezenet1_1", 512},
                                   {"regnet_y_400mf", 440},
                                   {"convnext_tiny", 768}}) {
    const auto features = features_of(options_for(name, 10), config::Task::kClassify, 33, 40);
    EXPECT_EQ(features.sizes(), (std::vector<std::int64_t>{2, size})) << name;
  }
}

TEST(Features, TimesTheHeadAreTheLogits) {
  for (const auto* name : {"resnet18", "mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0",
                           "shufflenet_v2_x1_0", "convnext_tiny"}) {
    const auto network = build(options_for(name, 10), config::Task::kClassify);
    network->eval();
    torch::NoGradGuard no_grad;
    const auto pictures = torch::randn({2, 3, 64, 64});
    const auto p = network->named_parameters();
    const auto logits = torch::linear(network->features(pictures), p[network->head() + "weight"],
                                      p[network->head() + "bias"]);
    EXPECT_TRUE(torch::allclose(logits, network->forward(pictures).logits, 1e-4, 1e-5)) << name;
  }
}

TEST(Classifiers, TakeGreyAndMultispectralPictures) {
  torch::NoGradGuard no_grad;
  const Unfilled unfilled;
  for (const auto& info : registry()) {
    if (info.task != config::Task::kClassify) continue;
    auto options = options_for(info.name, 3);
    options.height = options.width = 64;
    options.in_channels = info.name.size() % 2 == 0 ? 1 : 5;
    const auto network = build(options, info.task);
    network->eval();
    const auto first = network->parameters()[info.name == "vit_b_16" ? 1 : 0];
    EXPECT_EQ(first.size(1), options.in_channels) << info.name;
    if (info.cost.parameters > 20'000'000)
      continue;  // large, and of families that small ones are of
    const auto logits = network->forward(torch::zeros({1, options.in_channels, 64, 64})).logits;
    EXPECT_EQ(logits.sizes(), (std::vector<std::int64_t>{1, 3})) << info.name;
  }
}

TEST(Features, OfSegmentersAreTheDeepestMap) {
  const auto plain = features_of(options_for("unet", 3), config::Task::kSegment, 48, 64);
  EXPECT_EQ(plain.sizes(), (std::vector<std::int64_t>{2, 512, 3, 4}));
  auto options = options_for("unet", 3);
  options.model.encoder = "resnet34";
  const auto resnet = features_of(options, config::Task::kSegment, 50, 64);
  EXPECT_EQ(resnet.sizes(), (std::vector<std::int64_t>{2, 512, 2, 2}));
}

/// Whether two forward passes in training, and in evaluation, are the same.
std::pair<bool, bool> repeats(const BuildOptions& options) {
  const auto network = build(options, config::Task::kClassify);
  fill(*network);
  torch::NoGradGuard no_grad;
  torch::manual_seed(1);  // passes that drop nothing would be equal
  const auto pictures = torch::randn({2, 3, options.height, options.width});
  const auto same = [&] {
    return torch::equal(network->forward(pictures).logits, network->forward(pictures).logits);
  };
  const bool in_training = same();
  network->eval();
  return {in_training, same()};
}

TEST(Dropout, ActsInTrainingOnly) {
  auto options = options_for("resnet18", 10);
  options.height = options.width = 64;
  options.model.dropout = 0.5;
  EXPECT_EQ(repeats(options), (std::pair{false, true}));
}

TEST(Dropout, IsTheNetworksOwnWhereTheConfigDoesNotSay) {
  const auto check = [](const char* name, bool drops) {
    auto options = options_for(name, 10);
    options.height = options.width = 64;
    EXPECT_EQ(repeats(options), (std::pair{!drops, true})) << name;
    options.model.dropout = 0;
    EXPECT_EQ(repeats(options), (std::pair{true, true})) << name;
  };
  check("mobilenet_v2", true);
  check("mobilenet_v3_small", true);
  check("squeezenet1_1", true);
  check("regnet_y_400mf", false);
}

TEST(DropPath, ActsInTrainingOnly) {
  auto options = options_for("efficientnet_b0", 10);
  options.height = options.width = 64;
  options.model.dropout = 0;
  for (int i = 0; i < 3; ++i) {
    options.model.drop_path = i == 0 ? std::optional<double>() : i == 1 ? 0.5 : 0;
    EXPECT_EQ(repeats(options), (std::pair{i == 2, true})) << i;
  }
}

TEST(StochasticDepth, LeavesOutWholeSamplesAndKeepsTheMean) {
  torch::manual_seed(1);
  const auto y = stochastic_depth(torch::ones({1000, 3, 2}), 0.25, true);
  EXPECT_TRUE(torch::equal(y, y.select(1, 0).select(1, 0).view({-1, 1, 1}).expand_as(y)));
  EXPECT_TRUE(((y == 0) | ((y - 4.0 / 3).abs() < 1e-6)).all().item<bool>());
  EXPECT_NEAR(y.mean().item<double>(), 1, 0.06);  // three standard errors and a half
}

}  // namespace
}  // namespace carica::models
