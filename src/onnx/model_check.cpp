// check_model of model_file.h: a reader of its own, so that a mistake of the writer is seen.
#include <protozero/pbf_reader.hpp>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "onnx/model_file.h"

namespace carica::onnx {
namespace {

using protozero::pbf_reader;

class Checker {
 public:
  explicit Checker(std::string name) : name_(std::move(name)) {}

  ModelSummary read(std::string_view bytes) {
    pbf_reader model(bytes.data(), bytes.size());
    bool has_graph = false;
    while (model.next()) {
      switch (model.tag()) {
        case 7:
          has_graph = true;
          graph_ = model.get_view();
          break;
        case 14: {
          pbf_reader property = model.get_message();
          std::string key, value;
          while (property.next()) {
            if (property.tag() == 1) {
              key = property.get_string();
            } else if (property.tag() == 2) {
              value = property.get_string();
            } else {
              property.skip();
            }
          }
          summary_.metadata[key] = value;
          break;
        }
        default:
          model.skip();
      }
    }
    if (!has_graph) refuse("has no graph");
    read_graph();
    return std::move(summary_);
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ErrorCode::kCorrupt, cat(name_, ": ", what));
  }

  void define(const std::string& value) {
    if (value.empty() || !known_.insert(value).second) {
      refuse(cat("value \"", value, "\": must have a name of its own"));
    }
  }

  void require(const std::string& value, const std::string& who) const {
    if (!value.empty() && !known_.contains(value)) {
      refuse(cat(who, ": takes \"", value, "\", which nothing before it gives"));
    }
  }

  // Inputs and weights are known to all nodes, wherever they stand.
  void read_graph() {
    pbf_reader first(graph_);
    std::vector<std::string> outputs;
    while (first.next()) {
      switch (first.tag()) {
        case 5:
          read_weight(first.get_message());
          break;
        case 11:
          summary_.inputs.push_back(name_of(first.get_message()));
          define(summary_.inputs.back());
          break;
        case 12:
          summary_.outputs.push_back(name_of(first.get_message()));
          break;
        default:
          first.skip();
      }
    }
    pbf_reader nodes(graph_);
    while (nodes.next(1)) read_node(nodes.get_message());
    for (const auto& output : summary_.outputs) require(output, "the graph's outputs");
    if (summary_.inputs.empty() || summary_.outputs.empty()) refuse("has no input or no output");
  }

  static std::string name_of(pbf_reader info) {
    std::string name;
    while (info.next()) {
      if (info.tag() == 1) {
        name = info.get_string();
      } else {
        info.skip();
      }
    }
    return name;
  }

  void read_weight(pbf_reader weight) {
    std::uint64_t numbers = 1, bytes = 0;
    std::int32_t type = 0;
    std::string name;
    while (weight.next()) {
      switch (weight.tag()) {
        case 1:
          numbers *= static_cast<std::uint64_t>(weight.get_int64());
          break;
        case 2:
          type = weight.get_int32();
          break;
        case 8:
          name = weight.get_string();
          break;
        case 9:
          bytes = weight.get_view().size();
          break;
        default:
          weight.skip();
      }
    }
    const std::uint64_t each = type == static_cast<std::int32_t>(ElementType::kFloat) ? 4 : 8;
    if (bytes != numbers * each) {
      refuse(cat("weight ", name, ": has ", bytes, " bytes; must have ", numbers * each));
    }
    define(name);
    ++summary_.weights;
  }

  void read_node(pbf_reader node) {
    std::vector<std::string> inputs, outputs;
    std::string op;
    while (node.next()) {
      switch (node.tag()) {
        case 1:
          inputs.push_back(node.get_string());
          break;
        case 2:
          outputs.push_back(node.get_string());
          break;
        case 4:
          op = node.get_string();
          break;
        default:
          node.skip();
      }
    }
    if (outputs.empty()) refuse(cat("a node ", op, " without output"));
    for (const auto& input : inputs) require(input, cat(op, " ", outputs.front()));
    for (const auto& output : outputs) define(output);
    ++summary_.nodes;
  }

  std::string name_;
  protozero::data_view graph_;
  std::set<std::string> known_;
  ModelSummary summary_;
};

}  // namespace

ModelSummary check_model(std::string_view bytes, const std::string& name) {
  try {
    return Checker(name).read(bytes);
  } catch (const protozero::exception& problem) {
    throw Error(ErrorCode::kCorrupt, cat(name, ": is no ONNX model: ", problem.what()));
  }
}

}  // namespace carica::onnx
