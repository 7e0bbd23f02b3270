#include <algorithm>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/data_commands.h"
#include "core/error.h"
#include "core/file_system.h"
#include "core/progress.h"
#include "core/signals.h"
#include "core/text.h"
#include "data/generated/made_folder.h"
#include "data/generated/papaya.h"
#include "data/generated/stand_ins.h"

namespace carica::cli {

namespace {

struct Options {
  std::string name, out;
  int count = 0, size = 0;  // 0: the data set's usual ones
  std::uint64_t seed = 0;
};

std::vector<std::string> known_names() {
  std::vector<std::string> names = {"papaya"};
  for (const auto& each : data::stand_ins()) names.push_back(each.name);
  return names;
}

using Progress = std::function<void(std::size_t, std::size_t)>;

// A data set with all of its settings, and what writes it.
struct Chosen {
  data::MadeSet set;
  std::function<void(std::size_t threads, const Progress& progress)> write;
};

Chosen choose_papaya(const Options& options) {
  data::PapayaOptions papaya;
  if (options.count > 0) papaya.count = options.count;
  if (options.size > 0) papaya.size = {options.size, options.size};
  papaya.seed = options.seed;
  return {{"papaya", papaya.count, papaya.size.width, papaya.seed},
          [papaya, out = options.out](std::size_t threads, const Progress& progress) {
            data::make_papayas(papaya, out, threads, progress);
          }};
}

Chosen choose(const Options& options) {
  if (options.name == "papaya") return choose_papaya(options);
  const auto known = data::stand_ins();
  const auto found = std::ranges::find(known, options.name, &data::StandIn::name);
  if (found == known.end()) {
    throw Error(ErrorCode::kUsage,
                cat("data make ", options.name, ": no such generated data set; must be one of ",
                    join(known_names())));
  }
  auto how = found->usual;
  if (options.count > 0) how.count = options.count;
  if (options.size > 0) how.side = options.size;
  how.seed = options.seed;
  return {{found->name, how.count, how.side, how.seed},
          [how, make = found->make, out = options.out](std::size_t threads,
                                                       const Progress& progress) mutable {
            how.progress = progress;
            make(how, out, threads);
          }};
}

void write(const Chosen& chosen, data::MadeFolder& folder, const Invocation& invocation) {
  StopSignals signals;
  ProgressLine line(!invocation.quiet);
  folder.begin();
  chosen.write(std::max(1u, std::thread::hardware_concurrency()),
               [&](std::size_t done, std::size_t all) {
                 if (StopSignals::requested() != 0) {
                   throw Error(ErrorCode::kInterrupted, "data make: stopped by a signal",
                               "the same command makes the set whole");
                 }
                 line.update(cat("making  ", done, "/", all));
               });
  folder.finish();
}

int make(const Options& options, const Invocation& invocation) {
  const auto started = std::chrono::steady_clock::now();
  const auto chosen = choose(options);
  data::MadeFolder folder(FileSystem::real(), options.out, chosen.set);
  const bool made = !folder.complete();
  if (made) write(chosen, folder, invocation);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  const auto how = made ? cat(" -> ", options.out, " (", fixed(seconds, 1), " s)")
                        : cat(" are in ", options.out, " already");
  say(invocation, cat(options.name, ", ", chosen.set.count, " pictures", how, "\n"));
  say_json(invocation,
           nlohmann::ordered_json{
               {"folder", options.out}, {"pictures", chosen.set.count}, {"made", made}});
  return 0;
}

}  // namespace

void define_data_make(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  std::string help = "papaya: fruit on cluttered grounds, two classes, each with a ripeness mask";
  for (const auto& each : data::stand_ins()) help += cat("; ", each.name, ": ", each.help);
  app.add_option("name", options->name, help)->required();
  app.add_option("--out", options->out,
                 "Folder to write: a new or empty one, or one of the same set")
      ->required();
  app.add_option("--count", options->count, "Pictures (default: papaya 1200, others 50 to 600)")
      ->check(CLI::Range(1, 1000000));
  app.add_option("--size", options->size,
                 "Pixels of the larger side (default: papaya 128, others 160 or 320)")
      ->check(CLI::Range(32, 2048));
  app.add_option("--seed", options->seed, "Equal seeds give equal bytes")->capture_default_str();
  add_common_flags(app, invocation);
  app.footer(
      "The folder's made.json says what was made: the same command again writes nothing, or ends "
      "what was\ninterrupted; another one is refused.\n\n"
      "Example: carica data make papaya --out data/papaya");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return make(*options, invocation); };
  });
}

}  // namespace carica::cli
