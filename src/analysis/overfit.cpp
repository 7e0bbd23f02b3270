#include "analysis/overfit.h"

#include <algorithm>
#include <cmath>

#include "core/text.h"

namespace carica::analysis {
namespace {

constexpr double kRise = 1.05;  // of the validation loss, over its lowest

// Networks with an auxiliary head, unless model.aux is off.
bool has_aux(const config::ModelConfig& model) {
  const bool knows_one = model.name.starts_with("fcn_") || model.name.starts_with("deeplabv3_");
  return knows_one && model.aux != "off" && model.aux_weight > 0;
}

}  // namespace

Overfitting judge_overfitting(std::span<const double> train, std::span<const double> val,
                              std::string no_gap) {
  Overfitting result;
  result.no_gap = std::move(no_gap);
  const std::size_t epochs = std::min(train.size(), val.size());
  int seen = 0;
  for (std::size_t i = 0; i < epochs; ++i) {
    if (!std::isfinite(train[i]) || !std::isfinite(val[i])) continue;
    const int epoch = static_cast<int>(i) + 1;
    if (seen++ == 0 || val[i] < result.best_loss) {
      result.best_epoch = epoch;
      result.best_loss = val[i];
      result.train_at_best = train[i];
    }
    result.last_epoch = epoch;
    result.last_loss = val[i];
    result.train_at_last = train[i];
  }
  result.known = seen >= 2;
  result.overfits = result.known && result.last_loss > kRise * result.best_loss &&
                    result.train_at_last < result.train_at_best;
  return result;
}

std::string Overfitting::statement() const {
  if (!known) return "Too few epochs have a training and a validation loss to say anything.";
  const auto best = cat("lowest validation loss ", fixed(best_loss, 4), " in epoch ", best_epoch);
  const auto at =
      best_epoch == last_epoch
          ? cat(best, ", the last; training loss ", fixed(train_at_last, 4))
          : cat(best, ", ", fixed(last_loss, 4), " in epoch ", last_epoch, "; training loss ",
                fixed(train_at_best, 4), " and ", fixed(train_at_last, 4));
  const auto verdict = overfits ? cat("Overfits from epoch ", best_epoch + 1, " on: ", at, ".")
                                : cat("Does not overfit by its last epoch: ", at, ".");
  if (no_gap.empty()) return verdict;
  return cat(verdict, " The difference of both losses is no gap: ", no_gap, ".");
}

std::string why_no_gap(const config::Config& config) {
  bool weights = false, smoothing = false;
  for (const auto& term : config.loss) {
    if (const auto* cross_entropy = std::get_if<config::CrossEntropyLoss>(&term)) {
      weights |= cross_entropy->class_weights != "none";
      smoothing |= cross_entropy->label_smoothing > 0;
    } else if (const auto* bce = std::get_if<config::BceLoss>(&term)) {
      smoothing |= bce->label_smoothing > 0;
    }
  }
  const auto& mix = config.batch_transforms;
  std::vector<std::string> parts;
  if (weights) parts.emplace_back("class weights");
  if (smoothing) parts.emplace_back("label smoothing");
  if (mix.p > 0 && mix.mixup > 0) parts.emplace_back("mixup");
  if (mix.p > 0 && mix.cutmix > 0) parts.emplace_back("cutmix");
  if (has_aux(config.model)) parts.emplace_back("the loss of an auxiliary head");
  if (parts.empty()) return "";
  return cat("training has ", join(parts), ", which validation has not");
}

}  // namespace carica::analysis
