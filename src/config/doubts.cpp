#include "config/doubts.h"

#include "core/text.h"

namespace carica::config {
namespace {

using Lines = std::vector<std::string>;

void doubt_pictures(const Config& c, Lines& found) {
  const auto& list = c.transforms.train;
  const bool normalises = !list.empty() && std::holds_alternative<Normalize>(list.back());
  if (c.model.pretrained.empty() || normalises) return;
  found.push_back(cat("model.pretrained = ", c.model.pretrained,
                      ": its weights expect normalised pictures; add Normalize to "
                      "transforms.train and transforms.eval"));
}

// What waits for more validations than there are.
void doubt_patience(const Config& c, Lines& found) {
  // The last epoch has one in any case.
  const int validations = (c.train.epochs - 1) / c.train.val_every + 1;
  const auto there_are = cat("; the training has ", validations, " validation",
                             validations == 1 ? "" : "s", " (train.epochs, train.val_every)");
  const int stop = c.train.early_stop.patience, drop = c.schedule.patience;
  if (stop > 0 && stop >= validations) {
    found.push_back(cat("train.early_stop.patience = ", stop, ": never stops", there_are));
  }
  if (c.schedule.name == "plateau" && drop >= validations) {
    found.push_back(cat("schedule.patience = ", drop, ": never lowers the rate", there_are));
  }
}

// One epoch is a trial of something else.
void doubt_warmup(const Config& c, Lines& found) {
  if (c.train.epochs == 1 || c.schedule.warmup_epochs < c.train.epochs) return;
  found.push_back(cat("schedule.warmup_epochs = ", number(c.schedule.warmup_epochs),
                      ": lasts to the end; the rate is optim.lr at no step before train.epochs = ",
                      c.train.epochs));
}

// All metrics but the loss are scores.
void doubt_mode(const Config& c, Lines& found) {
  const bool loss = c.train.monitor == "loss";
  if (c.train.mode != (loss ? "max" : "min")) return;
  found.push_back(cat("train.mode = ", c.train.mode,
                      ": keeps the worst weights; of train.monitor = ", c.train.monitor,
                      loss ? " less" : " more", " is better, as mode auto knows"));
}

}  // namespace

std::vector<std::string> doubts(const Config& config) {
  Lines found;
  doubt_pictures(config, found);
  doubt_patience(config, found);
  doubt_warmup(config, found);
  doubt_mode(config, found);
  return found;
}

}  // namespace carica::config
