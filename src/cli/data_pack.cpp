#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "cli/data_commands.h"
#include "config/config.h"
#include "core/error.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/signals.h"
#include "core/text.h"
#include "data/shards/pack.h"

namespace carica::cli {

namespace {

struct Options {
  std::string config, out, picture = "jpeg";
  std::vector<std::string> overrides;
  data::PackOptions pack;
  std::optional<int> short_side;
  int shard_mib = 256;
};

// What was asked for, or what the task wants.
int short_side(const std::optional<int>& asked, const config::Config& config) {
  if (!asked) return data::usual_short_side(config);
  const int wanted = data::wanted_side(config);
  if (*asked == 0) return 0;
  if (config.task == config::Task::kSegment) {
    log_warning(cat("--short-side ", *asked, ": larger masks are shrunk, and scored so"));
  } else if (*asked < wanted) {
    log_warning(cat("--short-side ", *asked, ": the transforms ask for ", wanted,
                    ", so that pictures are enlarged again"));
  }
  return *asked;
}

int pack(Options options, const Invocation& invocation) {
  auto config = config::load(options.config, options.overrides);
  config.data.cache = "none";  // the files themselves are packed
  const auto datasets = data::open_datasets(config);
  options.pack.picture =
      options.picture == "raw" ? data::StoredPicture::kRaw : data::StoredPicture::kJpeg;
  options.pack.short_side = short_side(options.short_side, config);
  options.pack.shard_bytes = static_cast<std::uint64_t>(options.shard_mib) << 20;
  options.pack.threads = std::max(1u, std::thread::hardware_concurrency());
  StopSignals signals;
  ProgressLine line(!invocation.quiet);
  const auto started = std::chrono::steady_clock::now();
  const auto summary =
      data::pack(config, datasets, options.pack, FileSystem::real(), options.out,
                 [&](std::size_t done, std::size_t all) {
                   if (StopSignals::requested() != 0)
                     throw Error(ErrorCode::kInterrupted, "data pack: stopped by a signal",
                                 "the same command goes on behind the last shard");
                   line.update(cat("packing  ", done, "/", all));
                 });
  clear_progress_line();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  const std::string kept = summary.kept > 0 ? cat(", ", summary.kept, " were there") : "";
  const std::string bad = summary.bad > 0 ? cat(", ", summary.bad, " bad ones left out") : "";
  say(invocation, cat(summary.samples, " pictures packed", kept, bad, ": ", summary.shards,
                      summary.shards == 1 ? " shard, " : " shards, ", byte_size(summary.bytes),
                      " -> ", options.out, " (", fixed(seconds, 1), " s)\n",
                      "use them: data.cache=shards data.shards=", options.out, "\n"));
  say_json(invocation, nlohmann::ordered_json{{"folder", options.out},
                                              {"short_side", options.pack.short_side},
                                              {"shards", summary.shards},
                                              {"packed", summary.samples},
                                              {"kept", summary.kept},
                                              {"bad", summary.bad},
                                              {"bytes", summary.bytes}});
  return 0;
}

}  // namespace

void define_data_pack(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("config", options->config, "YAML file")->required();
  app.add_option("overrides", options->overrides, "key.path=value");
  app.add_option("--out", options->out, "Folder of the shards")->required();
  app.add_option("--picture", options->picture,
                 "jpeg, or raw: several times the size, no decoding at all")
      ->capture_default_str()
      ->check(CLI::IsMember({"jpeg", "raw"}));
  app.add_option(
         "--short-side", options->short_side,
         "Larger pictures are shrunk to it; 0: as they are. Unless given: for segmenters 0, "
         "for classifiers 256 or the largest size in transforms")
      ->check(CLI::Range(0, 32768));
  app.add_option("--quality", options->pack.quality, "Of JPEGs that are encoded anew")
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  app.add_option("--shard-size", options->shard_mib, "MiB per shard, about")
      ->capture_default_str()
      ->check(CLI::Range(1, 65536));
  add_common_flags(app, invocation);
  app.footer("Example: carica data pack configs/catdog/resnet18.yaml --out shards/catdog");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return pack(*options, invocation); };
  });
}

}  // namespace carica::cli
