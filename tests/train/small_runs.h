#pragma once

#include <functional>
#include <memory>
#include <string>

#include "checkpoint/run_state.h"
#include "config/config.h"
#include "data/generated/papaya.h"
#include "support/temp_folder.h"
#include "support/text_file.h"
#include "train/experiment.h"
#include "train/run_directory.h"
#include "train/trainer.h"

namespace carica::test {

/// 40 papayas of 32x32, made once.
inline void make_small_papayas(const std::filesystem::path& folder) {
  data::PapayaOptions options;
  options.count = 40;
  options.size = {32, 32};
  data::make_papayas(options, folder, 2);
}

/// A run of a few steps on them, with augmentation, a moving average and gradient accumulation.
inline config::Config small_config(config::Task task, const std::filesystem::path& root,
                                   int workers) {
  config::Config config;
  config.task = task;
  config.device = "cpu";
  config.data.format = "papaya";
  config.data.root = root.string();
  config.data.split.train = 0.6;
  config.data.split.val = 0.2;
  config.loader.batch_size = 4;
  config.loader.workers = workers;
  config.transforms.train = {
      config::RandomCrop{.size = {32}, .padding = 4}, config::RandomHorizontalFlip{},
      config::ColorJitter{.brightness = 0.3, .hue = 0.1}, config::Normalize{}};
  config.transforms.eval = {config::Normalize{}};
  config.model.name = task == config::Task::kClassify ? "cnn" : "unet";
  config.model.encoder = task == config::Task::kClassify ? "" : "plain";
  if (task == config::Task::kSegment) config.model.widths = {4, 8};
  if (task == config::Task::kClassify) config.model.dropout = 0.2;
  if (task == config::Task::kClassify)
    config.batch_transforms = {.mixup = 0.2, .cutmix = 1, .p = 0.7};
  config.optim.lr = 1e-3;
  config.optim.accumulate = 2;
  config.optim.clip_grad_norm = 1;
  config.train.epochs = 2;
  config.train.ema = {.decay = 0.9, .warmup_steps = 4};
  config.train.log_every = 2;
  config.train.threads = 1;
  config.report.tensorboard = false;
  return config;
}

/// Makes or goes on with the run in `folder`, until `stop` says so.
inline train::StopReason work_on_run(const config::Config& config,
                                     const std::filesystem::path& folder,
                                     const std::function<bool()>& stop,
                                     FileSystem& fs = FileSystem::real()) {
  const auto runtime = eval::resolve_runtime(config);
  eval::configure_torch(config, runtime);
  auto experiment = train::build_experiment(config, runtime);
  const bool begun = std::filesystem::exists(folder);
  auto run = begun
                 ? train::RunDirectory::open(fs, folder)
                 : train::RunDirectory::create(fs, folder.parent_path().parent_path(),
                                               folder.parent_path().filename(), folder.filename());
  if (!begun) run.write("config.resolved.yaml", "name: run\n");
  train::Trainer trainer(experiment, run, /*show_progress=*/false);
  if (std::filesystem::exists(run.weights() / "last.safetensors")) {
    std::string reason;
    trainer.resume(checkpoint::load_last(run.weights(), reason));
  }
  return trainer.run(stop);
}

}  // namespace carica::test
