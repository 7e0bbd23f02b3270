#include "analysis/grad_cam.h"

#include <ATen/Functions.h>
#include <gtest/gtest.h>
#include <torch/utils.h>

#include "models/registry.h"

namespace carica::analysis {
namespace {

std::shared_ptr<models::Network> network(const std::string& name, int outputs) {
  models::BuildOptions options;
  options.model.name = name;
  options.outputs = outputs;
  options.height = options.width = 64;
  torch::manual_seed(2);
  auto built = models::build(options, config::Task::kClassify);
  built->eval();
  return built;
}

TEST(GradCam, HasOneMapForEachPictureWhoseLargestValueIsOne) {
  const auto resnet = network("resnet18", 4);
  torch::manual_seed(3);
  const auto pictures = torch::randn({2, 3, 64, 64});
  const auto cam = grad_cam(*resnet, pictures, torch::tensor({1, 3}, torch::kLong));
  ASSERT_TRUE(cam.has_value());
  ASSERT_EQ(cam->sizes(), (std::vector<std::int64_t>{2, 2, 2}));
  for (std::int64_t i = 0; i < 2; ++i) {
    const double most = (*cam)[i].max().item<double>();
    EXPECT_TRUE(most == 1 || most == 0) << most;
    EXPECT_GE((*cam)[i].min().item<double>(), 0);
  }
}

// Where each map has the same weight, the answer is the sum of the maps.
TEST(GradCam, IsTheWeightedSumOfTheLastMaps) {
  const auto cnn = network("cnn", 2);
  torch::NoGradGuard no_grad;
  const std::int64_t maps = 128, side = 4;
  cnn->named_parameters()["fc.weight"].zero_().view({2, maps, side, side})[0].fill_(1);
  const auto pictures = torch::rand({1, 3, 64, 64});
  const auto sum = cnn->features(pictures).view({1, maps, side, side}).sum(1);
  const auto cam = grad_cam(*cnn, pictures, torch::zeros({1}, torch::kLong));
  ASSERT_TRUE(cam.has_value());
  EXPECT_TRUE(torch::allclose(*cam, sum / sum.max(), 1e-4, 1e-5));
}

TEST(GradCam, OfATransformerIsNone) {
  const auto vit = network("vit_b_16", 2);
  EXPECT_FALSE(grad_cam(*vit, torch::zeros({1, 3, 64, 64}), torch::zeros({1}, torch::kLong)));
}

TEST(GradCam, WorksForFrozenNetworks) {
  const auto resnet = network("resnet18", 4);
  for (auto& parameter : resnet->parameters()) parameter.set_requires_grad(false);
  EXPECT_TRUE(grad_cam(*resnet, torch::randn({1, 3, 64, 64}), torch::zeros({1}, torch::kLong)));
}

TEST(HeatOverlay, HasThePicturesSizeAndLeavesThePictureAtNoShare) {
  data::Picture picture;
  picture.size = {4, 6};
  picture.pixels.assign(72, 100);
  const auto map = torch::tensor({0.0F, 1.0F, 0.5F, 0.2F}).view({2, 2});
  EXPECT_EQ(heat_overlay(picture, map, 0).pixels, picture.pixels);
  const auto mixed = heat_overlay(picture, map, 1);
  EXPECT_EQ(mixed.size, picture.size);
  EXPECT_LT(mixed.pixels[0], mixed.pixels[15]);  // cold at the left, hot at the right
}

}  // namespace
}  // namespace carica::analysis
