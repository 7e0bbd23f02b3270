#include "analysis/overfit.h"

#include <algorithm>
#include <cmath>

#include "core/text.h"

namespace carica::analysis {
namespace {

constexpr double kRise = 1.05;  // of the validation loss, over its lowest

}  // namespace

Overfitting judge_overfitting(std::span<const double> train, std::span<const double> val) {
  Overfitting result;
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
  const auto at = cat("lowest validation loss ", fixed(best_loss, 4), " in epoch ", best_epoch,
                      ", ", fixed(last_loss, 4), " in epoch ", last_epoch, "; training loss ",
                      fixed(train_at_best, 4), " and ", fixed(train_at_last, 4));
  if (overfits) return cat("Overfits from epoch ", best_epoch + 1, " on: ", at, ".");
  return cat("Does not overfit by its last epoch: ", at, ".");
}

}  // namespace carica::analysis
