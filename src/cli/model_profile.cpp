#include "cli/model_profile.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "config/config.h"
#include "core/error.h"
#include "core/text.h"
#include "eval/network_profile.h"
#include "models/registry.h"

namespace carica::cli {

namespace {

using Size = std::array<std::int64_t, 3>;  // channels, height, width

Size parse_size(const std::string& text) {
  Size size{};
  const auto parts = split(text, 'x');
  bool good = parts.size() == size.size();
  for (std::size_t i = 0; good && i < size.size(); ++i) {
    const char* end = parts[i].data() + parts[i].size();
    const auto [stop, error] = std::from_chars(parts[i].data(), end, size[i]);
    good = error == std::errc() && stop == end && size[i] >= 1 && size[i] <= 32768;
  }
  if (good) return size;
  throw Error(ErrorCode::kUsage, cat("--input ", text, ": must be CHANNELSxHEIGHTxWIDTH"),
              "--input 3x224x224");
}

const models::ModelInfo& info_of(const std::string& name) {
  for (const auto& info : models::registry()) {
    if (info.name == name) return info;
  }
  return models::find_model(name, config::Task::kClassify);  // throws, naming what there is
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::vector<std::string> texts;
  for (const auto size : shape) texts.push_back(cat(size));
  return join(texts, "x");
}

// 1,234,567
std::string grouped(std::int64_t number) {
  std::string text = cat(number);
  for (auto place = static_cast<std::ptrdiff_t>(text.size()) - 3; place > 0; place -= 3) {
    text.insert(static_cast<std::size_t>(place), ",");
  }
  return text;
}

struct Column {
  std::string title;
  bool right = false;
  std::vector<std::string> cells = {};
};

std::string table_text(const std::vector<Column>& columns) {
  std::string text;
  for (std::size_t row = 0; row <= columns[0].cells.size(); ++row) {
    std::string line;
    for (const auto& column : columns) {
      std::size_t width = column.title.size();
      for (const auto& cell : column.cells) width = std::max(width, cell.size());
      const auto& cell = row == 0 ? column.title : column.cells[row - 1];
      const std::string space(width - cell.size(), ' ');
      line += (line.empty() ? "" : "  ") + (column.right ? space + cell : cell + space);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string text_of(const eval::NetworkProfile& profile) {
  std::vector<Column> columns = {
      {"layer"}, {"kind"}, {"output"}, {"parameters", true}, {"multiply-adds", true}};
  for (const auto& layer : profile.layers) {
    columns[0].cells.push_back(layer.name);
    columns[1].cells.push_back(layer.kind);
    columns[2].cells.push_back(shape_text(layer.output));
    columns[3].cells.push_back(layer.parameters > 0 ? grouped(layer.parameters) : "");
    columns[4].cells.push_back(layer.multiply_adds > 0 ? grouped(layer.multiply_adds) : "");
  }
  const auto bytes = [](std::int64_t count) {
    return byte_size(static_cast<std::uint64_t>(count));
  };
  return cat(table_text(columns), "\nparameters      ", grouped(profile.parameters), " (",
             bytes(4 * profile.parameters), " as float32), and ", grouped(profile.buffers),
             " numbers in buffers\nmultiply-adds   ", grouped(profile.multiply_adds),
             " for a picture, without norms, activations and pools\nfeatures        ",
             grouped(profile.features), "\nactivations     ", bytes(profile.inference_bytes),
             " for a picture at most in inference, ", bytes(profile.training_bytes),
             " kept for the backward pass in training\n");
}

nlohmann::ordered_json json_of(const eval::NetworkProfile& profile) {
  nlohmann::ordered_json json{
      {"parameters", profile.parameters},           {"buffers", profile.buffers},
      {"multiply_adds", profile.multiply_adds},     {"features", profile.features},
      {"inference_bytes", profile.inference_bytes}, {"training_bytes", profile.training_bytes}};
  for (const auto& layer : profile.layers) {
    json["layers"].push_back({{"name", layer.name},
                              {"kind", layer.kind},
                              {"output", layer.output},
                              {"parameters", layer.parameters},
                              {"multiply_adds", layer.multiply_adds}});
  }
  return json;
}

}  // namespace

int show_model(const ModelRequest& request, const Invocation& invocation) {
  const auto& info = info_of(request.name);
  const auto input = request.input.empty() ? cat("3x", info.size, "x", info.size) : request.input;
  const auto [channels, height, width] = parse_size(input);
  const auto task = info.task;
  const std::string data = task == config::Task::kSegment ? "data: {format: paired_masks}\n" : "";
  const auto config = config::parse(
      cat("task: ", config::task_name(task), "\n", data, "model: {name: ", request.name, "}\n"),
      "carica models", request.overrides);
  models::BuildOptions options;
  options.model = config.model;
  options.in_channels = static_cast<int>(channels);
  options.height = static_cast<int>(height);
  options.width = static_cast<int>(width);
  const int usual = task == config::Task::kClassify ? 1000 : 21;
  options.outputs = request.classes > 0 ? request.classes : usual;
  const auto network = models::build(options, task);
  const auto profile = eval::profile_network(*network, channels, height, width);
  say(invocation, cat(request.name, ", ", options.outputs, " classes, pictures ", input, "\n\n",
                      text_of(profile)));
  say_json(invocation, json_of(profile).dump());
  return 0;
}

}  // namespace carica::cli
