#include "models/golden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text.h"
#include "models/unfilled.h"

namespace carica::models {
namespace {

using testing::ElementsAreArray;

class PythonParity : public testing::TestWithParam<Golden> {};

TEST_P(PythonParity, HasTheNamesAndShapesOfItsModelInPython) {
  const Unfilled unfilled;
  const auto network = build_like(GetParam());
  const auto parameters = signatures(network->named_parameters());
  const auto buffers = signatures(network->named_buffers());
  if (GetParam().parameters_hash.empty()) {
    EXPECT_THAT(parameters, ElementsAreArray(GetParam().parameters));
    EXPECT_THAT(buffers, ElementsAreArray(GetParam().buffers));
  } else {
    EXPECT_EQ(hash_of(parameters), GetParam().parameters_hash) << join(parameters, "\n");
    EXPECT_EQ(hash_of(buffers), GetParam().buffers_hash) << join(buffers, "\n");
  }
  EXPECT_EQ(parameter_count(*network), GetParam().parameter_count);
}

void expect_logits(const Golden& golden) {
  const auto network = build_like(golden);
  network->eval();
  fill(*network);
  torch::NoGradGuard no_grad;
  const auto side = golden.side;
  const auto pictures = noise(2 * 3 * side * side, 0).view({2, 3, side, side}).to(torch::kFloat32);
  const auto logits = network->forward(pictures).logits.contiguous().flatten();
  ASSERT_EQ(logits.numel(), golden.logit_count);
  const auto step = std::max<std::int64_t>(1, logits.numel() / 40);
  const auto some = logits.slice(0, 0, logits.numel(), step).to(torch::kFloat64);
  const auto expected = torch::tensor(golden.logits, torch::kFloat64);
  ASSERT_EQ(some.sizes(), expected.sizes());
  // Relative to the largest logit: the order of sums differs between machines.
  EXPECT_LT((some - expected).abs().max().item<double>() / expected.abs().max().item<double>(),
            1e-4);
}

void expect_fresh(const Golden& golden) {
  torch::manual_seed(3);
  const auto parameters = build_like(golden)->named_parameters();
  for (const auto& [name, expected] : golden.fresh) {
    const auto first = parameters[name].detach().flatten().slice(0, 0, 3).contiguous();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(first.data_ptr<float>()[i], expected[i], 1e-6) << name << " [" << i << "]";
    }
  }
}

class PythonLogits : public testing::TestWithParam<Golden> {};
class SlowPythonLogits : public PythonLogits {};
class FreshWeights : public testing::TestWithParam<Golden> {};
class SlowFreshWeights : public FreshWeights {};

TEST_P(PythonLogits, AreThoseOfTheSameModel) { expect_logits(GetParam()); }
TEST_P(SlowPythonLogits, AreThoseOfTheSameModel) { expect_logits(GetParam()); }
TEST_P(FreshWeights, AreThoseThatPythonDrawsFromTheSameSeed) { expect_fresh(GetParam()); }
TEST_P(SlowFreshWeights, AreThoseThatPythonDrawsFromTheSameSeed) { expect_fresh(GetParam()); }

/// Segmenters and the CIFAR stem are not recorded: their models in Python draw numbers that they
/// throw away.
std::vector<Golden> recorded_fresh(bool slow) {
  auto goldens = read_goldens();
  std::erase_if(goldens,
                [=](const Golden& golden) { return golden.fresh.empty() || golden.slow != slow; });
  return goldens;
}

std::vector<Golden> recorded_logits(bool slow) {
  auto goldens = read_goldens();
  std::erase_if(goldens,
                [=](const Golden& golden) { return golden.logits.empty() || golden.slow != slow; });
  return goldens;
}

INSTANTIATE_TEST_SUITE_P(Models, PythonParity, testing::ValuesIn(read_goldens()), case_name);
INSTANTIATE_TEST_SUITE_P(Models, PythonLogits, testing::ValuesIn(recorded_logits(false)),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Models, FreshWeights, testing::ValuesIn(recorded_fresh(false)), case_name);

INSTANTIATE_TEST_SUITE_P(Models, SlowPythonLogits, testing::ValuesIn(recorded_logits(true)),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Models, SlowFreshWeights, testing::ValuesIn(recorded_fresh(true)),
                         case_name);

TEST(ParameterCount, WithAThousandClassesIsWhatTheTableSays) {
  const Unfilled unfilled;
  for (const auto& info : registry()) {
    if (info.task != config::Task::kClassify) continue;
    auto options = options_for(info.name, 1000);
    options.height = options.width = info.size;
    EXPECT_EQ(parameter_count(*build(options, info.task)), info.cost.parameters) << info.name;
  }
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
  EXPECT_EQ(read_goldens().size(), 8u + 37u);
  EXPECT_EQ(recorded_fresh(false).size(), 4u + 11u);
  EXPECT_EQ(recorded_logits(false).size(), 8u + 17u);
  EXPECT_EQ(recorded_logits(true).size(), 3u);
}

}  // namespace
}  // namespace carica::models
