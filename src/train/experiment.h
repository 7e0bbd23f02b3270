#pragma once

#include <memory>

#include "data/dataset.h"
#include "data/loading/loader.h"
#include "eval/model.h"
#include "loss/loss.h"
#include "optim/schedule.h"

namespace carica::train {

/// Replaces every `auto` by what it means for these data on this machine, and logs each. `device`
/// stays as written: a checkpoint must load on machines with other devices.
config::Config resolve(const config::Config& config, const data::Datasets& datasets,
                       const eval::Runtime& runtime);

/// All that a config names, built: data sets, network, loss.
struct Experiment {
  config::Config config;  // resolved
  data::Datasets datasets;
  std::shared_ptr<const data::Pipeline> train_pipeline;
  eval::Model model;
  std::unique_ptr<loss::Loss> loss;
};

/// Opens the data, seeds torch and builds the network. Throws Error(kConfig): training pictures of
/// no fixed size, pictures of the evaluation of a size that the network refuses; Error(kData).
/// starts: load the weights that the config names to start from; a run that goes on has its own.
Experiment build_experiment(const config::Config& config, const eval::Runtime& runtime,
                            bool starts = true);
/// The same of data sets that are open already, divided as a run that goes on had them.
Experiment build_experiment(const config::Config& config, const eval::Runtime& runtime,
                            data::Datasets datasets, bool starts);

/// Optimizer steps of an epoch; 0 when the training split has not one batch.
std::int64_t steps_per_epoch(const Experiment& experiment);

/// The rate of each of them. Throws Error(kConfig) when there is none, and what
/// optim::make_schedule throws.
std::unique_ptr<optim::Schedule> make_schedule(const Experiment& experiment);

/// Throws Error(kConfig) where the network would refuse a batch of the training split for its size:
/// batch norm of one value. Leaves the network in training mode.
void check_batches(const Experiment& experiment);

/// How training batches of `datasets` are loaded.
data::LoaderOptions loader_options(const config::Config& config, const data::Datasets& datasets,
                                   const eval::Runtime& runtime);

/// The loss of a config, with class weights from the training split where it asks for them.
loss::Loss build_loss(const config::Config& config, const data::Dataset& train, int classes,
                      torch::Device device);

}  // namespace carica::train
