#include <cmath>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/config.h"
#include "config/describe.h"
#include "config/forms.h"
#include "core/text.h"

namespace carica::config {
namespace {

using Json = nlohmann::ordered_json;

Json object_of(Json properties) {
  return {
      {"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
}

/// Whole bounds as whole numbers: 65536 rather than 65536.0.
Json bound(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

Json number_schema(const char* type, const Range& range) {
  Json schema{{"type", type}};
  if (std::isfinite(range.low))
    schema[range.low_open ? "exclusiveMinimum" : "minimum"] = bound(range.low);
  if (std::isfinite(range.high))
    schema[range.high_open ? "exclusiveMaximum" : "maximum"] = bound(range.high);
  return schema;
}

// YAML says `name: 1` of a number, which the reader takes for the text that it is written as.
Json text_type(const Field& about) {
  const bool by_pattern_alone = about.form == Form::kDevice || about.form == Form::kStemPattern;
  if (!about.choices.empty() || by_pattern_alone) return "string";
  return Json::array({"string", "number", "boolean"});
}

Json text_schema(const Field& about) {
  Json schema{{"type", text_type(about)}};
  if (!about.choices.empty()) {
    schema["enum"] = about.choices;
    if (about.nullable) schema["enum"].push_back("");
  } else {
    const std::string pattern(form_pattern(about.form));
    if (about.form == Form::kRegex) schema["format"] = "regex";
    if (!pattern.empty()) schema["pattern"] = about.nullable ? cat("^$|", pattern) : pattern;
    if (!about.nullable) schema["minLength"] = 1;
  }
  return schema;
}

Json list_schema(Json items, const Field& about) {
  Json schema{{"type", "array"}, {"items", std::move(items)}};
  const bool pair = about.form == Form::kSize || about.form == Form::kInterval;
  const Length length = pair ? Length{2, 2} : about.length;
  if (length.low > 0 && !about.nullable) schema["minItems"] = length.low;
  if (length.high != Length{}.high) schema["maxItems"] = length.high;
  return schema;
}

Json type_schema(const bool*, const Field&) { return {{"type", "boolean"}}; }
Json type_schema(const int*, const Field& about) { return number_schema("integer", about.range); }
Json type_schema(const std::uint64_t*, const Field&) {
  return number_schema("integer", at_least(0));
}
Json type_schema(const double*, const Field& about) { return number_schema("number", about.range); }
Json type_schema(const std::optional<double>*, const Field& about) {
  return {{"anyOf", Json::array({number_schema("number", about.range), {{"type", "null"}}})}};
}
Json type_schema(const std::string*, const Field& about) { return text_schema(about); }

Json type_schema(const std::vector<std::string>*, const Field& about) {
  if (about.form == Form::kErasing) {
    const Json number{{"type", "number"}};
    const Json colour{{"type", "array"}, {"items", number}, {"minItems", 3}, {"maxItems", 3}};
    return {{"anyOf", Json::array({number, {{"const", "random"}}, colour})}};
  }
  Field item = about;
  item.nullable = false;
  return list_schema(text_schema(item), about);
}
Json type_schema(const std::vector<int>*, const Field& about) {
  const Json whole = number_schema("integer", about.range);
  if (about.form != Form::kSize && about.form != Form::kNumbers) return list_schema(whole, about);
  return {{"anyOf", Json::array({whole, list_schema(whole, about)})}};
}
Json type_schema(const std::vector<double>*, const Field& about) {
  const Json one = number_schema("number", about.range);
  if (about.form != Form::kNumbers) return list_schema(one, about);
  return {{"anyOf", Json::array({one, list_schema(one, about)})}};
}
Json type_schema(const std::map<int, int>*, const Field& about) {
  return {{"type", Json::array({"object", "null"})},
          {"propertyNames", {{"pattern", "^[0-9]+$"}}},
          {"additionalProperties", number_schema("integer", about.range)}};
}
Json type_schema(const std::map<std::string, double>*, const Field& about) {
  return {{"type", Json::array({"object", "null"})},
          {"additionalProperties", number_schema("number", about.range)}};
}

std::string description(const Field& about) {
  return about.unit.empty() ? std::string(about.help) : cat(about.help, " [", about.unit, "]");
}

class SchemaWriter : public Visitor {
 public:
  SchemaWriter() : open_{Json::object()} {}

  Json properties() const { return open_.front(); }
  Json definitions() const { return definitions_; }
  std::vector<std::string> required() const { return required_; }

 protected:
  void visit(std::string_view name, Slot slot, const Field& about) override {
    Json schema = std::visit([&](const auto* value) { return type_schema(value, about); }, slot);
    if (about.nullable) schema = {{"anyOf", Json::array({schema, {{"type", "null"}}})}};
    schema["description"] = description(about);
    if (about.required) {
      required_.emplace_back(name);
    } else {
      schema["default"] = std::visit([](const auto* value) { return default_of(*value); }, slot);
    }
    open_.back()[std::string(name)] = std::move(schema);
  }

  void visit(std::string_view name, Alternatives& items, const AlternativesField& about) override {
    const std::string noun(about.noun);
    if (!definitions_.contains(noun)) definitions_[noun] = one_of(items);
    const Json one{{"$ref", cat("#/$defs/", noun)}};
    Json schema{{"type", "array"}, {"items", one}};
    if (about.min_items > 0) {
      schema["minItems"] = about.min_items;
    } else {
      schema["type"] = Json::array({"array", "null"});
    }
    if (about.one_without_list) schema = {{"anyOf", Json::array({one, schema})}};
    schema["description"] = std::string(about.help);
    open_.back()[std::string(name)] = std::move(schema);
  }

  bool enter(std::string_view name, std::string_view help) override {
    names_.push_back({std::string(name), std::string(help)});
    open_.push_back(Json::object());
    return true;
  }

  void leave() override {
    Json schema = object_of(std::move(open_.back()));
    schema["type"] = Json::array({"object", "null"});
    schema["description"] = names_.back().second;
    open_.pop_back();
    open_.back()[names_.back().first] = std::move(schema);
    names_.pop_back();
  }

 private:
  template <typename T>
  static Json default_of(const T& value) {
    return value;
  }
  static Json default_of(const std::optional<double>& value) {
    return value ? Json(*value) : Json(nullptr);
  }
  static Json default_of(const std::map<int, int>& map) {
    Json object = Json::object();
    for (const auto& [key, value] : map) object[cat(key)] = value;
    return object;
  }

  /// Any of: a name alone, where its options all have defaults, or a map from one name to its
  /// options.
  static Json one_of(const Alternatives& items) {
    Json names = Json::array(), all = Json::array();
    for (std::size_t tag = 0; tag < items.tags(); ++tag) {
      const std::string name(items.name(tag));
      SchemaWriter writer;
      items.describe_tag(writer, tag);
      Json options = object_of(writer.properties());
      options["description"] = std::string(items.help(tag));
      if (writer.required().empty()) {
        names.push_back(name);
        options["type"] = Json::array({"object", "null"});
      } else {
        options["required"] = writer.required();
      }
      Json map = object_of({{name, std::move(options)}});
      map["required"] = Json::array({name});
      all.push_back(std::move(map));
    }
    all.push_back({{"enum", std::move(names)}});
    return {{"anyOf", std::move(all)}};
  }

  std::vector<Json> open_;  // properties of the sections from the root to the open one
  std::vector<std::pair<std::string, std::string>> names_;
  std::vector<std::string> required_;
  Json definitions_ = Json::object();
};

}  // namespace

std::string json_schema() {
  SchemaWriter writer;
  Config config;
  describe(writer, config);
  Json properties{
      {"_base_",
       {{"description", "file, or list of files, that this one builds on; relative to this file"},
        {"anyOf", Json::array({{{"type", "string"}},
                               {{"type", "array"}, {"items", {{"type", "string"}}}}})}}}};
  properties.update(writer.properties());
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "carica configuration"}};
  schema.update(object_of(std::move(properties)));
  schema["$defs"] = writer.definitions();
  return schema.dump(2);
}

}  // namespace carica::config
