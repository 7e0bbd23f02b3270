// What holds for every segmenter of the table.
#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "models/segmenter_golden.h"

namespace carica::models {
namespace {

bool is_large(const std::string& name) { return name.ends_with("101"); }

std::vector<std::string> names(bool large) {
  std::vector<std::string> names;
  for (const auto& info : registry()) {
    if (info.task != config::Task::kSegment) continue;
    if (is_large(info.name) == large) names.push_back(info.name);
  }
  return names;
}

std::shared_ptr<Network> small(const std::string& name) {
  torch::manual_seed(5);
  auto options = segmenter_options(name);
  if (name == "unet") options.model.widths = {4, 8, 16, 24, 32};
  return build_segmenter(options);
}

class EverySegmenter : public testing::TestWithParam<std::string> {};

TEST_P(EverySegmenter, SendsAGradientToEveryParameterThatItTrains) {
  const auto network = small(GetParam());
  disable_dropout(*network);
  const auto output = network->forward(torch::randn({2, 3, 33, 50}));
  auto sum = output.logits.square().mean();
  if (output.aux.defined()) sum = sum + output.aux.square().mean();
  sum.backward();
  for (const auto& item : network->named_parameters()) {
    const auto& gradient = item.value().grad();
    ASSERT_EQ(gradient.defined(), item.value().requires_grad()) << item.key();
    if (!gradient.defined()) continue;
    EXPECT_TRUE(gradient.isfinite().all().item<bool>()) << item.key();
    // A bias that a batch norm takes away again gets rounding errors, which are not zero either.
    EXPECT_GT(gradient.abs().sum().item<double>(), 0) << item.key();
  }
}

TEST_P(EverySegmenter, GivesLogitsForPicturesOfAnySize) {
  const auto network = small(GetParam());
  network->eval();
  torch::NoGradGuard no_grad;
  for (const auto& [h, w] : {std::pair{65, 70}, {32, 33}, {5, 3}}) {
    const auto logits = network->forward(torch::randn({1, 3, h, w})).logits;
    ASSERT_EQ(logits.sizes().slice(0, 2), (std::vector<std::int64_t>{1, 11}));
    EXPECT_TRUE(logits.isfinite().all().item<bool>());
    // Either of the pictures' size, or left small, rounded up.
    const std::string& name = GetParam();
    const bool left_small = name.find("resnet") != name.npos || name.find("mobilenet") != name.npos;
    if (!left_small) {
      EXPECT_EQ(logits.sizes().slice(2), (std::vector<std::int64_t>{h, w})) << h << "x" << w;
    } else if (!name.ends_with("mobilenet")) {  // which has no padding in its first layer
      const std::int64_t s = name.starts_with("deeplabv3plus")        ? 4
                             : name == "deeplabv3_mobilenet_v3_large" ? 16
                                                                      : 8;
      EXPECT_EQ(logits.sizes().slice(2),
                (std::vector<std::int64_t>{(h + s - 1) / s, (w + s - 1) / s}));
    }
  }
}

TEST_P(EverySegmenter, GivesAuxiliaryLogitsInTrainingOnly) {
  const auto network = small(GetParam());
  const auto pictures = torch::randn({2, 3, 33, 50});
  torch::NoGradGuard no_grad;
  const auto output = network->forward(pictures);
  const bool has_aux = network->heads().back().starts_with("aux_classifier.");
  ASSERT_EQ(output.aux.defined(), has_aux);
  network->eval();
  EXPECT_FALSE(network->forward(pictures).aux.defined());
  if (!output.aux.defined()) return;
  const bool coarser = GetParam() == "deeplabv3_mobilenet_v3_large";  // logits at 1/16, aux at 1/8
  EXPECT_EQ(output.aux.size(1), 11);
  EXPECT_EQ(output.aux.size(2), coarser ? 5 : output.logits.size(2));
}

TEST_P(EverySegmenter, NamesItsHeads) {
  const auto network = small(GetParam());
  EXPECT_EQ(network->head(), network->heads().front());
  std::size_t found = 0;
  for (const auto& item : network->named_parameters()) {
    const bool of_head = std::ranges::any_of(
        network->heads(), [&](const std::string& head) { return item.key().starts_with(head); });
    if (!of_head) continue;
    EXPECT_EQ(item.value().size(0), 11) << item.key();
    ++found;
  }
  EXPECT_EQ(found, 2 * network->heads().size());  // weight and bias
}

TEST_P(EverySegmenter, RunsInBfloat16AndChannelsLast) {
  const auto network = small(GetParam());
  network->eval();
  disable_dropout(*network);
  const auto pictures = torch::randn({2, 3, 64, 64});
  const auto expected = network->forward(pictures).logits.detach();
  for (auto& parameter : network->parameters()) {
    if (parameter.dim() == 4) {
      parameter.set_data(parameter.detach().contiguous(torch::MemoryFormat::ChannelsLast));
    }
  }
  at::autocast::set_autocast_enabled(at::kCPU, true);
  at::autocast::set_autocast_dtype(at::kCPU, torch::kBFloat16);
  const auto logits =
      network->forward(pictures.contiguous(torch::MemoryFormat::ChannelsLast)).logits;
  network->train();
  network->forward(pictures).logits.to(torch::kFloat32).square().mean().backward();
  at::autocast::set_autocast_enabled(at::kCPU, false);
  at::autocast::clear_cache();
  ASSERT_EQ(logits.sizes(), expected.sizes());
  const auto error = (logits.detach().to(torch::kFloat32) - expected).norm() / expected.norm();
  // Rounded maps have their maxima elsewhere: torch's own autocast moves such a network by 0.17.
  EXPECT_LT(error.item<double>(), GetParam() == "segnet" ? 0.3 : 0.1);
  for (const auto& parameter : network->parameters()) {
    if (!parameter.grad().defined()) continue;  // frozen, or of the auxiliary head
    EXPECT_TRUE(parameter.grad().isfinite().all().item<bool>());
  }
}

INSTANTIATE_TEST_SUITE_P(Models, EverySegmenter, testing::ValuesIn(names(/*large=*/false)),
                         [](const auto& each) { return each.param; });
// They have no code of their own.
INSTANTIATE_TEST_SUITE_P(SlowModels, EverySegmenter, testing::ValuesIn(names(/*large=*/true)),
                         [](const auto& each) { return each.param; });

TEST(PspNet, KeepsTheStagesThatItDoesNotUseFrozen) {
  const auto network = small("pspnet");
  for (const auto& item : network->named_parameters()) {
    const bool used = item.key().find("layer3") == std::string::npos &&
                      item.key().find("layer4") == std::string::npos;
    EXPECT_EQ(item.value().requires_grad(), used) << item.key();
  }
}

TEST(Features, OfDilatedSegmentersHaveTheirOutputStride) {
  torch::NoGradGuard no_grad;
  for (const auto& [name, settings, side] :
       {std::tuple{"deeplabv3plus_resnet50", "output_stride=16", 4},
        {"deeplabv3plus_resnet50", "output_stride=8", 8},
        {"deeplabv3plus_mobilenet", "output_stride=16", 4},
        {"deeplabv3plus_mobilenet", "output_stride=8", 8},
        {"deeplabv3plus_mobilenet", "", 4},
        {"pspnet", "", 8}}) {
    const auto network = build_segmenter(segmenter_options(name, settings));
    network->eval();
    const auto features = network->features(torch::randn({1, 3, 64, 64}));
    EXPECT_EQ(features.size(2), side) << name << " " << settings;
    EXPECT_EQ(features.size(3), side) << name << " " << settings;
  }
}

}  // namespace
}  // namespace carica::models
