#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/data_commands.h"
#include "core/error.h"
#include "core/text.h"
#include "data/papaya.h"

namespace carica::cli {

namespace {

struct Options {
  std::string name, out;
  data::PapayaOptions papaya;
  int size = 128;
};

int make(Options options, const Invocation& invocation) {
  if (options.name != "papaya") {
    throw Error(ErrorCode::kUsage,
                cat("data make ", options.name, ": no such generated data set; must be papaya"));
  }
  const auto started = std::chrono::steady_clock::now();
  options.papaya.size = {options.size, options.size};
  const auto threads = std::max(1u, std::thread::hardware_concurrency());
  data::make_papayas(options.papaya, options.out, threads);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  say(invocation, cat(options.papaya.count, " papayas of ", options.size, "x", options.size, " -> ",
                      options.out, " (", fixed(seconds, 1), " s)\n"));
  say_json(
      invocation,
      nlohmann::ordered_json{{"folder", options.out}, {"pictures", options.papaya.count}}.dump());
  return 0;
}

}  // namespace

void define_data_make(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("name", options->name,
                 "papaya: fruit on cluttered grounds, two classes, each with a ripeness mask")
      ->required();
  app.add_option("--out", options->out, "Folder to write")->required();
  app.add_option("--count", options->papaya.count, "Pictures")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000000));
  app.add_option("--size", options->size, "Pixels per side")
      ->capture_default_str()
      ->check(CLI::Range(32, 2048));
  app.add_option("--seed", options->papaya.seed, "Equal seeds give equal bytes")
      ->capture_default_str();
  add_common_flags(app, invocation);
  app.footer("Example: carica data make papaya --out data/papaya");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return make(*options, invocation); };
  });
}

}  // namespace carica::cli
