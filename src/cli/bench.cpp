#include "cli/command.h"
#include "cli/data_commands.h"

namespace carica::cli {

void define_bench(CLI::App& app, Invocation& invocation) {
  app.require_subcommand(1);
  define_bench_data(
      *app.add_subcommand("data", "Measure the loader and say which setting would make it faster"),
      invocation);
}

}  // namespace carica::cli
