#include <torch/cuda.h>

#include <nlohmann/json.hpp>

#include "analysis/classifier_analysis.h"
#include "analysis/comparison.h"
#include "analysis/labels/label_set_analysis.h"
#include "analysis/result_files.h"
#include "analysis/segmenter_analysis.h"
#include "cli/command.h"
#include "cli/run_datasets.h"
#include "cli/run_facts.h"
#include "core/error.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/signals.h"
#include "core/text.h"
#include "models/registry.h"

namespace carica::cli {

namespace {

struct Options {
  std::string run, split, data, out, order = "random";
  std::vector<std::string> embed = {"train", "val"}, overrides;
  std::size_t per_class = 3, points = 5000;
  std::uint64_t seed = 0;
  bool no_3d = false, of_features = false;  // of_features: options that only classifiers have
  std::string tsne_device = "cpu";
};

// Before the results of an earlier analysis are removed.
void check_request(const analysis::Request& request, const eval::Model& model,
                   const data::Datasets& datasets) {
  if (datasets.split(request.split)->size() > 0) return;
  throw Error(ErrorCode::kData, cat(model.config.data.root, ": has no ", request.split, " split"),
              "choose another with --split train|val|test");
}

int analyze(const Options& options, const Invocation& invocation) {
  auto& fs = FileSystem::real();
  analysis::Request request;
  request.run = analysis::find_run(options.run);
  if (!options.out.empty()) {
    analysis::require_own_folder(options.out, analysis::kAnalysisMark, "analyze");
    request.run.out = options.out;
  }
  request.per_class = options.per_class;
  request.worst = options.order == "worst";
  request.seed = options.seed;
  request.embed = options.embed;
  request.in_3d = !options.no_3d;
  request.most_points = options.points;
  if (options.tsne_device == "cuda") {
    if (!torch::cuda::is_available()) {
      throw Error(ErrorCode::kUsage, "--tsne-device cuda: no GPU can be used here",
                  "carica doctor says why; cpu works everywhere");
    }
    request.tsne_device = torch::kCUDA;
  }
  auto overrides = options.overrides;
  if (!options.data.empty()) overrides.push_back("data.root=" + options.data);
  // Of a run that goes on meanwhile: what is read later may be newer, never this.
  const auto weights = analysis::checksum_of(request.run.checkpoint);
  const auto loaded = eval::load_model(request.run.checkpoint, overrides);
  const auto& model = loaded.model;
  eval::configure_torch(model.config, model.runtime);
  log_info(cat("device: ", model.runtime.describe()));
  const auto datasets = open_run_datasets(model, request.run.folder, overrides);
  request.split = options.split.empty() ? split_to_judge(datasets) : options.split;
  check_request(request, model, datasets);

  StopSignals signals;
  ProgressLine line(!invocation.quiet);
  request.progress = [&](const std::string& text) {
    if (StopSignals::requested() != 0) {
      throw Error(ErrorCode::kInterrupted, "analyze: stopped by a signal");
    }
    line.update(text);
  };
  analysis::begin_analysis(fs, request.run);
  analysis::Page page;
  page["task"] = std::string(config::task_name(model.config.task));
  analysis::add_run_facts(fs, request.run, page);
  add_settings(model, datasets, page);
  const analysis::Subject subject{model, datasets};
  const bool sets = model.answer() == eval::Answer::kLabelSet;
  if (model.segments()) {
    if (options.of_features) {
      log_warning("analyze: --embed, --points, --no-3d and --tsne-device are for classifiers");
    }
    analysis::analyze_segmenter(fs, request, subject, page);
  } else if (sets) {
    analysis::analyze_label_sets(fs, request, subject, page);
  } else {
    analysis::analyze_classifier(fs, request, subject, page);
  }
  if (page.contains("curves") && page["curves"].contains("statement")) {
    write_file(fs, request.run.out / "overfitting.txt",
               page["curves"]["statement"].get<std::string>() + "\n");
  }
  analysis::write_run_summary(fs, request.run,
                              {.task = std::string(config::task_name(model.config.task)),
                               .model = model.config.model.name,
                               .split = request.split,
                               .weights = weights,
                               .parameters = models::parameter_count(*model.network),
                               .several_labels = sets});
  const auto report =
      options.out.empty() ? request.run.folder / "report.html" : request.run.out / "report.html";
  page["subtitle"] = cat(network_title(model.config.model), ", ", model.classes.size(),
                         sets ? " labels, " : " classes, ", request.split);
  page.write(fs, report, request.run.name());
  say(invocation,
      cat("\nanalysis: ", request.run.out.string(), "\nreport:   ", report.string(), "\n"));
  say_json(invocation, nlohmann::ordered_json{{"analysis", request.run.out.string()},
                                              {"report", report.string()}});
  return 0;
}

}  // namespace

void define_analyze(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("run", options->run, "Folder of a run, or a checkpoint")->required();
  app.add_option("overrides", options->overrides,
                 "key.path=value on the config inside the checkpoint, e.g. device=cpu");
  app.add_option(
      "--split", options->split,
      "Whose mistakes are looked at: train, val or test (default: test; without one, val)");
  app.add_option("--data", options->data,
                 "Root of the data set, when it is not where training found it");
  app.add_option("--out", options->out, "Folder of the results (default: analysis in the run)");
  app.add_option("--per-class", options->per_class, "Pictures of mistakes, or failures, per class")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  app.add_option("--order", options->order, "Which of them: random (drawn by --seed) or worst")
      ->check(CLI::IsMember({"random", "worst"}))
      ->capture_default_str();
  app.add_option("--seed", options->seed, "Of what is drawn")->capture_default_str();
  auto* embed =
      app.add_option("--embed", options->embed,
                     "Classifiers: splits whose features are embedded; the last one in 3-D as well")
          ->delimiter(',')
          ->check(CLI::IsMember({"train", "val", "test"}))
          ->capture_default_str();
  auto* no_3d =
      app.add_flag("--no-3d", options->no_3d, "Leave out the embedding in three dimensions");
  auto* points = app.add_option("--points", options->points,
                                "Most points of an embedding; more are drawn from")
                     ->check(CLI::Range(10, 1000000))
                     ->capture_default_str();
  auto* device = app.add_option("--tsne-device", options->tsne_device,
                                "Where t-SNE runs; cuda is tested, but not timed yet")
                     ->check(CLI::IsMember({"cpu", "cuda"}))
                     ->capture_default_str();
  add_common_flags(app, invocation);
  app.footer(
      "Of pictures with several labels it also writes the threshold of each label that is best on "
      "val.\n\nExample: carica analyze runs/latest --split test");
  app.callback([options, embed, no_3d, points, device, &invocation] {
    options->of_features = embed->count() + no_3d->count() + points->count() + device->count() > 0;
    invocation.run = [options, &invocation] { return analyze(*options, invocation); };
  });
}

}  // namespace carica::cli
