#include "weights/diff.h"

#include <limits>

#include "samples.h"
#include "weights/statistics.h"

namespace carica::weights {
namespace {

using checkpoint::NamedTensors;
using testing::ElementsAre;

TEST(Diff, OfEqualFilesInAnotherOrderIsNothing) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const NamedTensors a = {{"x", torch::tensor({1.0, nan, -0.0})}, {"n", torch::tensor(3)}};
  const NamedTensors b = {{"n", torch::tensor(3)}, {"x", torch::tensor({1.0, nan, 0.0})}};
  const auto result = diff(a, b);
  EXPECT_TRUE(result.same());
  EXPECT_EQ(result.equal, 2u);
}

TEST(Diff, TellsNamesShapesTypesAndNumbers) {
  const NamedTensors a = {{"gone", torch::zeros({1})},
                          {"shape", torch::zeros({2, 3})},
                          {"type", torch::ones({2})},
                          {"near", torch::tensor({1.0, 2.0})},
                          {"far", torch::tensor({1.0, 4.0, 3.0})},
                          {"count", torch::tensor((std::int64_t{1} << 60) + 1)}};
  const NamedTensors b = {{"shape", torch::zeros({3, 2})},
                          {"type", torch::ones({2}, torch::kHalf)},
                          {"near", torch::tensor({1.0, 2.5})},
                          {"far", torch::tensor({2.0, 1.0, 3.0})},
                          {"count", torch::tensor(std::int64_t{1} << 60)},
                          {"new", torch::zeros({1})}};
  const auto result = diff(a, b);
  EXPECT_FALSE(result.same());
  EXPECT_THAT(result.only_in_first, ElementsAre("gone"));
  EXPECT_THAT(result.only_in_second, ElementsAre("new"));
  EXPECT_THAT(result.shapes, ElementsAre("shape: [2, 3] and [3, 2]"));
  EXPECT_THAT(result.types, ElementsAre("type: Float and Half"));
  ASSERT_EQ(result.values.size(), 3u);
  EXPECT_EQ(result.values[0].name, "far");
  EXPECT_EQ(result.values[0].count, 2);
  EXPECT_EQ(result.values[0].absolute, 3);
  EXPECT_EQ(result.values[0].relative, 0.75);
  EXPECT_EQ(result.values[1].name, "near");
  EXPECT_EQ(result.values[1].relative, 0.2);
  EXPECT_EQ(result.values[2].name, "count");  // seen, though equal as doubles
  EXPECT_EQ(result.absolute, 3);
}

TEST(Diff, OfANumberAndNoneIsInfinite) {
  const NamedTensors a = {{"x", torch::tensor({1.0})}};
  const NamedTensors b = {{"x", torch::tensor({std::numeric_limits<double>::quiet_NaN()})}};
  EXPECT_EQ(diff(a, b).absolute, std::numeric_limits<double>::infinity());
}

TEST(Diff, OfLargeTensorsIsOfAllNumbers) {
  const auto a = torch::ones({3, 1 << 18});
  auto b = a.clone();
  b[0][7] = 1.5;
  b[2][9] = 5;
  const auto result = diff({{"x", a}}, {{"x", b}});
  ASSERT_EQ(result.values.size(), 1u);
  EXPECT_EQ(result.values[0].count, 2);
  EXPECT_EQ(result.values[0].absolute, 4);
  EXPECT_DOUBLE_EQ(result.values[0].relative, 0.8);
}

TEST(Statistics, OfLargeTensorsAreOfAllNumbers) {
  auto values = torch::randn({700, 1000}, torch::kDouble) + 3;
  values[1][1] = -40;
  values[699][2] = 50;
  const auto whole = statistics(values);
  EXPECT_EQ(whole.min, -40);
  EXPECT_EQ(whole.max, 50);
  EXPECT_NEAR(whole.mean, values.mean().item<double>(), 1e-12);
  EXPECT_NEAR(whole.std, values.std(false).item<double>(), 1e-12);
  values[0][0] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(statistics(values).not_finite, 1);
}

TEST(Statistics, AreOfTheFiniteNumbers) {
  const auto values = torch::tensor({1.0, std::numeric_limits<double>::infinity(), 3.0});
  const auto result = statistics(values);
  EXPECT_EQ(result.not_finite, 1);
  EXPECT_EQ(result.min, 1);
  EXPECT_EQ(result.max, 3);
  EXPECT_EQ(result.mean, 2);
  EXPECT_EQ(result.std, 1);
  EXPECT_EQ(statistics(torch::zeros({0, 2})).max, 0);
}

}  // namespace
}  // namespace carica::weights
