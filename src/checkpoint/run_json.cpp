#include "checkpoint/run_json.h"

#include <cmath>
#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.h"
#include "core/text.h"

namespace carica::checkpoint {
namespace {

using nlohmann::json;

// The one list of fields of each struct, behind writing and reading.
// All but the training split's size, which files of earlier versions lack.
template <typename P, typename Visit>
void visit_progress(P& progress, Visit visit) {
  visit("epoch", progress.epoch);
  visit("batch", progress.batch);
  visit("step", progress.step);
  visit("samples", progress.samples);
  visit("best_metric", progress.best_metric);
  visit("best_loss", progress.best_loss);
  visit("best_epoch", progress.best_epoch);
  visit("enough_metric", progress.enough_metric);
  visit("without_gain", progress.without_gain);
  visit("sums", progress.sums);
  visit("metrics_bytes", progress.metrics_bytes);
  visit("results_bytes", progress.results_bytes);
  visit("schedule", progress.schedule);
  visit("finished", progress.finished);
}

// All but the colors, which files of earlier versions lack.
template <typename D, typename Visit>
void visit_description(D& description, Visit visit) {
  visit("config_yaml", description.config_yaml);
  visit("classes", description.classes);
  visit("height", description.height);
  visit("width", description.width);
  visit("torch_version", description.torch_version);
  visit("carica_version", description.carica_version);
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::pair<const char*, double> kNotFinite[] = {
    {"nan", std::numeric_limits<double>::quiet_NaN()}, {"inf", kInfinity}, {"-inf", -kInfinity}};

json encode(double value) {
  for (const auto& [text, number] : kNotFinite) {
    if (value == number || (std::isnan(value) && std::isnan(number))) return text;
  }
  return value;
}
json encode(const std::vector<double>& values) {
  json list = json::array();
  for (const double value : values) list.push_back(encode(value));
  return list;
}
template <typename T>
json encode(const T& value) {
  return value;
}

bool decode(const json& value, double& into) {
  for (const auto& [text, number] : kNotFinite) {
    if (value != text) continue;
    into = number;
    return true;
  }
  if (value.is_number()) into = value.get<double>();
  return value.is_number();
}
template <std::integral T>
bool decode(const json& value, T& into) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    into = static_cast<T>(number);
    return std::in_range<T>(number);
  }
  if (!value.is_number_integer()) return false;
  const auto number = value.get<std::int64_t>();
  into = static_cast<T>(number);
  return std::in_range<T>(number);
}
bool decode(const json& value, bool& into) {
  if (value.is_boolean()) into = value.get<bool>();
  return value.is_boolean();
}
bool decode(const json& value, std::string& into) {
  if (value.is_string()) into = value.get<std::string>();
  return value.is_string();
}
bool decode(const json& value, std::array<int, 3>& color) {
  if (!value.is_array() || value.size() != color.size()) return false;
  for (std::size_t i = 0; i < color.size(); ++i) {
    if (!decode(value[i], color[i]) || color[i] < 0 || color[i] > 255) return false;
  }
  return true;
}
template <typename T>
bool decode(const json& value, std::vector<T>& into) {
  if (!value.is_array()) return false;
  into.clear();
  for (const json& one : value) {
    if (!decode(one, into.emplace_back())) return false;
  }
  return true;
}

std::string dump(const json& object) {
  try {
    return object.dump();
  } catch (const json::type_error&) {
    throw Error(ErrorCode::kData, "checkpoint: a class name or configuration is not valid UTF-8",
                "rename the class, folder or file whose name is in another encoding");
  }
}

/// The value of each field, or an error that names it.
class FieldReader {
 public:
  FieldReader(const std::string& text, std::string where)
      : object_(json::parse(text, nullptr, /*allow_exceptions=*/false)), where_(std::move(where)) {
    if (!object_.is_object()) throw Error(ErrorCode::kCorrupt, where_ + ": not a JSON object");
  }

  bool has(const char* name) const { return object_.contains(name); }

  template <typename T>
  void operator()(const char* name, T& into) const {
    const auto found = object_.find(name);
    if (found == object_.end()) {
      throw Error(ErrorCode::kCorrupt, cat(where_, ": no field ", name));
    }
    if (!decode(*found, into)) {
      throw Error(ErrorCode::kCorrupt, cat(where_, ": field ", name, " has a wrong type or range"));
    }
  }

 private:
  json object_;
  std::string where_;
};

}  // namespace

std::string to_json(const Description& description) {
  json object;
  visit_description(description,
                    [&](const char* name, const auto& value) { object[name] = encode(value); });
  if (!description.colors.empty()) object["colors"] = description.colors;
  return dump(object);
}

std::string to_json(const Progress& progress) {
  json object;
  visit_progress(progress,
                 [&](const char* name, const auto& value) { object[name] = encode(value); });
  object["train_size"] = progress.train_size;
  return dump(object);
}

Description description_from_json(const std::string& text, const std::string& where) {
  Description description;
  const FieldReader reader(text, where);
  visit_description(description, [&](const char* name, auto& value) { reader(name, value); });
  if (reader.has("colors")) reader("colors", description.colors);
  if (!description.colors.empty() && description.colors.size() != description.classes.size()) {
    throw Error(ErrorCode::kCorrupt, cat(where, ": ", description.colors.size(), " colors for ",
                                         description.classes.size(), " classes"));
  }
  if (description.height < 0 || description.width < 0) {
    throw Error(ErrorCode::kCorrupt, where + ": a negative picture size");
  }
  return description;
}

Progress progress_from_json(const std::string& text, const std::string& where) {
  Progress progress;
  const FieldReader reader(text, where);
  visit_progress(progress, [&](const char* name, auto& value) { reader(name, value); });
  if (reader.has("train_size")) reader("train_size", progress.train_size);
  if (progress.epoch < 0 || progress.batch < 0 || progress.step < 0 || progress.samples < 0 ||
      progress.best_epoch < -1 || progress.without_gain < 0 || progress.train_size < 0) {
    throw Error(ErrorCode::kCorrupt, where + ": a negative count");
  }
  return progress;
}

}  // namespace carica::checkpoint
