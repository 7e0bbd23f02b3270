#include "models/initialize.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/golden.h"

namespace carica::models {
namespace {

double fan(const torch::Tensor& weight, int dim) {
  return static_cast<double>(weight.size(dim) * weight[0][0].numel());
}

TEST(Initialisation, OfResidualNetworksIsNormalWithVarianceTwoOverFanOut) {
  torch::manual_seed(1);
  const auto network = build(options_for("resnet50", 10), config::Task::kClassify);
  for (const auto& item : network->named_parameters()) {
    const auto& w = item.value();
    if (w.dim() != 4) continue;
    const double expected = std::sqrt(2 / fan(w, 0));
    const double count = static_cast<double>(w.numel());
    // Five standard errors of a standard deviation and of a mean of `count` normals.
    EXPECT_NEAR(w.std().item<double>() / expected, 1, 5 / std::sqrt(2 * count)) << item.key();
    EXPECT_NEAR(w.mean().item<double>() / expected, 0, 5 / std::sqrt(count)) << item.key();
  }
}

TEST(Initialisation, OfNormsIsTheIdentity) {
  const auto network = build(options_for("unet", 3), config::Task::kSegment);
  int norms = 0;
  for (const auto& item : network->named_parameters()) {
    if (item.value().dim() != 1 || item.key().starts_with("segmentation_head")) continue;
    const double expected = item.key().ends_with("weight") ? 1 : 0;
    EXPECT_TRUE((item.value() == expected).all().item<bool>()) << item.key();
    ++norms;
  }
  EXPECT_EQ(norms, 2 * 2 * (5 + 4));
}

TEST(Initialisation, OfLinearLayersIsUniformInOneOverTheRootOfFanIn) {
  torch::manual_seed(1);
  const auto parameters =
      build(options_for("resnet18", 1000), config::Task::kClassify)->named_parameters();
  const double bound = 1 / std::sqrt(512.0);
  for (const auto* name : {"fc.weight", "fc.bias"}) {
    const double largest = parameters[name].abs().max().item<double>();
    EXPECT_LE(largest, bound) << name;
    EXPECT_GT(largest, 0.98 * bound) << name;
  }
}

TEST(Initialisation, OfDecodersIsUniformWithVarianceTwoOverFanInAndOfTheirHeadsGlorots) {
  torch::manual_seed(1);
  auto options = options_for("unet", 11);
  options.model.encoder = "resnet18";
  const auto parameters = build(options, config::Task::kSegment)->named_parameters();
  const auto& conv = parameters["decoder.blocks.0.conv1.0.weight"];
  const double bound = std::sqrt(6 / fan(conv, 1));
  EXPECT_LE(conv.abs().max().item<double>(), bound);
  EXPECT_NEAR(conv.std().item<double>(), bound / std::sqrt(3.0), 0.01 * bound);
  const auto& head = parameters["segmentation_head.0.weight"];
  const double head_bound = std::sqrt(6 / (fan(head, 0) + fan(head, 1)));
  EXPECT_LE(head.abs().max().item<double>(), head_bound);
  EXPECT_GT(head.abs().max().item<double>(), 0.98 * head_bound);
  EXPECT_EQ(parameters["segmentation_head.0.bias"].abs().sum().item<double>(), 0);
}

TEST(Initialisation, DependsOnTheSeedOfTorchAlone) {
  const auto draw = [](int seed) {
    torch::manual_seed(seed);
    return build(options_for("unet", 2), config::Task::kSegment)->parameters();
  };
  const auto a = draw(7), b = draw(7), c = draw(8);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(torch::equal(a[i], b[i]));
  EXPECT_FALSE(torch::equal(a[0], c[0]));
}

}  // namespace
}  // namespace carica::models
