// What holds for every network of the table.
#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>

#include "models/golden.h"

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

TEST_P(EveryNetwork, RunsInBfloat16AndChannelsLast) {
  network_->eval();  // batch statistics of so few values would amplify the rounding
  const auto expected = network_->forward(pictures_).logits.detach();
  for (auto& parameter : network_->parameters()) {
    if (parameter.dim() == 4) {
      parameter.set_data(parameter.detach().contiguous(torch::MemoryFormat::ChannelsLast));
    }
  }
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
    return golden.name == "resnet34" || golden.name == "resnet18" || golden.name == "unet-resnet50";
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
  for (const auto& [name, size] : {std::pair{"resnet18", 512}, {"resnet50", 2048}}) {
    const auto resnet = features_of(options_for(name, 10), config::Task::kClassify, 33, 40);
    EXPECT_EQ(resnet.sizes(), (std::vector<std::int64_t>{2, size})) << name;
  }
}

TEST(Features, TimesTheHeadAreTheLogits) {
  const auto network = build(options_for("resnet18", 10), config::Task::kClassify);
  network->eval();
  torch::NoGradGuard no_grad;
  const auto pictures = torch::randn({2, 3, 64, 64});
  const auto p = network->named_parameters();
  const auto logits = torch::linear(network->features(pictures), p["fc.weight"], p["fc.bias"]);
  EXPECT_TRUE(torch::allclose(logits, network->forward(pictures).logits, 1e-4, 1e-5));
}

TEST(Features, OfSegmentersAreTheDeepestMap) {
  const auto plain = features_of(options_for("unet", 3), config::Task::kSegment, 48, 64);
  EXPECT_EQ(plain.sizes(), (std::vector<std::int64_t>{2, 512, 3, 4}));
  auto options = options_for("unet", 3);
  options.model.encoder = "resnet34";
  const auto resnet = features_of(options, config::Task::kSegment, 50, 64);
  EXPECT_EQ(resnet.sizes(), (std::vector<std::int64_t>{2, 512, 2, 2}));
}

TEST(Dropout, ActsInTrainingOnly) {
  auto options = options_for("resnet18", 10);
  options.model.dropout = 0.5;
  const auto network = build(options, config::Task::kClassify);
  torch::NoGradGuard no_grad;
  const auto pictures = torch::randn({2, 3, 64, 64});
  EXPECT_FALSE(torch::equal(network->forward(pictures).logits, network->forward(pictures).logits));
  network->eval();
  EXPECT_TRUE(torch::equal(network->forward(pictures).logits, network->forward(pictures).logits));
}

}  // namespace
}  // namespace carica::models
