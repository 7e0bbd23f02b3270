#include "onnx/model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/utils.h>

#include "core/error.h"

namespace carica::onnx {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Graph small_graph() {
  Graph graph;
  graph.name = "small";
  graph.inputs = {{"x", ElementType::kFloat, {std::string("batch"), std::int64_t{2}}}};
  graph.outputs = {{"y", ElementType::kFloat, {std::string("batch"), std::int64_t{3}}}};
  graph.nodes = {{"Gemm", {"x", "w"}, {"y"}, {{"transB", std::int64_t{1}}, {"alpha", 1.0F}}}};
  graph.weights = {{"w", torch::ones({3, 2})}};
  return graph;
}

std::string refusal(const std::string& bytes) {
  try {
    check_model(bytes, "m.onnx");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCorrupt);
    return error.what();
  }
  return "";
}

TEST(ModelFile, HoldsWhatTheGraphSays) {
  const auto summary = check_model(model_bytes(small_graph(), {{"a", "b"}}), "m.onnx");
  EXPECT_EQ(summary.nodes, 1U);
  EXPECT_EQ(summary.weights, 1U);
  EXPECT_THAT(summary.inputs, ElementsAre("x"));
  EXPECT_THAT(summary.outputs, ElementsAre("y"));
  EXPECT_EQ(summary.metadata.at("a"), "b");
}

TEST(ModelFile, IsRefusedWhereANodeTakesWhatNothingGives) {
  auto graph = small_graph();
  graph.nodes[0].inputs[1] = "v";
  EXPECT_THAT(refusal(model_bytes(graph, {})), HasSubstr("m.onnx: Gemm y: takes \"v\""));
  graph = small_graph();
  graph.outputs[0].name = "z";
  EXPECT_THAT(refusal(model_bytes(graph, {})), HasSubstr("the graph's outputs: takes \"z\""));
  graph = small_graph();
  graph.nodes.push_back(graph.nodes[0]);
  EXPECT_THAT(refusal(model_bytes(graph, {})),
              HasSubstr("value \"y\": must have a name of its own"));
}

TEST(ModelFile, IsRefusedWhenItIsCutAnywhere) {
  const auto bytes = model_bytes(small_graph(), {});
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_NE(refusal(bytes.substr(0, length)), "") << length;
  }
}

}  // namespace
}  // namespace carica::onnx
