// One optimizer step over the parameters of resnet18 (62 tensors, 11.7 million numbers):
// torch::optim's own against carica's. Prints how many times faster carica's is; median of
// interleaved repetitions.
#include <benchmark/benchmark.h>
#include <torch/nn.h>
#include <torch/optim.h>

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "optim/optimizer.h"

namespace {

using carica::optim::Optimizer;

/// Parameters of the shapes of torchvision's resnet18 with 1000 classes, each with a gradient.
class Resnet18Shapes : public torch::nn::Module {
 public:
  Resnet18Shapes() {
    add({64, 3, 7, 7}), norm(64);
    std::int64_t from = 64;
    for (const std::int64_t to : {64, 128, 256, 512}) {
      add({to, from, 3, 3}), norm(to);
      add({to, to, 3, 3}), norm(to);
      if (from != to) add({to, from, 1, 1}), norm(to);
      add({to, to, 3, 3}), norm(to);
      add({to, to, 3, 3}), norm(to);
      from = to;
    }
    add({1000, 512}), add({1000});
  }

 private:
  void norm(std::int64_t maps) { add({maps}), add({maps}); }
  void add(at::IntArrayRef shape) {
    auto parameter = register_parameter("p" + std::to_string(count_++), torch::randn(shape) * 0.1);
    parameter.mutable_grad() = torch::randn_like(parameter.detach()) * 0.01;
  }
  int count_ = 0;
};

template <typename Theirs, typename Options>
void theirs(benchmark::State& state, const Options& options) {
  Resnet18Shapes network;
  Theirs optimizer(network.parameters(), options);
  optimizer.step();  // allocates
  for (auto _ : state) optimizer.step();
}

void ours(benchmark::State& state, const char* name) {
  Resnet18Shapes network;
  carica::config::OptimConfig config;
  config.name = name;
  config.weight_decay = 0.01;
  config.no_decay_norm_bias = false;
  auto optimizer =
      carica::optim::make_optimizer(carica::optim::parameter_groups(network, config), config);
  optimizer->step(1e-4);
  for (auto _ : state) optimizer->step(1e-4);
}

/// Keeps the medians for the ratios at the end.
class Medians : public benchmark::ConsoleReporter {
 public:
  Medians() : ConsoleReporter(OO_None) {}
  void ReportRuns(const std::vector<Run>& runs) override {
    benchmark::ConsoleReporter::ReportRuns(runs);
    for (const auto& run : runs) {
      if (run.aggregate_name == "median") {
        seconds_[run.run_name.function_name] = run.GetAdjustedRealTime();
      }
    }
  }
  void print_ratio(const std::string& name) {
    if (!seconds_.contains("torch/" + name) || !seconds_.contains("carica/" + name)) return;
    std::printf("%s: %.2fx the speed of torch::optim\n", name.c_str(),
                seconds_["torch/" + name] / seconds_["carica/" + name]);
  }

 private:
  std::map<std::string, double> seconds_;
};

}  // namespace

int main(int argc, char** argv) {
  // Interleaved, so that a busy moment of the machine does not fall on one of a pair.
  std::string interleave = "--benchmark_enable_random_interleaving=true";
  std::vector<char*> arguments(argv, argv + argc);
  arguments.insert(arguments.begin() + 1, interleave.data());
  argc = static_cast<int>(arguments.size());
  benchmark::Initialize(&argc, arguments.data());
  const auto sgd = torch::optim::SGDOptions(1e-4).momentum(0.9).weight_decay(0.01);
  const auto adam = torch::optim::AdamOptions(1e-4).weight_decay(0.01);
  const auto adamw = torch::optim::AdamWOptions(1e-4).weight_decay(0.01);
  const std::vector<benchmark::internal::Benchmark*> all = {
      benchmark::RegisterBenchmark("torch/sgd", theirs<torch::optim::SGD, decltype(sgd)>, sgd),
      benchmark::RegisterBenchmark("carica/sgd", ours, "sgd"),
      benchmark::RegisterBenchmark("torch/adam", theirs<torch::optim::Adam, decltype(adam)>, adam),
      benchmark::RegisterBenchmark("carica/adam", ours, "adam"),
      benchmark::RegisterBenchmark("torch/adamw", theirs<torch::optim::AdamW, decltype(adamw)>,
                                   adamw),
      benchmark::RegisterBenchmark("carica/adamw", ours, "adamw"),
  };
  for (auto* benchmark : all) {
    benchmark->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(0.1)->Repetitions(9);
    benchmark->ReportAggregatesOnly();
  }
  Medians medians;
  benchmark::RunSpecifiedBenchmarks(&medians);
  for (const char* name : {"sgd", "adam", "adamw"}) medians.print_ratio(name);
}
