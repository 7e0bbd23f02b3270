#include "onnx/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/utils.h>

#include <algorithm>

#include "core/error.h"
#include "core/log.h"
#include "support/temp_folder.h"

namespace carica::onnx {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Dimension named(const char* name) { return std::string(name); }
Dimension fixed(std::int64_t size) { return size; }

eval::Model model_of(const std::string& name, config::Task task, int side,
                     const std::string& encoder = "") {
  set_log_level(LogLevel::kQuiet);
  config::Config config;
  config.task = task;
  config.device = "cpu";
  config.train.precision = "fp32";
  config.train.channels_last = "off";
  config.model.name = name;
  config.model.encoder = encoder;
  config.transforms.eval = {config::Normalize{}};
  return eval::build_model(config, {"a", "b", "c"}, {side, side}, eval::resolve_runtime(config));
}

std::vector<std::string> operators_of(const Graph& graph) {
  std::vector<std::string> names;
  for (const auto& node : graph.nodes) names.push_back(node.op);
  return names;
}

TEST(Export, OfAClassifierTakesAnyBatchAndSize) {
  const auto exported = export_graph(model_of("resnet18", config::Task::kClassify, 64), {});
  EXPECT_TRUE(exported.any_size);
  EXPECT_EQ(exported.size_multiple, 1);
  const auto& graph = exported.graph;
  EXPECT_THAT(graph.inputs[0].dims,
              ElementsAre(named("batch"), fixed(3), named("height"), named("width")));
  EXPECT_EQ(graph.outputs[0].name, "logits");
  EXPECT_THAT(graph.outputs[0].dims, ElementsAre(named("batch"), fixed(3)));
  EXPECT_EQ(std::ranges::count(operators_of(graph), "Conv"), 20);
}

TEST(Export, OfANetworkForOneSizeSaysSo) {
  const auto exported = export_graph(model_of("cnn", config::Task::kClassify, 32), {});
  EXPECT_FALSE(exported.any_size);
  EXPECT_THAT(exported.graph.inputs[0].dims,
              ElementsAre(named("batch"), fixed(3), fixed(32), fixed(32)));
}

TEST(Export, OfASegmenterThatPadsNamesTheMultiple) {
  const auto exported = export_graph(model_of("unet", config::Task::kSegment, 64, "resnet18"), {});
  EXPECT_EQ(exported.size_multiple, 32);
  EXPECT_THAT(exported.graph.outputs[0].dims,
              ElementsAre(named("batch"), fixed(3), named("height"), named("width")));
}

TEST(Export, OfASegmenterWithSmallLogitsAnswersAtThePicturesSize) {
  const auto model = model_of("deeplabv3plus_mobilenet", config::Task::kSegment, 64);
  const auto exported = export_graph(model, {.answers = Answers::kClasses});
  EXPECT_EQ(exported.size_multiple, 1);
  EXPECT_EQ(exported.graph.outputs[0].name, "classes");
  EXPECT_EQ(exported.graph.outputs[0].type, ElementType::kInt64);
  EXPECT_THAT(exported.graph.outputs[0].dims,
              ElementsAre(named("batch"), named("height"), named("width")));
}

TEST(Export, IsWrittenWithWhatAUserMustKnow) {
  const test::TempFolder folder;
  const auto model = model_of("cnn", config::Task::kClassify, 32);
  const auto exported = export_graph(model, {.answers = Answers::kProbabilities});
  const auto summary = write_model(FileSystem::real(), folder / "m.onnx", model, exported);
  EXPECT_THAT(summary.outputs, ElementsAre("probabilities"));
  EXPECT_EQ(summary.metadata.at("carica.classes"), R"(["a","b","c"])");
  EXPECT_EQ(summary.metadata.at("carica.task"), "classify");
  EXPECT_EQ(summary.metadata.at("carica.activation"), "softmax");
  EXPECT_THAT(summary.metadata.at("carica.config"), HasSubstr("name: cnn"));
}

TEST(Export, BringsOutputsIntoTheOrderOfTheClasses) {
  auto model = model_of("cnn", config::Task::kClassify, 32);
  model.classes = {"c", "a"};
  model.config.model.outputs = {"a", "b", "c"};
  model.output_order = {2, 0, 1};
  const auto exported = export_graph(model, {.answers = Answers::kProbabilities});
  EXPECT_EQ(exported.graph.outputs.front().dims[1], fixed(3));
  EXPECT_EQ(export_metadata(model, exported).at("carica.classes"), R"(["c","a","b"])");
  const auto& nodes = exported.graph.nodes;
  const auto softmax = std::ranges::find(nodes, "Softmax", &Node::op);
  ASSERT_NE(softmax, nodes.end());
  const auto gather = std::ranges::find(nodes, std::vector{softmax->inputs.at(0)}, &Node::outputs);
  ASSERT_NE(gather, nodes.end());
  EXPECT_EQ(gather->op, "Gather");
  for (const auto& [name, tensor] : exported.graph.weights) {
    if (name == gather->inputs.at(1)) {
      EXPECT_TRUE(tensor.equal(torch::tensor({2, 0, 1}, torch::kLong)));
    }
  }
}

TEST(Export, OfSeveralLabelsHasNoClasses) {
  auto model = model_of("cnn", config::Task::kClassify, 32);
  model.config.data.format = "csv";
  model.config.data.labels = "several";
  EXPECT_THROW(export_graph(model, {.answers = Answers::kClasses}), Error);
}

}  // namespace
}  // namespace carica::onnx
