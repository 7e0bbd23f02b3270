#pragma once

#include <span>
#include <string>

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
  double gap() const { return last_loss - train_at_last; }
  /// A sentence.
  std::string statement() const;
};

/// train, val: losses of the epochs from 1 on; NaN where an epoch has none.
Overfitting judge_overfitting(std::span<const double> train, std::span<const double> val);

}  // namespace carica::analysis
