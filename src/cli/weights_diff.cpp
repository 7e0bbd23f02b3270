#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/weights_commands.h"
#include "core/log.h"
#include "core/text.h"
#include "weights/diff.h"
#include "weights/read.h"

namespace carica::cli {

namespace {

constexpr int kDiffer = 8;  // exit code, see main.cpp
constexpr std::size_t kMostShown = 20;

struct Options {
  std::string first, second, key;
};

void list(const Invocation& invocation, const std::string& title,
          const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  say(invocation, cat(title, " (", lines.size(), "):\n"));
  for (std::size_t i = 0; i < std::min(lines.size(), kMostShown); ++i) {
    say(invocation, cat("  ", readable(lines[i]), "\n"));
  }
  if (lines.size() > kMostShown) {
    say(invocation, cat("  and ", lines.size() - kMostShown, " more\n"));
  }
}

int compare(const Options& options, const Invocation& invocation) {
  const auto first = weights::read_weights(options.first, options.key);
  const auto second = weights::read_weights(options.second, options.key);
  for (const auto& note : first.notes) log_info(cat(options.first, ": ", note));
  for (const auto& note : second.notes) log_info(cat(options.second, ": ", note));
  const auto result = weights::diff(first.tensors, second.tensors);
  list(invocation, "only in " + options.first, result.only_in_first);
  list(invocation, "only in " + options.second, result.only_in_second);
  list(invocation, "other shapes", result.shapes);
  list(invocation, "other types", result.types);
  // JSON has no infinity.
  const auto finite = [](double value) {
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
  };
  std::vector<std::string> lines;
  auto values = nlohmann::ordered_json::array();
  for (const auto& each : result.values) {
    lines.push_back(cat(each.name, ": ", each.count, " numbers, at most ", number(each.absolute),
                        " apart, relative ", number(each.relative)));
    values.push_back({{"name", each.name},
                      {"count", each.count},
                      {"max_abs", finite(each.absolute)},
                      {"max_rel", finite(each.relative)}});
  }
  list(invocation, "other numbers", lines);
  say(invocation, cat(result.same() ? "equal: " : "differ: ", result.equal,
                      " tensors equal, max abs difference ", number(result.absolute), ", relative ",
                      number(result.relative), "\n"));
  say_json(invocation, nlohmann::ordered_json{{"same", result.same()},
                                              {"equal", result.equal},
                                              {"max_abs", finite(result.absolute)},
                                              {"max_rel", finite(result.relative)},
                                              {"only_in_first", result.only_in_first},
                                              {"only_in_second", result.only_in_second},
                                              {"shapes", result.shapes},
                                              {"types", result.types},
                                              {"values", values}}
                           .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  return result.same() ? 0 : kDiffer;
}

}  // namespace

void define_weights_diff(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("first", options->first, ".safetensors, .pth, .pt or .pth.tar")->required();
  app.add_option("second", options->second, "The other one")->required();
  app.add_option("--key", options->key, "The dict of weights in files that have several");
  add_common_flags(app, invocation);
  app.footer(
      "Exit code 0 when names, shapes, types and numbers are equal, 8 when they are not.\n\n"
      "Example: carica weights diff runs/a/weights/best.safetensors "
      "runs/b/weights/best.safetensors");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return compare(*options, invocation); };
  });
}

}  // namespace carica::cli
