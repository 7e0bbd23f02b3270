#include <nlohmann/json.hpp>

#include "cli/weights_commands.h"
#include "core/text.h"
#include "weights/pretrained.h"

namespace carica::cli {

namespace {

struct Options {
  std::string model, weights;
  bool plain = false;
};

int list(const Options& options, const Invocation& invocation) {
  const auto folder = weights::pretrained_folder();
  if (!options.model.empty()) {  // says what there is instead
    weights::find_pretrained(options.model, options.weights.empty() ? "imagenet" : options.weights);
  }
  auto json = nlohmann::ordered_json::array();
  if (!options.plain) say(invocation, cat("files belong in ", folder.string(), "\n"));
  for (const auto& row : weights::pretrained()) {
    if (!options.model.empty() && row.model != options.model) continue;
    if (!options.weights.empty() && row.weights != options.weights) continue;
    const bool here = std::filesystem::exists(folder / row.file);
    if (options.plain) {
      say(invocation, cat(row.model, " ", row.weights, " ", row.file, " ", row.url(), " ",
                          row.checksum(), " ", folder.string(), "\n"));
    } else {
      std::string line(row.model);
      line.resize(20, ' ');
      line += row.weights;
      line.resize(33, ' ');
      say(invocation, cat(line, here ? "here    " : "missing ", row.url(), "\n"));
    }
    json.push_back({{"model", row.model},
                    {"weights", row.weights},
                    {"file", (folder / row.file).string()},
                    {"url", row.url()},
                    {"sha256_prefix", row.checksum()},
                    {"here", here}});
  }
  say_json(invocation, nlohmann::ordered_json{{"pretrained", json}}.dump());
  return 0;
}

}  // namespace

void define_weights_pretrained(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("model", options->model, "A network; all when left out");
  app.add_option("--weights", options->weights, "imagenet or imagenet_v2; all when left out")
      ->check(CLI::IsMember({"imagenet", "imagenet_v2"}));
  app.add_flag("--plain", options->plain,
               "For scripts: a line each of model, weights, file, url, SHA-256 prefix and folder");
  add_common_flags(app, invocation);
  app.footer(
      "What `model.pretrained` finds. carica downloads nothing by itself: scripts/fetch_weights.sh "
      "does.\nCARICA_WEIGHTS names another folder.\n\n"
      "Example: carica weights pretrained resnet50");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return list(*options, invocation); };
  });
}

}  // namespace carica::cli
