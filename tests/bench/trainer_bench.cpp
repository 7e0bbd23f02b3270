// The trainer's step rate against a bare LibTorch loop (torch's loss and optimizer) around the same
// network in the same precision and layout, on synthetic batches that are in memory already. Both
// are timed in turn, in one process; the counter `rate_ratio` is the median of trainer rate / bare
// rate (1: no overhead).
#include <benchmark/benchmark.h>
#include <torch/nn.h>
#include <torch/optim.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>

#include "core/heap.h"
#include "core/log.h"
#include "core/random.h"
#include "models/registry.h"
#include "train/experiment.h"
#include "train/run_directory.h"
#include "train/trainer.h"

namespace carica {
namespace {

constexpr int kBatch = 64, kSide = 32;

struct Case {
  std::string model;
  bool bf16;  // autocast and channels_last; else float32 in torch's own layout
  int steps;
};

// Pictures of noise that cost nothing to load.
class SyntheticDataset : public data::Dataset {
 public:
  explicit SyntheticDataset(std::size_t size) : size_(size) {
    item_.name = "synthetic";
    item_.label = 0;
    RandomStream random(1, 0, 0);
    for (auto& sample : samples_) {
      sample.picture.size = {kSide, kSide};
      for (int i = 0; i < kSide * kSide * 3; ++i)
        sample.picture.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
    }
  }
  std::size_t size() const override { return size_; }
  const data::Item& item(std::size_t) const override { return item_; }
  data::Sample load(std::size_t index) const override {
    auto sample = samples_[index % samples_.size()];
    sample.label = static_cast<std::int64_t>(index % 10);
    return sample;
  }

 private:
  std::size_t size_;
  data::Item item_;
  std::array<data::Sample, kBatch> samples_;
};

config::Config synthetic_config(const Case& c) {
  config::Config config;
  config.device = "cpu";
  config.loader.batch_size = kBatch;
  config.loader.workers = 1;
  config.transforms.train = {config::Normalize{}};
  config.transforms.eval = {config::Normalize{}};
  config.model.name = c.model;
  config.train.precision = c.bf16 ? "bf16" : "fp32";
  config.train.channels_last = c.bf16 ? "on" : "off";
  if (c.model == "resnet18") config.model.stem = "cifar";
  config.optim.name = "sgd";
  config.schedule.name = "constant";
  config.train.epochs = 1;
  config.report.tensorboard = false;
  return config;
}

train::Experiment synthetic_experiment(const Case& c) {
  const auto config = synthetic_config(c);
  const auto runtime = eval::resolve_runtime(config);
  train::Experiment experiment;
  for (int i = 0; i < 10; ++i) experiment.datasets.classes.push_back(std::to_string(i));
  experiment.config = train::resolve(config, experiment.datasets, runtime);
  experiment.datasets.train = std::make_shared<SyntheticDataset>(kBatch * c.steps);
  experiment.datasets.val = experiment.datasets.test = std::make_shared<SyntheticDataset>(0);
  experiment.train_pipeline = std::make_shared<const data::Pipeline>(config.transforms.train, 255);
  experiment.model =
      eval::build_model(experiment.config, experiment.datasets.classes, {kSide, kSide}, runtime);
  experiment.loss = std::make_unique<loss::Loss>(
      train::build_loss(experiment.config, *experiment.datasets.train, 10, runtime.device));
  return experiment;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double time_trainer(const Case& c, const std::filesystem::path& folder) {
  auto experiment = synthetic_experiment(c);
  const auto run = train::RunDirectory::create(FileSystem::real(), folder, "bench", c.model);
  train::Trainer trainer(experiment, run, /*show_progress=*/false);
  const auto start = std::chrono::steady_clock::now();
  int steps = 0;
  double seconds = 0;
  // The clock stops with the last step: saving is no part of a step.
  trainer.run([&] {
    if (++steps == c.steps) seconds = seconds_since(start);
    return false;
  });
  return seconds;
}

double time_bare_loop(const Case& c) {
  auto experiment = synthetic_experiment(c);
  auto& network = *experiment.model.network;
  torch::optim::SGD optimizer(network.parameters(), torch::optim::SGDOptions(1e-3).momentum(0.9));
  const auto layout = c.bf16 ? torch::MemoryFormat::ChannelsLast : torch::MemoryFormat::Contiguous;
  const auto pictures = torch::randn({kBatch, 3, kSide, kSide}).contiguous(layout);
  const auto targets = torch::arange(kBatch) % 10;
  network.train();
  const auto start = std::chrono::steady_clock::now();
  for (int step = 0; step < c.steps; ++step) {
    optimizer.zero_grad();
    torch::Tensor logits;
    {
      const eval::PrecisionScope precision(experiment.model.runtime);
      logits = network.forward(pictures).logits;
    }
    auto loss = torch::nn::functional::cross_entropy(logits.to(torch::kFloat), targets);
    loss.backward();
    optimizer.step();
  }
  return seconds_since(start);
}

void trainer_against_bare_loop(benchmark::State& state, const Case& c) {
  set_log_level(LogLevel::kQuiet);
  const auto folder = std::filesystem::temp_directory_path() / "carica-trainer-bench";
  std::vector<double> ratios;
  time_bare_loop(c);
  for (auto _ : state) {
    const double bare = time_bare_loop(c);
    const double trainer = time_trainer(c, folder);
    state.SetIterationTime(trainer);
    ratios.push_back(bare / trainer);
  }
  std::filesystem::remove_all(folder);
  std::nth_element(ratios.begin(), ratios.begin() + ratios.size() / 2, ratios.end());
  state.counters["rate_ratio"] = ratios[ratios.size() / 2];
}

void repeat(benchmark::internal::Benchmark* benchmark) {
  benchmark->UseManualTime()->Iterations(7)->Unit(benchmark::kMillisecond);
}
BENCHMARK_CAPTURE(trainer_against_bare_loop, cnn_fp32, Case{"cnn", false, 200})->Apply(repeat);
BENCHMARK_CAPTURE(trainer_against_bare_loop, cnn_bf16, Case{"cnn", true, 400})->Apply(repeat);
BENCHMARK_CAPTURE(trainer_against_bare_loop, resnet18_bf16, Case{"resnet18", true, 15})
    ->Apply(repeat);

}  // namespace
}  // namespace carica

int main(int argc, char** argv) {
  carica::tune_heap();  // as the program does, for both sides
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
