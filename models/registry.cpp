#include "models/registry.h"

#include <algorithm>

#include "core/text.h"
#include "models/classifiers.h"
#include "models/model_keys.h"
#include "models/segmenters.h"

namespace carica::models {
namespace {

std::string task_word(config::Task task) {
  return task == config::Task::kClassify ? "classify" : "segment";
}

void check_rate(const std::string& key, std::optional<double> rate) {
  if (rate && !(*rate >= 0 && *rate < 1)) {
    throw config_error(cat("model.", key, " = ", *rate, ": must be in [0, 1)"));
  }
}

std::vector<ModelInfo> join_tables() {
  std::vector<ModelInfo> all(classifiers().begin(), classifiers().end());
  all.insert(all.end(), segmenters().begin(), segmenters().end());
  return all;
}

}  // namespace

std::span<const ModelInfo> registry() {
  static const std::vector<ModelInfo> all = join_tables();
  return all;
}

const ModelInfo& find_model(const std::string& name, config::Task task) {
  std::vector<std::string> all, of_task;
  for (const auto& info : registry()) {
    if (info.name == name && info.task == task) return info;
    all.push_back(info.name);
    if (info.task == task) of_task.push_back(info.name);
  }
  const auto found = std::ranges::find(registry(), name, &ModelInfo::name);
  if (found == registry().end()) throw unknown("model.name", name, all);
  throw config_error(cat("model.name = ", name, ": is for task: ", task_word(found->task),
                         ", and the task is ", task_word(task), "; for ", task_word(task), ": ",
                         join(of_task)));
}

std::shared_ptr<Network> build(const BuildOptions& options, config::Task task) {
  const ModelInfo& info = find_model(options.model.name, task);
  if (options.outputs < 1) {
    throw config_error(cat(info.name, ": ", options.outputs, " outputs; at least 1"),
                       "outputs are the classes of the data: check data.classes");
  }
  if (options.in_channels < 1) {
    throw config_error(cat(info.name, ": ", options.in_channels, " input channels; at least 1"));
  }
  check_rate("dropout", options.model.dropout);
  check_rate("drop_path", options.model.drop_path);
  if (task == config::Task::kClassify) refuse_segmenter_keys(options);
  return info.build(options);
}

std::int64_t parameter_count(const Network& network) {
  std::int64_t count = 0;
  for (const auto& parameter : network.parameters()) {
    if (parameter.requires_grad()) count += parameter.numel();
  }
  return count;
}

}  // namespace carica::models
