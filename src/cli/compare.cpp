#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>

#include "analysis/comparison.h"
#include "analysis/result_files.h"
#include "cli/command.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "data/checks/finding.h"
#include "data/dataset.h"

namespace carica::cli {

namespace {

struct Options {
  std::vector<std::string> runs;
  std::string out = "comparison";
  std::size_t per_class = 3;
  std::uint64_t seed = 0;
  bool across = false;
};

// Pictures of the split that a run was analysed on, where its data are still there.
class Pictures {
 public:
  explicit Pictures(const analysis::AnalysedRun& run) {
    try {
      const auto config = config::load(run.folder / "config.resolved.yaml");
      split_ = data::open_datasets(config).split(run.split);
    } catch (const Error& error) {
      log_warning(cat("compare: no pictures: ", error.what()));
      return;
    }
    for (std::size_t i = 0; i < split_->size(); ++i) {
      places_[data::printable(split_->item(i).name)] = i;
    }
  }
  std::optional<data::Picture> find(const std::string& name) const {
    const auto place = places_.find(name);
    if (place == places_.end()) return {};
    return split_->load(place->second).picture;
  }

 private:
  std::shared_ptr<const data::Dataset> split_;
  std::unordered_map<std::string, std::size_t> places_;
};

void warn_of_the_same(const std::vector<analysis::AnalysedRun>& runs) {
  std::set<std::filesystem::path> places;
  for (const auto& run : runs) {
    if (places.insert(std::filesystem::weakly_canonical(run.analysis)).second) continue;
    log_warning(cat("compare: ", run.analysis.string(),
                    ": given more than once; a run does not differ from itself"));
  }
}

int compare(const Options& options, const Invocation& invocation) {
  auto& fs = FileSystem::real();
  analysis::require_own_folder(options.out, analysis::kComparisonMark, "compare");
  std::vector<analysis::AnalysedRun> runs;
  for (const auto& run : options.runs) runs.push_back(analysis::read_analysed(fs, run));
  warn_of_the_same(runs);
  analysis::ComparisonRequest request;
  request.out = options.out;
  request.per_class = options.per_class;
  request.seed = options.seed;
  request.across = options.across;
  std::optional<Pictures> pictures;
  if (runs.front().task == "classify" && !runs.front().several_labels && !options.across) {
    pictures.emplace(runs.front());
    request.picture = [&](const std::string& name) { return pictures->find(name); };
  }
  analysis::Page page;
  page["task"] = runs.front().task;
  page["created"] = utc_now();
  page["command"] = invocation.command_line;
  analysis::compare_runs(fs, request, runs, page);
  const auto report = request.out / "report.html";
  std::vector<std::string> names;
  for (const auto& run : page["comparison"]["runs"])
    names.push_back(run["name"].get<std::string>());
  page.write(fs, report, join(names, " · "));
  say(invocation, cat("\n", fs.read(request.out / "runs.csv", 1 << 20), "\ncomparison: ",
                      request.out.string(), "\nreport:     ", report.string(), "\n"));
  say_json(invocation, nlohmann::ordered_json{{"comparison", request.out.string()},
                                              {"report", report.string()}});
  return 0;
}

}  // namespace

void define_compare(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("runs", options->runs, "Folders of runs, or of their analyses, two or more")
      ->required();
  app.add_option("--out", options->out, "Folder of the results")->capture_default_str();
  app.add_option("--per-class", options->per_class,
                 "Mistakes of the first run, per class, whose distances to centroids are measured")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  app.add_option("--seed", options->seed, "Of which ones")->capture_default_str();
  app.add_flag("--across", options->across,
               "Compare results on different pictures on purpose, without paired tests");
  add_common_flags(app, invocation);
  app.footer("Example: carica compare runs/classify/cnn runs/classify/resnet18 --out comparison");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return compare(*options, invocation); };
  });
}

}  // namespace carica::cli
