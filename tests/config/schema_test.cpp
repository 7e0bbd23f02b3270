#include <nlohmann/json.hpp>
#include <string>

#include "config/yaml_tree.h"
#include "problems_in.h"

namespace carica::test {
namespace {

using config::Node;
using nlohmann::json;

/// Every key of the tree is a property of the schema, section by section.
void expect_known(const Node& node, const json& schema, const std::string& path) {
  for (const Node& child : node.children) {
    const std::string at = config::join_path(path, child.key);
    ASSERT_TRUE(schema["properties"].contains(child.key)) << at;
    const json& property = schema["properties"][child.key];
    EXPECT_TRUE(property.contains("description")) << at;
    if (child.kind == Node::Kind::kMap && property.contains("properties")) {
      expect_known(child, property, at);
    }
  }
}

TEST(Schema, IsJsonOfDraft202012) {
  const json schema = json::parse(config::json_schema());
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema["additionalProperties"], false);
}

TEST(Schema, HoldsEveryKeyOfADump) {
  const config::Config defaults;
  config::Problems problems;
  const auto source = std::make_shared<const config::Source>(config::Source{"dump"});
  const Node root = config::parse_yaml(config::dump(defaults), source, problems);
  expect_known(root, json::parse(config::json_schema()), "");
}

TEST(Schema, CarriesRangesChoicesAndDefaults) {
  const json properties = json::parse(config::json_schema())["properties"];
  const json& lr = properties["optim"]["properties"]["lr"];
  EXPECT_EQ(lr["type"], "number");
  EXPECT_EQ(lr["exclusiveMinimum"], 0);
  EXPECT_EQ(lr["maximum"], 10);
  EXPECT_EQ(lr["default"], 1e-3);
  const json& dropout = properties["model"]["properties"]["dropout"];
  EXPECT_EQ(dropout["anyOf"][0]["exclusiveMaximum"], 1);
  EXPECT_EQ(dropout["anyOf"][1]["type"], "null");
  EXPECT_EQ(dropout["default"], nullptr);
  EXPECT_EQ(properties["task"]["enum"], json({"classify", "segment"}));
  EXPECT_EQ(properties["loader"]["properties"]["batch_size"]["type"], "integer");
}

TEST(Schema, DefinesTransformsAndLosses) {
  const json schema = json::parse(config::json_schema());
  EXPECT_EQ(schema["properties"]["transforms"]["properties"]["train"]["items"]["$ref"],
            "#/$defs/transform");
  const json& resize = schema["$defs"]["transform"]["anyOf"][0];
  EXPECT_EQ(resize["required"], json({"Resize"}));
  EXPECT_EQ(resize["properties"]["Resize"]["required"], json({"size"}));
  // Without required options the name alone is enough; Resize has one.
  const json names = schema["$defs"]["transform"]["anyOf"].back()["enum"];
  EXPECT_THAT(names.get<std::vector<std::string>>(),
              testing::ElementsAre("RandomHorizontalFlip", "RandomVerticalFlip", "ColorJitter",
                                   "RandomResize", "RandomPerspective", "ElasticTransform",
                                   "RandomGrayscale", "RandomErasing", "RandomEqualize",
                                   "RandomAutocontrast", "RandomInvert", "AutoAugment",
                                   "RandAugment", "TrivialAugmentWide", "AugMix", "CLAHE",
                                   "PhotoMetricDistortion", "Normalize"));
  EXPECT_EQ(schema["$defs"]["loss"]["anyOf"].size(), 5u);
}

}  // namespace
}  // namespace carica::test
