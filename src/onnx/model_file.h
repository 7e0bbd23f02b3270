#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/file_system.h"
#include "onnx/graph.h"

namespace carica::onnx {

inline constexpr std::int64_t kOpset = 17;

/// The bytes of a model: onnx.proto of https://github.com/onnx/onnx, IR version 8, opset 17.
/// `metadata` becomes metadata_props.
std::string model_bytes(const Graph& graph, const std::map<std::string, std::string>& metadata);

/// What a reader of a model can rely on.
struct ModelSummary {
  std::size_t nodes = 0, weights = 0;
  std::vector<std::string> inputs, outputs;
  std::map<std::string, std::string> metadata;
};

/// Reads what model_bytes() gave, as an independent check: every node's inputs exist before it,
/// names are given once, every weight has as many bytes as its shape says, every output of the
/// graph is made. Throws Error(kCorrupt) with the name of what is wrong.
ModelSummary check_model(std::string_view bytes, const std::string& name);

}  // namespace carica::onnx
