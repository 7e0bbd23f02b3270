#pragma once

#include <torch/nn/module.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "checkpoint/safetensors.h"

namespace carica::checkpoint {

/// Where a run stands, without tensors. Counts are of consumed batches, never of prefetched ones.
struct Progress {
  std::int64_t epoch = 0;    // the epoch under way (0 is the first)
  std::int64_t batch = 0;    // batches consumed of it
  std::int64_t step = 0;     // optimizer steps done
  std::int64_t samples = 0;  // samples consumed in all
  double best_metric = 0;
  double best_loss = 0;           // beside it: the lower one wins among equal metrics
  std::int64_t best_epoch = -1;   // -1: none yet
  double enough_metric = 0;       // the last value that put off the early stop
  std::int64_t without_gain = 0;  // validations since then
  std::vector<double> sums;  // losses and hits of the epoch under way, as the trainer keeps them
  // Length of metrics.jsonl at the save: resume cuts off what a crash left behind it.
  std::uint64_t metrics_bytes = 0;
  std::uint64_t results_bytes = 0;  // the same of results.csv
  std::vector<double> schedule;     // state of the schedule
  bool finished = false;
  std::int64_t train_size = 0;  // samples of the training split; 0 in files of earlier versions
};

/// All that travels with weights: what `eval` and `predict` need.
struct Description {
  std::string config_yaml;  // resolved
  std::vector<std::string> classes;
  int height = 0, width = 0;  // of training pictures; what the network was built for
  std::string torch_version, carica_version;
  // Red, green, blue in 0..255 of each class, from a palette; empty without one.
  std::vector<std::array<int, 3>> colors = {};
};

/// The full state (last.safetensors).
struct RunState {
  Description description;
  Progress progress;
  NamedTensors model, ema, optimizer;  // names without prefix
  torch::Tensor cpu_generator;         // uint8: state of torch's default generator
  torch::Tensor cuda_generator;        // undefined on CPU runs
};

/// Commit protocol in `folder`: write .last.safetensors.tmp and sync; rename last -> last.prev;
/// rename tmp -> last; sync the folder. Stopping anywhere leaves last or last.prev whole. Throws
/// Error(kNumeric), naming the tensor, when a weight is not finite, and writes nothing then.
void save_last(FileSystem& fs, const std::filesystem::path& folder, const RunState& state);

/// Reads last.safetensors, or last.prev.safetensors when that one is missing or damaged;
/// `fallback_reason` then says why, else it is empty. When both fail, a complete temporary file is
/// taken: a save was stopped between writing and renaming. Throws Error(kCorrupt) when nothing can
/// be used.
RunState load_last(const std::filesystem::path& folder, std::string& fallback_reason);

/// Weights and description only (best.safetensors), names without prefix: Python loads them with
/// load_state_dict(load_file(path)). Keys of `facts` must not be "format" nor begin with "carica.":
/// else Error(kShape). Throws Error(kNumeric) as save_last does; the old file stands then.
void save_weights(FileSystem& fs, const std::filesystem::path& file, const NamedTensors& weights,
                  const Description& description, const Metadata& facts);

struct Weights {
  NamedTensors tensors;
  Description description;
  Metadata facts;  // epoch, step, metric
};
/// Accepts best.safetensors, and last.safetensors (its ema weights where it has them, else its
/// model's; facts are epoch and step). Throws Error(kCorrupt), e.g. for a file that carica did not
/// write: it has no description.
Weights load_weights(const std::filesystem::path& file);

/// Parameters and buffers of a network by name, in the order of registration.
NamedTensors named_state(const torch::nn::Module& network);

/// Copies tensors into a network in place, from any device and float type. Every name and shape
/// must match, and whole numbers stay whole numbers: throws Error(kCorrupt) that lists all missing,
/// unexpected and wrong ones (`where` stands for the file), and changes nothing then.
void copy_state(torch::nn::Module& network, const NamedTensors& tensors, const std::string& where);
/// The same for a list of tensors (optimizer, ema).
void copy_tensors(const NamedTensors& into, const NamedTensors& from, const std::string& where);

}  // namespace carica::checkpoint
