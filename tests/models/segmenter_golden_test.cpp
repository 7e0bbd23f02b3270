// Segmenters beside their models in Python.
#include "models/segmenter_golden.h"

#include <gtest/gtest.h>

#include <set>

namespace carica::models {
namespace {

class SegmenterNames : public testing::TestWithParam<SegmenterGolden> {};

TEST_P(SegmenterNames, AndShapesAreThoseOfItsModelInPython) {
  const auto network = build_segmenter(GetParam().options);
  std::int64_t count = 0;
  for (const auto& parameter : network->parameters()) count += parameter.numel();
  EXPECT_EQ(count, GetParam().parameter_count);
  // `make_segmenters.py NAME` prints what is hashed.
  EXPECT_EQ(fnv(signatures(network->named_parameters())), GetParam().parameters);
  EXPECT_EQ(fnv(signatures(network->named_buffers())), GetParam().buffers);
}

class SegmenterParity : public testing::TestWithParam<SegmenterGolden> {};

TEST_P(SegmenterParity, GivesTheLogitsOfItsModelInPython) {
  const auto& golden = GetParam();
  const auto network = build_segmenter(golden.options);
  fill(*network);
  disable_dropout(*network);
  torch::NoGradGuard no_grad;
  const auto pictures = noise(2 * 3 * golden.height * golden.width, 0)
                            .view({2, 3, golden.height, golden.width})
                            .to(torch::kFloat32);
  network->eval();
  const auto evaluated = network->forward(pictures);
  // Relative to the largest logit: the order of sums differs between machines.
  EXPECT_LT(error(evaluated.logits, golden.logits.at("eval")), 1e-4);
  EXPECT_FALSE(evaluated.aux.defined());
  if (!golden.logits.contains("train")) return;  // stochastic depth draws
  network->train();
  const auto trained = network->forward(pictures);
  // Norms over the few values of the deepest maps amplify rounding errors.
  EXPECT_LT(error(trained.logits, golden.logits.at("train")), 1e-3);
  ASSERT_EQ(trained.aux.defined(), golden.logits.contains("aux"));
  if (!trained.aux.defined()) return;
  EXPECT_LT(error(trained.aux, golden.logits.at("aux")), 1e-3);
}

INSTANTIATE_TEST_SUITE_P(Models, SegmenterNames, testing::ValuesIn(read_segmenter_goldens(false)),
                         segmenter_case);
INSTANTIATE_TEST_SUITE_P(Models, SegmenterParity, testing::ValuesIn(read_segmenter_goldens(true)),
                         segmenter_case);

TEST(SegmenterGoldens, AreOfEverySegmenterOfTheTable) {
  std::set<std::string> names;
  for (const auto& golden : read_segmenter_goldens(false)) names.insert(golden.options.model.name);
  for (const auto& info : registry()) {
    EXPECT_EQ(names.contains(info.name), info.task == config::Task::kSegment) << info.name;
  }
}

}  // namespace
}  // namespace carica::models
