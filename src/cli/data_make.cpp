#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/data_commands.h"
#include "core/error.h"
#include "core/text.h"
#include "data/papaya.h"
#include "data/stand_ins.h"

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

// Writes the data set; gives the number of its pictures.
int make_named(const Options& options, std::size_t threads) {
  if (options.name == "papaya") {
    data::PapayaOptions papaya;
    if (options.count > 0) papaya.count = options.count;
    if (options.size > 0) papaya.size = {options.size, options.size};
    papaya.seed = options.seed;
    data::make_papayas(papaya, options.out, threads);
    return papaya.count;
  }
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
  found->make(how, options.out, threads);
  return how.count;
}

int make(const Options& options, const Invocation& invocation) {
  const auto started = std::chrono::steady_clock::now();
  const int count = make_named(options, std::max(1u, std::thread::hardware_concurrency()));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  say(invocation, cat(options.name, ", ", count, " pictures -> ", options.out, " (",
                      fixed(seconds, 1), " s)\n"));
  say_json(invocation, nlohmann::ordered_json{{"folder", options.out}, {"pictures", count}});
  return 0;
}

}  // namespace

void define_data_make(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  std::string help = "papaya: fruit on cluttered grounds, two classes, each with a ripeness mask";
  for (const auto& each : data::stand_ins()) help += cat("; ", each.name, ": ", each.help);
  app.add_option("name", options->name, help)->required();
  app.add_option("--out", options->out, "Folder to write")->required();
  app.add_option("--count", options->count, "Pictures (default: papaya 1200, others 50 to 600)")
      ->check(CLI::Range(1, 1000000));
  app.add_option("--size", options->size,
                 "Pixels of the larger side (default: papaya 128, others 160 or 320)")
      ->check(CLI::Range(32, 2048));
  app.add_option("--seed", options->seed, "Equal seeds give equal bytes")->capture_default_str();
  add_common_flags(app, invocation);
  app.footer("Example: carica data make papaya --out data/papaya");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return make(*options, invocation); };
  });
}

}  // namespace carica::cli
