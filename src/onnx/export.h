#pragma once

#include <filesystem>
#include <string>

#include "core/file_system.h"
#include "eval/model.h"
#include "onnx/answers.h"
#include "onnx/graph.h"
#include "onnx/model_file.h"

namespace carica::onnx {

struct ExportOptions {
  Answers answers = Answers::kLogits;
  bool fixed_size = false;  // pictures of the size that the network was trained with only
};

struct Exported {
  Graph graph;
  bool any_size = false;           // pictures of other sizes are taken, too
  std::int64_t size_multiple = 0;  // their sides are multiples of it; 0: of one size only
};

/// The graph of a network (on the CPU, float32): "pictures" float[batch,channels,height,width],
/// normalised, to "logits", "probabilities" or "classes". Segmenters answer at the pictures' size.
/// Any batch; any size where the network's operators allow it, in multiples of what it pads to.
/// Throws Error(kUsage) for what cannot be said in ONNX, classes of samples with several labels
/// among it.
Exported export_graph(const eval::Model& model, const ExportOptions& options);

/// What a user of the file must know, as metadata of the model: task, class names (JSON), mean and
/// standard deviation of the normalisation of values in 0..1, size, activation, config.
std::map<std::string, std::string> export_metadata(const eval::Model& model,
                                                   const Exported& exported);

/// Writes the model, atomically, after reading it again (check_model). Throws Error(kIo).
ModelSummary write_model(FileSystem& fs, const std::filesystem::path& file,
                         const eval::Model& model, const Exported& exported);

}  // namespace carica::onnx
