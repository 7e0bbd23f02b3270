#include "cli/start_run.h"

#include <nlohmann/json.hpp>

#include "core/text.h"
#include "train/environment.h"

namespace carica::cli {

train::RunDirectory start_run(const std::filesystem::path& config_file,
                              const std::vector<std::string>& overrides,
                              const train::Experiment& experiment, const Invocation& invocation) {
  auto& fs = FileSystem::real();
  const auto& config = experiment.config;
  auto written =
      cat("# As it was given, its _base_ files not copied; config.resolved.yaml repeats the run.\n",
          fs.read(config_file, 256 << 10));
  if (!overrides.empty()) {
    written += "\n# overrides on the command line:\n# " + join(overrides, "\n# ") + "\n";
  }
  auto run = train::RunDirectory::create(fs, config.run_dir,
                                         std::string(config::task_name(config.task)), config.name);
  run.write("config.yaml", written);
  run.write("config.resolved.yaml", config::dump(config));
  run.write("environment.json",
            train::environment_json(experiment.model.runtime, invocation.command_line));
  run.write("classes.json", nlohmann::json(experiment.model.classes).dump() + "\n");
  run.write("split.csv", data::split_csv(experiment.datasets));
  return run;
}

}  // namespace carica::cli
