#include "cli/command.h"
#include "cli/data_commands.h"
#include "core/log.h"
#include "core/text.h"

namespace carica::cli {

void define_data(CLI::App& app, Invocation& invocation) {
  app.require_subcommand(1);
  define_data_make(*app.add_subcommand("make", "Generate a data set"), invocation);
  define_data_check(
      *app.add_subcommand("check", "Decode every file of a data set and say what is wrong"),
      invocation);
  define_data_stats(
      *app.add_subcommand("stats", "Count classes and sizes, and say how to normalise"),
      invocation);
  define_data_browse(
      *app.add_subcommand("browse", "Draw contact sheets, before and after augmentation"),
      invocation);
  define_data_pack(
      *app.add_subcommand("pack", "Write a data set to shards, which load many times faster"),
      invocation);
  define_data_split(
      *app.add_subcommand("split", "Say how a data set is divided, and write it to a file"),
      invocation);
}

void look_at_files(config::Config& config) {
  if (config.data.cache == "shards") {
    log_info(cat("data.cache = shards: the files below ", config.data.root,
                 " are read, not data.shards"));
  }
  config.data.cache = "none";
}

}  // namespace carica::cli
