#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/data_commands.h"
#include "config/config.h"
#include "config/describe.h"
#include "core/error.h"
#include "core/progress.h"
#include "core/signals.h"
#include "core/text.h"
#include "data/images/image_io.h"
#include "data/loading/loader_advice.h"
#include "eval/device_batch.h"
#include "train/experiment.h"

namespace carica::cli {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

struct Options {
  std::string config;
  std::vector<std::string> overrides;
  double seconds = 5;
};

void stop_if_asked() {
  if (StopSignals::requested() != 0)
    throw Error(ErrorCode::kInterrupted, "bench data: stopped by a signal");
}

// Milliseconds of each transform on its own, one thread, on pictures that are decoded already.
struct TransformTime {
  std::string name;
  double milliseconds;
};

std::vector<TransformTime> time_transforms(const config::Config& config,
                                           const data::Dataset& dataset) {
  constexpr std::size_t kSamples = 48;
  std::vector<TransformTime> times;
  std::vector<data::Pipeline> steps;
  for (const auto& options : config.transforms.train) {
    if (std::holds_alternative<config::Normalize>(options)) continue;
    steps.emplace_back(std::span(&options, 1), config.data.mask.ignore_index);
    times.push_back({std::string(config::transform_table()[options.index()].name), 0});
  }
  const std::size_t count = std::min(kSamples, dataset.size());
  for (std::size_t i = 0; i < count; ++i) {
    stop_if_asked();
    auto sample = dataset.load(i * (dataset.size() / count));
    RandomStream random(config.seed, 0, i);
    for (std::size_t step = 0; step < steps.size(); ++step) {
      const auto begin = Clock::now();
      steps[step].apply(sample, random);
      times[step].milliseconds += 1e3 * seconds_since(begin) / static_cast<double>(count);
    }
  }
  return times;
}

// Bytes of all pictures, decoded, from the sizes of a few.
std::uint64_t decoded_bytes(const data::Dataset& dataset) {
  const std::size_t count = std::min<std::size_t>(16, dataset.size());
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto sample = dataset.load(i * (dataset.size() / count));
    bytes += sample.picture.pixels.size() + sample.mask.values.size();
  }
  return bytes / std::max<std::size_t>(count, 1) * dataset.size();
}

// Adds what was spent since `before`.
void add(const data::StageSeconds& now, const data::StageSeconds& before, data::StageSeconds& sum) {
  sum.open += now.open - before.open;
  sum.decode += now.decode - before.decode;
  sum.transform += now.transform - before.transform;
}

// Epoch after epoch for as long as was asked; the first batches warm caches and threads up.
void measure(const Options& options, data::Loader& loader, const eval::Runtime& runtime,
             const data::Normalization& normalization, data::LoaderProfile& profile) {
  std::uint64_t epoch = 0;
  const auto next = [&] {
    auto batch = loader.next();
    for (; !batch; batch = loader.next()) loader.start(++epoch);
    return batch;
  };
  loader.start(0);
  for (const auto begin = Clock::now(); seconds_since(begin) < options.seconds / 4;) next();
  const auto batch = next();
  const auto copy_begin = Clock::now();
  constexpr int kCopies = 10;
  for (int i = 0; i < kCopies; ++i) {
    eval::normalized(batch->pictures, batch->count, batch->size, runtime, normalization);
  }
  profile.copy_seconds = seconds_since(copy_begin) / kCopies / static_cast<double>(batch->count);

  // What workers made before the clock starts does not count.
  loader.start(++epoch);
  next();
  data::StageSeconds before = loader.stage_seconds();
  const auto begin = Clock::now();
  std::int64_t taken = 0;
  while (seconds_since(begin) < options.seconds) {
    stop_if_asked();
    auto following = loader.next();
    if (!following) {
      add(loader.stage_seconds(), before, profile.stages);
      before = {};
      loader.start(++epoch);
      following = loader.next();
    }
    taken += static_cast<std::int64_t>(following->count);
  }
  profile.seconds = seconds_since(begin);
  add(loader.stage_seconds(), before, profile.stages);
  profile.stages.samples = taken;
}

