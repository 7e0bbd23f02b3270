#include "config/idle_keys.h"

#include <array>

#include "core/text.h"

namespace carica::config {
namespace {

/// One key: whether two configs have different values of it, whether it counts, and beside what.
struct Row {
  const char* key;
  bool (*differs)(const Config& a, const Config& b);
  bool (*counts)(const Config& c);
  const char* beside;
};

// A column of the table.
#define CARICA_DIFFERS(key) [](const Config& a, const Config& b) { return a.key != b.key; }

bool is_sgd(const Config& c) { return c.optim.name == "sgd"; }
bool is_adam(const Config& c) { return !is_sgd(c); }
bool warms_up(const Config& c) { return c.schedule.warmup_epochs > 0; }
template <typename... Names>
bool follows(const Config& c, const Names&... names) {
  return ((c.schedule.name == names) || ...);
}
bool is_onecycle(const Config& c) { return follows(c, "onecycle"); }
bool is_plateau(const Config& c) { return follows(c, "plateau"); }
bool drops(const Config& c) { return follows(c, "step", "multistep", "plateau"); }
bool ends_low(const Config& c) { return follows(c, "cosine", "poly", "plateau"); }
bool mixes(const Config& c) {
  return c.batch_transforms.mixup > 0 || c.batch_transforms.cutmix > 0;
}
bool mixes_both_ways(const Config& c) {
  return c.batch_transforms.mixup > 0 && c.batch_transforms.cutmix > 0;
}
bool skips_bad(const Config& c) { return c.data.on_bad_image == "skip"; }

// Without the keys of single formats (data.csv, data.images): a base of other data brings them
// along.
constexpr std::array kRows = {
    Row{"data.max_bad_fraction", CARICA_DIFFERS(data.max_bad_fraction), skips_bad,
        "data.on_bad_image: skip"},
    Row{"data.shards", CARICA_DIFFERS(data.shards),
        [](const Config& c) { return c.data.cache == "shards"; }, "data.cache: shards"},
    Row{"batch_transforms.p", CARICA_DIFFERS(batch_transforms.p), mixes,
        "batch_transforms.mixup or cutmix"},
    Row{"batch_transforms.switch_p", CARICA_DIFFERS(batch_transforms.switch_p), mixes_both_ways,
        "batch_transforms.mixup and cutmix together"},
    Row{"optim.momentum", CARICA_DIFFERS(optim.momentum), is_sgd, "optim.name: sgd"},
    Row{"optim.nesterov", CARICA_DIFFERS(optim.nesterov), is_sgd, "optim.name: sgd"},
    Row{"optim.betas", CARICA_DIFFERS(optim.betas), is_adam, "optim.name: adam or adamw"},
    Row{"optim.eps", CARICA_DIFFERS(optim.eps), is_adam, "optim.name: adam or adamw"},
    Row{"schedule.warmup_start", CARICA_DIFFERS(schedule.warmup_start), warms_up,
        "schedule.warmup_epochs"},
    Row{"schedule.min_lr", CARICA_DIFFERS(schedule.min_lr), ends_low,
        "schedule.name: cosine, poly or plateau"},
    Row{"schedule.power", CARICA_DIFFERS(schedule.power),
        [](const Config& c) { return follows(c, "poly"); }, "schedule.name: poly"},
    Row{"schedule.step_epochs", CARICA_DIFFERS(schedule.step_epochs),
        [](const Config& c) { return follows(c, "step"); }, "schedule.name: step"},
    Row{"schedule.milestones", CARICA_DIFFERS(schedule.milestones),
        [](const Config& c) { return follows(c, "multistep"); }, "schedule.name: multistep"},
    Row{"schedule.gamma", CARICA_DIFFERS(schedule.gamma), drops,
        "schedule.name: step, multistep or plateau"},
    Row{"schedule.pct_start", CARICA_DIFFERS(schedule.pct_start), is_onecycle,
        "schedule.name: onecycle"},
    Row{"schedule.div_factor", CARICA_DIFFERS(schedule.div_factor), is_onecycle,
        "schedule.name: onecycle"},
    Row{"schedule.final_div_factor", CARICA_DIFFERS(schedule.final_div_factor), is_onecycle,
        "schedule.name: onecycle"},
    Row{"schedule.patience", CARICA_DIFFERS(schedule.patience), is_plateau,
        "schedule.name: plateau"},
    Row{"train.freeze.epochs", CARICA_DIFFERS(train.freeze.epochs),
        [](const Config& c) { return !c.train.freeze.names.empty(); }, "train.freeze.names"},
    Row{"train.ema.warmup_steps", CARICA_DIFFERS(train.ema.warmup_steps),
        [](const Config& c) { return c.train.ema.decay > 0; }, "train.ema.decay"},
    Row{"train.early_stop.min_delta", CARICA_DIFFERS(train.early_stop.min_delta),
        [](const Config& c) { return c.train.early_stop.patience > 0; },
        "train.early_stop.patience"},
    Row{"eval.window_overlap", CARICA_DIFFERS(eval.window_overlap),
        [](const Config& c) { return c.eval.window > 0; }, "eval.window"},
};
#undef CARICA_DIFFERS

// Drops of the rate that training does not live to see.
std::vector<std::string> late_drops(const Config& c) {
  const auto after = [&](double epoch) { return epoch >= c.train.epochs; };
  const auto end = cat("train.epochs = ", c.train.epochs);
  if (follows(c, "step") && after(c.schedule.step_epochs)) {
    return {cat("schedule.step_epochs = ", number(c.schedule.step_epochs),
                ": has no effect; it counts below ", end)};
  }
  std::vector<std::string> late;
  if (!follows(c, "multistep")) return late;
  for (const double milestone : c.schedule.milestones) {
    if (after(milestone)) late.push_back(number(milestone));
  }
  if (late.empty()) return late;
  return {cat("schedule.milestones: ", join(late), ": no effect; they count below ", end)};
}

}  // namespace

std::vector<std::string> idle_keys(const Config& config) {
  const Config defaults;
  std::vector<std::string> idle;
  for (const Row& row : kRows) {
    if (row.counts(config) || !row.differs(config, defaults)) continue;
    idle.push_back(cat(row.key, ": has no effect; it counts beside ", row.beside));
  }
  for (auto& line : late_drops(config)) idle.push_back(std::move(line));
  return idle;
}

}  // namespace carica::config
