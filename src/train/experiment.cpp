#include "train/experiment.h"

#include <algorithm>
#include <thread>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "data/checks/statistics.h"
#include "eval/device_batch.h"
#include "eval/evaluator.h"
#include "optim/freeze.h"
#include "optim/optimizer.h"
#include "train/starting_weights.h"

namespace carica::train {

namespace {

// Takes a setting's resolved value and logs it when it was left to us.
template <typename T>
void settle(const char* key, T& setting, const T& automatic, const T& value) {
  if (setting != automatic) return;
  setting = value;
  log_info(cat(key, ": auto -> ", value));
}

bool wants_class_weights(const config::LossTerm& term) {
  const auto* cross_entropy = std::get_if<config::CrossEntropyLoss>(&term);
  return cross_entropy != nullptr && (cross_entropy->class_weights == "inverse" ||
                                      cross_entropy->class_weights == "median_frequency");
}

// What chooses the best weights.
const char* followed_metric(eval::Answer answer) {
  switch (answer) {
    case eval::Answer::kClass:
      return "top1";
    case eval::Answer::kLabelSet:
      return "map";
    case eval::Answer::kMask:
      return "miou";
  }
  return "loss";
}

// Before an epoch is spent on it.
void check_monitor(const Experiment& experiment) {
  const auto& monitor = experiment.config.train.monitor;
  std::vector<std::string> known;
  for (const auto& [name, value] : eval::empty_metrics(experiment.model)) {
    if (name != "samples" && name != "pixels") known.push_back(name);
  }
  if (std::ranges::find(known, monitor) != known.end()) return;
  throw Error(ErrorCode::kConfig,
              cat("train.monitor = ", monitor, ": no such metric; must be one of ", join(known)));
}

// What the network would learn nothing of.
void check_classes(const Experiment& experiment) {
  const auto& classes = experiment.datasets.classes;
  const auto& root = experiment.config.data.root;
  for (const auto& name : classes) {
    if (is_utf8(name)) continue;
    throw Error(ErrorCode::kData, cat(root, ": class ", readable(name), ": is not UTF-8"),
                "rename the folder, or write the table anew as UTF-8");
  }
  const auto answer = eval::answer_of(experiment.config);
  if (answer == eval::Answer::kLabelSet) return;
  if (classes.size() < 2) {
    throw Error(ErrorCode::kData,
                cat(root, ": only one class, ", join(classes), "; must be at least two"),
                "with class folders, data.root is the folder that holds them");
  }
  if (answer == eval::Answer::kMask) return;
  std::vector<std::string> unseen;
  const auto counts = data::count_labels(*experiment.datasets.train, classes.size());
  for (std::size_t c = 0; c < classes.size(); ++c) {
    if (counts[c] == 0) unseen.push_back(classes[c]);
  }
  if (!unseen.empty()) {
    log_warning(cat(root, ": no training sample of ", join_few(unseen), "; it cannot be learned"));
  }
}

// Pictures that all have one size need no resizing; the loader checks that they have.
std::optional<data::Size> size_of_first(const Experiment& experiment, const data::Dataset& split,
                                        const data::Pipeline& pipeline) {
  const bool skip = experiment.config.data.on_bad_image == "skip";
  for (std::size_t i = 0; i < split.size(); ++i) {
    try {
      return pipeline.output_size(split.load(i).picture.size);
    } catch (const Error& error) {
      if (!skip || error.code() != ErrorCode::kData) throw;
    }
  }
  return {};
}

// Before an epoch is spent on it.
void check_eval_size(const Experiment& experiment) {
  const auto& model = experiment.model;
  auto size = model.pipeline->output_size();
  if (!size) size = size_of_first(experiment, *experiment.datasets.val, *model.pipeline);
  if (!size) return;
  model.network->eval();
  try {
    model.network->check({1, 3, size->height, size->width});
  } catch (const Error& error) {
    throw Error(ErrorCode::kConfig, cat("transforms.eval: ", error.what()),
                cat("resize or crop to [", model.size.height, ", ", model.size.width,
                    "], as transforms.train does"));
  }
  model.network->train();
}

}  // namespace

config::Config resolve(const config::Config& config, const data::Datasets& datasets,
                       const eval::Runtime& runtime) {
  auto resolved = config;
  const std::string automatic = "auto";
  const int cores = std::clamp<int>(static_cast<int>(std::thread::hardware_concurrency()), 1, 16);
  settle("loader.workers", resolved.loader.workers, -1, cores);
  settle("loader.eval_batch_size", resolved.loader.eval_batch_size, 0, resolved.loader.batch_size);
  settle<std::string>("train.precision", resolved.train.precision, automatic,
                      runtime.compute == torch::kBFloat16 ? "bf16" : "fp32");
  settle<std::string>("train.channels_last", resolved.train.channels_last, automatic,
                      runtime.channels_last ? "on" : "off");
  if (config.task == config::Task::kClassify && config.data.format == "csv") {
    settle<std::string>("data.labels", resolved.data.labels, automatic,
                        datasets.several_labels ? "several" : "one");
  }
  settle<std::string>("train.monitor", resolved.train.monitor, automatic,
                      followed_metric(eval::answer_of(resolved)));
  settle<std::string>("train.mode", resolved.train.mode, automatic,
                      resolved.train.monitor.find("loss") != std::string::npos ? "min" : "max");
  return resolved;
}

std::int64_t steps_per_epoch(const Experiment& experiment) {
  const auto& config = experiment.config;
  const auto samples = static_cast<std::int64_t>(experiment.datasets.train->size());
  const auto parts_of = [](std::int64_t whole, std::int64_t part) {
    return (whole + part - 1) / part;
  };
  const std::int64_t batch = config.loader.batch_size;
  const auto batches = config.loader.drop_last ? samples / batch : parts_of(samples, batch);
  return parts_of(batches, config.optim.accumulate);
}

std::unique_ptr<optim::Schedule> make_schedule(const Experiment& experiment) {
  const auto& config = experiment.config;
  const auto steps = steps_per_epoch(experiment);
  if (steps == 0) {
    throw Error(ErrorCode::kConfig,
                cat("loader.batch_size = ", config.loader.batch_size, ": the training split has ",
                    experiment.datasets.train->size(), " samples, not one batch"),
                "lower loader.batch_size, or set loader.drop_last: false");
  }
  return optim::make_schedule(config.schedule, config.optim.lr, steps, config.train.epochs);
}

void check_batches(const Experiment& experiment) {
  const auto& config = experiment.config;
  auto& network = *experiment.model.network;
  network.train();
  const auto& freeze = config.train.freeze;
  if (freeze.epochs == 0 || freeze.epochs >= config.train.epochs) {
    optim::Freeze(network, freeze).hold_norms();
  }
  const auto samples = static_cast<std::int64_t>(experiment.datasets.train->size());
  const std::int64_t batch = config.loader.batch_size;
  const auto check = [&](std::int64_t count, const std::string& what, const char* way_out) {
    if (count == 0) return;
    const auto [height, width] = experiment.model.size;
    try {
      network.check({count, 3, height, width});
    } catch (const Error& error) {
      throw Error(ErrorCode::kConfig, cat("loader.batch_size = ", batch, what, ": ", error.what()),
                  way_out);
    }
  };
  check(std::min(batch, samples), "", "raise loader.batch_size");
  if (!config.loader.drop_last) {
    check(samples % batch, cat(" leaves ", samples % batch, " of ", samples, " samples over"),
          "set loader.drop_last: true, or choose another loader.batch_size");
  }
  network.train();
}

data::LoaderOptions loader_options(const config::Config& config, const data::Datasets& datasets,
                                   const eval::Runtime& runtime) {
  data::LoaderOptions options;
  if (datasets.several_labels) options.label_classes = datasets.classes.size();
  options.batch_size = static_cast<std::size_t>(config.loader.batch_size);
  options.workers = static_cast<std::size_t>(config.loader.workers);
  options.prefetch = static_cast<std::size_t>(config.loader.prefetch);
  options.drop_last = config.loader.drop_last;
  // From a cold disk one worker gained a quarter (data_bench, cold); from the page cache it costs
  // microseconds.
  if (config.data.cache == "none") options.read_ahead = 2;
  options.skip_bad = config.data.on_bad_image == "skip";
  options.max_bad_fraction = config.data.max_bad_fraction;
  if (config.loader.decode == "reduced") options.decoding = data::Decoding::kReduced;
  options.seed = config.seed;
  options.memory = eval::slab_memory(runtime);
  return options;
}

loss::Loss build_loss(const config::Config& config, const data::Dataset& train, int classes,
                      torch::Device device) {
  loss::LossOptions options;
  options.classes = classes;
  options.ignore_index = eval::ignore_index(config);
  options.several_labels = eval::answer_of(config) == eval::Answer::kLabelSet;
  if (std::any_of(config.loss.begin(), config.loss.end(), wants_class_weights)) {
    const auto count = static_cast<std::size_t>(classes);
    std::vector<std::int64_t> around;
    const auto counts =
        config.task == config::Task::kSegment
            ? data::count_pixels(train, count, options.ignore_index,
                                 static_cast<std::size_t>(std::max(config.loader.workers, 1)),
                                 &around, config.data.on_bad_image == "skip")
            : data::count_labels(train, count);
    options.class_counts.assign(counts.begin(), counts.end());
    options.counts_around.assign(around.begin(), around.end());
  }
  loss::Loss loss(config.loss, options);
  loss.to(device);
  return loss;
}

Experiment build_experiment(const config::Config& config, const eval::Runtime& runtime,
                            bool starts) {
  return build_experiment(config, runtime, data::open_datasets(config), starts);
}

Experiment build_experiment(const config::Config& config, const eval::Runtime& runtime,
                            data::Datasets datasets, bool starts) {
  Experiment experiment;
  experiment.datasets = std::move(datasets);
  experiment.config = resolve(config, experiment.datasets, runtime);
  const auto& resolved = experiment.config;
  check_classes(experiment);
  experiment.train_pipeline = std::make_shared<const data::Pipeline>(
      resolved.transforms.train, resolved.data.mask.ignore_index);
  auto size = experiment.train_pipeline->output_size();
  if (!size)
    size = size_of_first(experiment, *experiment.datasets.train, *experiment.train_pipeline);
  if (!size) {
    throw Error(ErrorCode::kConfig,
                "transforms.train: the pictures come out at no fixed size; a batch needs one",
                "end the list with a RandomCrop, RandomResizedCrop or a Resize to [height, width]");
  }
  torch::manual_seed(resolved.seed);
  experiment.model = eval::build_model(resolved, experiment.datasets.classes, *size, runtime);
  experiment.model.colors = experiment.datasets.colors;
  if (starts) load_starting_weights(experiment.model);
  check_monitor(experiment);
  check_eval_size(experiment);
  // Patterns that match nothing are found here, before there is a run directory.
  const optim::Freeze freeze(*experiment.model.network, resolved.train.freeze);
  const auto doubt = optim::doubt_of_heads(freeze, experiment.model.network->heads(), resolved);
  if (starts && !doubt.empty()) log_warning(doubt);
  optim::parameter_groups(*experiment.model.network, resolved.optim);
  experiment.loss = std::make_unique<loss::Loss>(
      build_loss(resolved, *experiment.datasets.train,
                 static_cast<int>(experiment.datasets.classes.size()), runtime.device));
  return experiment;
}

}  // namespace carica::train
