#include "models/golden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carica::models {
namespace {

using testing::ElementsAreArray;

class PythonParity : public testing::TestWithParam<Golden> {};

TEST_P(PythonParity, HasTheNamesAndShapesOfItsModelInPython) {
  const auto network = build_like(GetParam());
  EXPECT_THAT(signatures(network->named_parameters()), ElementsAreArray(GetParam().parameters));
  EXPECT_THAT(signatures(network->named_buffers()), ElementsAreArray(GetParam().buffers));
  EXPECT_EQ(parameter_count(*network), GetParam().parameter_count);
}

TEST_P(PythonParity, GivesTheLogitsOfItsModelInPython) {
  const auto network = build_like(GetParam());
  network->eval();
  fill(*network);
  torch::NoGradGuard no_grad;
  const auto side = GetParam().side;
  const auto pictures = noise(2 * 3 * side * side, 0).view({2, 3, side, side}).to(torch::kFloat32);
  const auto logits = network->forward(pictures).logits.contiguous().flatten();
  ASSERT_EQ(logits.numel(), GetParam().logit_count);
  const auto step = std::max<std::int64_t>(1, logits.numel() / 40);
  const auto some = logits.slice(0, 0, logits.numel(), step).to(torch::kFloat64);
  const auto expected = torch::tensor(GetParam().logits, torch::kFloat64);
  ASSERT_EQ(some.sizes(), expected.sizes());
  // Relative to the largest logit: the order of sums differs between machines.
  EXPECT_LT((some - expected).abs().max().item<double>() / expected.abs().max().item<double>(),
            1e-4);
}

class FreshWeights : public testing::TestWithParam<Golden> {};

TEST_P(FreshWeights, AreThoseThatPythonDrawsFromTheSameSeed) {
  torch::manual_seed(3);
  const auto parameters = build_like(GetParam())->named_parameters();
  for (const auto& [name, expected] : GetParam().fresh) {
    const auto first = parameters[name].detach().flatten().slice(0, 0, 3).contiguous();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(first.data_ptr<float>()[i], expected[i], 1e-6) << name << " [" << i << "]";
    }
  }
}

/// Segmenters and the CIFAR stem are not recorded: their models in Python draw numbers that they
/// throw away.
std::vector<Golden> recorded_fresh() {
  auto goldens = read_goldens();
  std::erase_if(goldens, [](const Golden& golden) { return golden.fresh.empty(); });
  return goldens;
}

INSTANTIATE_TEST_SUITE_P(Models, PythonParity, testing::ValuesIn(read_goldens()), case_name);
INSTANTIATE_TEST_SUITE_P(Models, FreshWeights, testing::ValuesIn(recorded_fresh()), case_name);

TEST(ParameterCount, IsTorchvisionsWithAThousandClasses) {
  const auto count = [](const std::string& name) {
    return parameter_count(*build(options_for(name, 1000), config::Task::kClassify));
  };
  EXPECT_EQ(count("resnet18"), 11'689'512);
  EXPECT_EQ(count("resnet34"), 21'797'672);
  EXPECT_EQ(count("resnet50"), 25'557'032);
}

TEST(ParameterCount, OfTheSmallClassifierDependsOnTheSizeOfThePictures) {
  const auto count = [](int side) {
    auto options = options_for("cnn", 10);
    options.height = options.width = side;
    return parameter_count(*build(options, config::Task::kClassify));
  };
  EXPECT_EQ(count(224), 344'138);
  EXPECT_EQ(count(256), 420'938);
  EXPECT_EQ(count(32), 98'378);
}

TEST(ParameterCount, LeavesOutFrozenParameters) {
  const auto network = build(options_for("cnn", 10), config::Task::kClassify);
  const auto before = parameter_count(*network);
  network->named_parameters()["fc.bias"].requires_grad_(false);
  EXPECT_EQ(parameter_count(*network), before - 10);
}

TEST(Goldens, AreAllThere) {
  EXPECT_EQ(read_goldens().size(), 8u);
  EXPECT_EQ(recorded_fresh().size(), 4u);
}

}  // namespace
}  // namespace carica::models
