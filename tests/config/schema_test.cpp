#include <nlohmann/json.hpp>
#include <regex>
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

TEST(Schema, LetsTextsBeWrittenAsNumbers) {
  const json properties = json::parse(config::json_schema())["properties"];
  const json text{"string", "number", "boolean"};
  EXPECT_EQ(properties["name"]["type"], text);
  EXPECT_EQ(problems_in("name: 1\ndata: {classes: [1, 2, true]}"), "");
  const json& data = properties["data"]["properties"];
  EXPECT_EQ(data["classes"]["anyOf"][0]["items"]["type"], text);
  // What no number can be.
  EXPECT_EQ(properties["device"]["type"], "string");
  EXPECT_EQ(data["images"]["type"], "string");
  EXPECT_EQ(data["format"]["type"], "string");
}

TEST(Schema, LetsWhatMayBeEmptyBeNull) {
  EXPECT_EQ(problems_in("data: {mask: {map:}}\noptim: {lr_scale:}\ntransforms: {train:}"), "");
  const json properties = json::parse(config::json_schema())["properties"];
  const json map{"object", "null"}, list{"array", "null"};
  EXPECT_EQ(properties["data"]["properties"]["mask"]["properties"]["map"]["type"], map);
  EXPECT_EQ(properties["optim"]["properties"]["lr_scale"]["type"], map);
  EXPECT_EQ(properties["transforms"]["properties"]["train"]["type"], list);
}

TEST(Schema, HasPatternsThatAgreeWithTheReader) {
  const json data = json::parse(config::json_schema())["properties"]["data"]["properties"];
  const auto agree = [](const json& property, const std::string& key, const std::string& value) {
    const std::regex pattern(property["pattern"].get<std::string>());
    const bool fits = problems_in("data: {" + key + ": \"" + value + "\"}").empty();
    EXPECT_EQ(std::regex_search(value, pattern), fits) << key << ": " << value;
  };
  for (const char* path : {"a", "a/b.csv", "..a", "a..", "a/..b/c", "...", "./a", "../x", "a/../b",
                           "..", "a/..", "/x", "/", "a//..", "a b/c"}) {
    agree(data["csv"], "csv", path);
    agree(data["images"], "images", std::string(path) + "/{stem}.jpg");
    agree(data["images"], "images", path);
  }
  agree(data["images"], "images", "{stem}");
  agree(data["images"], "images", "{stem}/{stem}.jpg");
  agree(data["images"], "images", "{stem}/..");
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
