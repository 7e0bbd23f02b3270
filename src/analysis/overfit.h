#pragma once

#include <limits>
#include <span>
#include <string>

#include "config/config.h"

namespace carica::analysis {

/// What the curves say of overfitting. The rule, also in docs/metrics.md: a run overfits from the
/// epoch after the lowest validation loss, if at its last validated epoch the validation loss is
/// more than 5 % above that lowest one while the training loss is below what it was there.
struct Overfitting {
  bool known = false;  // false: fewer than two epochs have both losses
  bool overfits = false;
  int best_epoch = 0, last_epoch = 0;           // from 1
  double best_loss = 0, last_loss = 0;          // validation
  double train_at_best = 0, train_at_last = 0;  // training loss
  std::string no_gap;  // why both cannot be subtracted, see why_no_gap(); empty: they can
  /// Validation loss - training loss at the last epoch; NaN where they cannot be subtracted.
  double gap() const {
    return no_gap.empty() ? last_loss - train_at_last : std::numeric_limits<double>::quiet_NaN();
  }
  /// A sentence.
  std::string statement() const;
};

/// train, val: losses of the epochs from 1 on; NaN where an epoch has none. no_gap: of the run.
Overfitting judge_overfitting(std::span<const double> train, std::span<const double> val,
                              std::string no_gap = "");

/// Why the training loss of a config is another than its validation loss (eval::evaluation_loss):
/// "training has class weights, mixup, which validation has not". Empty where they are one.
std::string why_no_gap(const config::Config& config);

}  // namespace carica::analysis
