#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "checkpoint/run_state.h"
#include "config/config.h"
#include "config/palette.h"
#include "data/transforms/pipeline.h"
#include "eval/runtime.h"
#include "loss/loss.h"
#include "models/network.h"

namespace carica::eval {

/// What a network says of a picture.
enum class Answer {
  kClass,     // one of the classes
  kLabelSet,  // any number of them
  kMask,      // the class of each pixel
};
Answer answer_of(const config::Config& config);

/// A network with all that turns a picture into a named prediction.
struct Model {
  config::Config config;
  std::vector<std::string> classes;
  std::vector<config::Color> colors = {};  // one for each class, of a palette; or empty
  data::Size size;                         // of the pictures that the network was built for
  loss::HeadSpec head;
  // With model.outputs: for each class, and then for each other output, which output it is.
  std::vector<std::int64_t> output_order = {};
  std::shared_ptr<models::Network> network;
  std::shared_ptr<const data::Pipeline> pipeline;  // of evaluation
  Runtime runtime;

  Answer answer() const { return answer_of(config); }
  bool segments() const { return answer() == Answer::kMask; }
  /// Outputs that are no class of the data: what they win counts as wrong.
  bool has_other_outputs() const { return output_order.size() > classes.size(); }
};

/// Value that targets have where they count for nothing: data.mask.ignore_index, or a value no
/// class id has.
int ignore_index(const config::Config& config);

/// A network with random weights (from torch's default generator) on the runtime's device. Throws
/// Error(kConfig) where model.outputs lacks a class of the data or names one twice.
Model build_model(const config::Config& config, std::vector<std::string> classes, data::Size size,
                  const Runtime& runtime);

/// A network from best.safetensors or last.safetensors, in evaluation mode. `overrides` change the
/// stored config (device=cpu, ...). Throws Error(kCorrupt) for a file that cannot be used,
/// Error(kConfig) for overrides.
struct LoadedModel {
  Model model;
  checkpoint::Metadata facts;
  std::string trained_root;  // data.root as it was stored
};
LoadedModel load_model(const std::filesystem::path& checkpoint,
                       std::span<const std::string> overrides);

/// The configured loss without class weights and label smoothing, which belong to training:
/// validation and `eval` report this one.
loss::Loss evaluation_loss(const Model& model);

/// What checkpoints store beside weights.
checkpoint::Description describe(const Model& model);

}  // namespace carica::eval
