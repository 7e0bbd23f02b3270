// onnx: networks as ONNX files. May include core, config, models, loss, eval and below.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace carica::onnx {

using Attribute = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>>;

struct Node {
  std::string op;                   // "Conv"
  std::vector<std::string> inputs;  // names of values; "" leaves an optional one out
  std::vector<std::string> outputs;
  std::vector<std::pair<std::string, Attribute>> attributes = {};
};

/// A dimension: a number, or a name where it may be any.
using Dimension = std::variant<std::int64_t, std::string>;

enum class ElementType : std::int32_t { kFloat = 1, kInt64 = 7 };

/// An input or output of the graph.
struct Port {
  std::string name;
  ElementType type = ElementType::kFloat;
  std::vector<Dimension> dims;
};

/// A network in terms of ONNX (https://onnx.ai/onnx/intro/concepts.html): nodes in the order in
/// which they can run.
struct Graph {
  std::string name;
  std::vector<Port> inputs, outputs;
  std::vector<Node> nodes;
  std::vector<std::pair<std::string, at::Tensor>> weights;  // float32 or int64, by value name
};

}  // namespace carica::onnx
