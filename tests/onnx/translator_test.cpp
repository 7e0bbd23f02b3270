#include "onnx/translator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "core/error.h"

namespace carica::onnx {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A network whose forward pass is a function.
class Function : public models::Network {
 public:
  explicit Function(std::function<torch::Tensor(const torch::Tensor&)> run) : run_(std::move(run)) {
    weight = register_parameter("weight", torch::ones({3, 3, 1, 1}));
  }
  models::Output forward(const torch::Tensor& pictures) override { return {run_(pictures)}; }
  torch::Tensor features(const torch::Tensor& pictures) override { return pictures; }
  std::string head() const override { return "weight"; }

  torch::Tensor weight;

 private:
  std::function<torch::Tensor(const torch::Tensor&)> run_;
};

Graph translate(Function& network) {
  const auto first = trace(network, torch::randn({2, 3, 32, 48}));
  const auto second = trace(network, torch::randn({3, 3, 64, 112}));
  return Translator(network, first, second).translate();
}

std::vector<std::string> operators_of(const Graph& graph) {
  std::vector<std::string> names;
  for (const auto& node : graph.nodes) names.push_back(node.op);
  return names;
}

std::string refusal(Function network) {
  try {
    translate(network);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Translator, KeepsTheNamesOfTheWeights) {
  Function network([&](const auto& x) { return torch::conv2d(x, network.weight); });
  const auto graph = translate(network);
  ASSERT_EQ(graph.nodes.size(), 1U);
  EXPECT_THAT(graph.nodes[0].inputs, ElementsAre("pictures", "weight"));
  EXPECT_EQ(graph.weights[0].first, "weight");
}

TEST(Translator, FollowsTensorsThatAreChangedInPlace) {
  Function network([](const auto& x) {
    auto y = torch::sigmoid(x);
    torch::relu_(y);
    return y.add_(x);
  });
  const auto graph = translate(network);
  EXPECT_THAT(operators_of(graph), ElementsAre("Sigmoid", "Relu", "Add"));
  EXPECT_EQ(graph.nodes[1].inputs[0], graph.nodes[0].outputs[0]);
  EXPECT_EQ(graph.nodes[2].inputs[0], graph.nodes[1].outputs[0]);
  EXPECT_EQ(graph.outputs[0].name, graph.nodes[2].outputs[0]);
}

TEST(Translator, TakesSizesFromTheTensorThatHasThem) {
  Function network([](const auto& x) {
    const auto small = torch::adaptive_avg_pool2d(x, {1, 1});
    return small.expand({-1, -1, x.size(2), x.size(3)});
  });
  EXPECT_THAT(operators_of(translate(network)),
              ElementsAre("GlobalAveragePool", "Shape", "Gather", "Shape", "Gather", "Gather",
                          "Concat", "Expand"));
}

TEST(Translator, NamesWhatItCannotTranslate) {
  EXPECT_THAT(refusal(Function([](const auto& x) { return torch::cumsum(x, 1); })),
              HasSubstr("onnx: aten::cumsum: has no translation"));
  EXPECT_THAT(refusal(Function([](const auto& x) {
                return torch::adaptive_avg_pool2d(x, {2, 2});
              })),
              HasSubstr("aten::adaptive_avg_pool2d: averages parts of pictures of any size"));
  EXPECT_THAT(refusal(Function([](const auto& x) { return x.narrow(2, 0, x.size(2) - 1); })),
              HasSubstr("aten::narrow: length depends on the size of the pictures"));
}

}  // namespace
}  // namespace carica::onnx
