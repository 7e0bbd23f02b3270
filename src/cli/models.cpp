#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/model_profile.h"
#include "core/error.h"
#include "core/text.h"
#include "models/registry.h"

namespace carica::cli {

namespace {

std::string top1_text(const models::ModelInfo& info) {
  if (info.top1 == 0) return "";
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %s", info.top1, info.weights.c_str());
  return text;
}

void refuse_with_list(const char* option) {
  throw Error(ErrorCode::kUsage,
              cat("models ", option, ": goes with one network; must be left out"),
              cat("carica models resnet50 ", option, " ..., or without it for the list"));
}

int list(const ModelRequest& request, const Invocation& invocation) {
  if (!request.input.empty()) refuse_with_list("--input");
  if (request.classes != 0) refuse_with_list("--classes");
  auto json = nlohmann::ordered_json::array();
  std::size_t width = 0;
  for (const auto& info : models::registry()) width = std::max(width, info.name.size());
  say(invocation, cat("name", std::string(width - 4, ' '),
                      " task      params   mult-adds  features  size  top-1\n"));
  for (const auto& info : models::registry()) {
    const std::string task(config::task_name(info.task));
    char line[160];
    std::snprintf(line, sizeof line, "%-*s %-8s %6.1f M  %8.2f G  %8d  %4d  %-9s ",
                  static_cast<int>(width), info.name.c_str(), task.c_str(),
                  static_cast<double>(info.cost.parameters) / 1e6,
                  static_cast<double>(info.cost.multiply_adds) / 1e9, info.cost.features, info.size,
                  top1_text(info).c_str());
    say(invocation, cat(line, info.help, "\n"));
    nlohmann::ordered_json row{{"name", info.name},
                               {"task", task},
                               {"parameters", info.cost.parameters},
                               {"multiply_adds", info.cost.multiply_adds},
                               {"features", info.cost.features},
                               {"size", info.size},
                               {"help", info.help}};
    if (info.top1 > 0) {
      row["top1"] = info.top1;
      row["weights"] = "IMAGENET1K_" + info.weights;
    }
    json.push_back(std::move(row));
  }
  say(invocation, cat("\nWith 1000 classes (segmenters: 21, and their usual encoder), for a "
                      "picture of size x size px."
                      "\nfeatures: what a classifier's head gets, or channels of the encoder's "
                      "deepest map\ntop-1: per cent of ImageNet's validation pictures, of "
                      "torchvision's weights IMAGENET1K_V1 or _V2 (torchvision 0.26)\n"));
  say_json(invocation, nlohmann::ordered_json{{"models", json}}.dump());
  return 0;
}

}  // namespace

void define_models(CLI::App& app, Invocation& invocation) {
  auto request = std::make_shared<ModelRequest>();
  app.add_option("name", request->name, "A network, to see its layers; without one all are listed");
  app.add_option("overrides", request->overrides, "key.path=value, e.g. model.encoder=resnet50");
  app.add_option(
      "--input", request->input,
      "Channels, height and width of the pictures (default: 3 and the size in the list)");
  app.add_option("--classes", request->classes, "Classes (default: 1000, segmenters 21)")
      ->check(CLI::Range(1, 100000));
  add_common_flags(app, invocation);
  app.footer(
      "Example: carica models\n         carica models resnet50 --input 3x224x224\n         carica "
      "models unet model.encoder=resnet18 --input 3x512x512 --classes 11");
  app.callback([request, &invocation] {
    invocation.run = [request, &invocation] {
      return request->name.empty() ? list(*request, invocation) : show_model(*request, invocation);
    };
  });
}

}  // namespace carica::cli
