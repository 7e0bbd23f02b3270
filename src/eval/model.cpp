#include "eval/model.h"

#include <torch/version.h>

#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "core/version.h"
#include "models/registry.h"

namespace carica::eval {

int ignore_index(const config::Config& config) {
  return config.task == config::Task::kSegment ? config.data.mask.ignore_index : -100;
}

Answer answer_of(const config::Config& config) {
  if (config.task == config::Task::kSegment) return Answer::kMask;
  return config.data.labels == "several" ? Answer::kLabelSet : Answer::kClass;
}

namespace {

std::vector<std::int64_t> order_of(const std::vector<std::string>& outputs,
                                   const std::vector<std::string>& classes) {
  std::vector<std::int64_t> order;
  const auto place = [&](const std::string& name) {
    const auto found = std::ranges::find(outputs, name);
    if (found == outputs.end() || std::ranges::count(outputs, name) > 1) {
      throw Error(ErrorCode::kConfig,
                  cat("model.outputs: ", found == outputs.end() ? "lacks" : "names twice",
                      " the class ", name, "; must name each class of the data once"),
                  cat("the classes are ", join(classes)));
    }
    return found - outputs.begin();
  };
  for (const auto& name : classes) order.push_back(place(name));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (std::ranges::find(classes, outputs[i]) == classes.end()) {
      order.push_back(static_cast<std::int64_t>(i));
    }
  }
  return order;
}

}  // namespace

Model build_model(const config::Config& config, std::vector<std::string> classes, data::Size size,
                  const Runtime& runtime) {
  Model model;
  model.config = config;
  model.classes = std::move(classes);
  model.size = size;
  model.runtime = runtime;
  const auto& outputs = config.model.outputs;
  if (!outputs.empty()) model.output_order = order_of(outputs, model.classes);
  const auto head_classes = outputs.empty() ? model.classes.size() : outputs.size();
  model.head = loss::head_spec(config.loss, static_cast<int>(head_classes),
                               model.answer() == Answer::kLabelSet);
  if (!outputs.empty() && model.head.outputs != static_cast<int>(outputs.size())) {
    throw Error(ErrorCode::kConfig,
                cat("model.outputs: names ", outputs.size(),
                    " outputs; the loss gives the network ", model.head.outputs));
  }
  model.pipeline =
      std::make_shared<const data::Pipeline>(config.transforms.eval, config.data.mask.ignore_index);
  models::BuildOptions options;
  options.model = config.model;
  options.outputs = model.head.outputs;
  options.height = size.height;
  options.width = size.width;
  model.network = models::build(options, config.task);
  if (runtime.channels_last) {
    torch::NoGradGuard no_grad;
    for (auto& parameter : model.network->parameters()) {
      if (parameter.dim() == 4) {
        parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
      }
    }
  }
  model.network->to(runtime.device);
  return model;
}

LoadedModel load_model(const std::filesystem::path& checkpoint,
                       std::span<const std::string> overrides) {
  auto weights = checkpoint::load_weights(checkpoint);
  const auto& description = weights.description;
  LoadedModel loaded;
  config::Config config;
  try {
    const auto name = cat(checkpoint.string(), " (its config)");
    loaded.trained_root = config::parse(description.config_yaml, name, {}).data.root;
    config = config::parse(description.config_yaml, name, overrides);
  } catch (const Error& error) {
    if (!overrides.empty()) throw;
    throw Error(ErrorCode::kCorrupt,
                cat(checkpoint.string(), ": its config cannot be read: ", error.what()));
  }
  loaded.model = build_model(config, description.classes, {description.height, description.width},
                             resolve_runtime(config));
  loaded.model.colors = description.colors;
  checkpoint::copy_state(*loaded.model.network, weights.tensors, checkpoint.string());
  loaded.model.network->eval();
  loaded.facts = std::move(weights.facts);
  return loaded;
}

loss::Loss evaluation_loss(const Model& model) {
  auto terms = model.config.loss;
  for (auto& term : terms) {
    if (auto* cross_entropy = std::get_if<config::CrossEntropyLoss>(&term)) {
      cross_entropy->label_smoothing = 0;
      cross_entropy->class_weights = "none";
      cross_entropy->class_weight_list.clear();
    } else if (auto* bce = std::get_if<config::BceLoss>(&term)) {
      bce->label_smoothing = 0;
    }
  }
  loss::LossOptions options;
  options.classes =
      static_cast<int>(std::max(model.classes.size(), model.output_order.size()));  // of the head
  options.ignore_index = ignore_index(model.config);
  options.several_labels = model.answer() == Answer::kLabelSet;
  loss::Loss loss(terms, options);
  loss.to(model.runtime.device);
  return loss;
}

checkpoint::Description describe(const Model& model) {
  checkpoint::Description description;
  description.config_yaml = config::dump(model.config);
  description.classes = model.classes;
  description.colors = model.colors;
  description.height = model.size.height;
  description.width = model.size.width;
  description.torch_version = TORCH_VERSION;
  description.carica_version = kVersion;
  return description;
}

}  // namespace carica::eval