nlohmann::ordered_json to_json(const data::LoaderProfile& profile, double rate,
                               const std::vector<TransformTime>& transforms,
                               const data::LoaderAdvice& advice) {
  const auto per_sample = [&](double seconds) {
    return 1e3 * seconds / static_cast<double>(std::max<std::int64_t>(1, profile.stages.samples));
  };
  nlohmann::ordered_json json;
  json["images_per_second"] = rate;
  json["workers"] = profile.workers;
  json["cores"] = profile.cores;
  json["samples"] = profile.stages.samples;
  json["milliseconds"] = {{"open", per_sample(profile.stages.open)},
                          {"decode", per_sample(profile.stages.decode)},
                          {"transform", per_sample(profile.stages.transform)},
                          {"copy", 1e3 * profile.copy_seconds}};
  for (const auto& time : transforms)
    json["transforms"].push_back({{"name", time.name}, {"milliseconds", time.milliseconds}});
  json["limit"] = advice.limit;
  json["settings"] = advice.settings;
  return json;
}

int bench_data(const Options& options, const Invocation& invocation) {
  const auto given = config::load(options.config, options.overrides);
  const auto runtime = eval::resolve_runtime(given);
  eval::configure_torch(given, runtime);
  const auto datasets = data::open_datasets(given);
  const auto config = train::resolve(given, datasets, runtime);
  const auto pipeline = std::make_shared<const data::Pipeline>(config.transforms.train,
                                                               config.data.mask.ignore_index);
  StopSignals signals;
  const data::Sampler sampler{.size = datasets.train->size(), .shuffle = true, .seed = config.seed};
  data::Loader loader(datasets.train, sampler, pipeline,
                      train::loader_options(config, datasets, runtime));
  if (loader.batches() == 0) {
    throw Error(ErrorCode::kConfig,
                cat("loader.batch_size = ", config.loader.batch_size, ": the train split has ",
                    datasets.train->size(), " samples; must be at most that, or drop_last: false"));
  }
  data::LoaderProfile profile;
  profile.workers = static_cast<std::size_t>(config.loader.workers);
  profile.cores = std::max(1u, std::thread::hardware_concurrency());
  profile.memory_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                         static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  profile.decoded_bytes = decoded_bytes(*datasets.train);
  measure(options, loader, runtime, pipeline->normalization(), profile);
  const auto transforms = time_transforms(config, *datasets.train);
  const auto advice = data::advise(profile, config);
  const double samples = static_cast<double>(profile.stages.samples);
  const double rate = samples / profile.seconds;
  const auto row = [&](const char* name, double seconds, const char* what) {
    say(invocation, cat("  ", name, std::string(11 - std::string(name).size(), ' '),
                        fixed(1e3 * seconds, 3), " ms  ", what, "\n"));
  };
  say(invocation, cat(fixed(rate, 0), " pictures/s with ", profile.workers, " workers on ",
                      profile.cores, " cores, batches of ", config.loader.batch_size, " on ",
                      runtime.device.str(), "\nper picture, one thread:\n"));
  row("open", profile.stages.open / samples, "read the file; read and decode the mask");
  row("decode", profile.stages.decode / samples, "the picture");
  row("transform", profile.stages.transform / samples, "up to the pixels in the batch");
  row("copy", profile.copy_seconds, "to the device, normalised; on the training thread");
  if (!transforms.empty())
    say(invocation, "each transform on its own, on a whole decoded picture:\n");
  for (const auto& time : transforms)
    say(invocation, cat("  ", fixed(time.milliseconds, 3), " ms  ", time.name, "\n"));
  say(invocation, cat(advice.limit, "\n"));
  for (const auto& setting : advice.settings) say(invocation, cat("  try: ", setting, "\n"));
  say_json(invocation, to_json(profile, rate, transforms, advice).dump());
  return 0;
}

}  // namespace

void define_bench_data(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("config", options->config, "YAML file")->required();
  app.add_option("overrides", options->overrides, "key.path=value");
  app.add_option("--seconds", options->seconds, "To measure for")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 600.0));
  add_common_flags(app, invocation);
  app.footer("Example: carica bench data configs/catdog/resnet18.yaml loader.workers=2");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return bench_data(*options, invocation); };
  });
}

}  // namespace carica::cli
