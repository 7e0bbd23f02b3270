#include "cli/run_facts.h"

#include <array>

#include "core/text.h"
#include "models/registry.h"

namespace carica::cli {

namespace {

// "0.5 cross_entropy + dice".
std::string loss_text(const std::vector<config::LossTerm>& terms) {
  constexpr std::array kNames = {"cross_entropy", "bce", "dice", "focal"};
  static_assert(kNames.size() == std::variant_size_v<config::LossTerm>);
  std::vector<std::string> texts;
  for (const auto& term : terms) {
    const double weight = std::visit([](const auto& loss) { return loss.weight; }, term);
    texts.push_back(cat(weight == 1 ? "" : cat(weight, " "), kNames.at(term.index())));
  }
  return join(texts, " + ");
}

std::string optimizer_text(const config::OptimConfig& optim) {
  return cat(optim.name, ", learning rate ", optim.lr,
             optim.weight_decay > 0 ? cat(", weight decay ", optim.weight_decay) : "");
}

std::string schedule_text(const config::ScheduleConfig& schedule) {
  const double warmup = schedule.warmup_epochs;
  if (warmup == 0) return schedule.name;
  return cat(schedule.name, ", ", warmup, warmup == 1 ? " epoch" : " epochs", " of warm-up");
}

}  // namespace

std::string network_title(const config::ModelConfig& model) {
  return cat(model.name, model.encoder.empty() ? "" : ", ", model.encoder);
}

void add_settings(const eval::Model& model, const data::Datasets& datasets, analysis::Page& page) {
  const auto& config = model.config;
  page.fact("Network", "name", network_title(config.model));
  page.fact("Network", "parameters", models::parameter_count(*model.network));
  page.fact("Network", "pictures", cat(model.size.width, " x ", model.size.height));
  if (!config.model.weights.empty()) page.fact("Network", "started from", config.model.weights);
  if (!config.model.pretrained.empty()) {
    page.fact("Network", "started from", config.model.pretrained);
  }
  page.fact("Training", "loss", loss_text(config.loss));
  page.fact("Training", "optimizer", optimizer_text(config.optim));
  page.fact("Training", "schedule", schedule_text(config.schedule));
  page.fact("Training", "batch size", config.loader.batch_size * config.optim.accumulate);
  page.fact("Training", "seed", config.seed);
  page.fact("Data", "format", config.data.format);
  page.fact("Data", "root", config.data.root);
  for (const char* split : {"train", "val", "test"}) {
    page.fact("Data", split, datasets.split(split)->size());
  }
}

}  // namespace carica::cli
