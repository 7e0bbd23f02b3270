// What a trainer does at the end of an epoch: validate, log, keep the best weights, save.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "data/files/csv.h"
#include "train/trainer.h"

namespace carica::train {

namespace {

// What people follow of an epoch's values; results.csv has all.
std::string followed(const Values& values, const std::string& monitored) {
  std::string text;
  for (const auto& [name, value] : values) {
    const bool wanted =
        name == "train_loss" || name == "train_top1" || name == "val_loss" || name == monitored;
    if (wanted && std::isfinite(value)) text += cat("  ", name, " ", fixed(value, 4));
  }
  return text;
}

constexpr auto kBadFiles = "bad_files.csv";
constexpr std::uint64_t kMaxBadFilesBytes = std::uint64_t{256} << 20;

std::string bad_file_row(std::string_view name, std::string_view reason) {
  return cat(csv_field(name), ",", csv_field(reason), "\n");
}

Error nothing_read(const char* split) {
  return {ErrorCode::kData, cat("no picture of the ", split, " split could be read"),
          "carica data check says what is wrong with each"};
}

}  // namespace

void Trainer::finish_epoch() {
  if (!update_.losses_were_finite()) stop_for_bad_loss();
  const auto sums = sums_.read();
  if (std::isnan(sums.epoch_loss)) {
    if (epoch_samples_ == 0) throw nothing_read("training");
    throw Error(
        ErrorCode::kNumeric,
        cat("epoch ", progress_.epoch + 1, ": the loss of no batch was finite"),
        "lower optim.lr, add schedule.warmup_epochs or optim.clip_grad_norm; the checkpoint "
        "of before is whole");
  }
  const double train_seconds = now() - epoch_started_;
  const double waited = loader_.wait_seconds();
  const auto epoch = progress_.epoch;
  const auto answer = experiment_.model.answer();
  Values values = {{"lr", schedule_->lr(planned_step())}, {"train_loss", sums.epoch_loss}};
  if (answer == eval::Answer::kClass) values.emplace_back("train_top1", sums.epoch_top1);
  const bool last = epoch + 1 == config_.train.epochs;
  const bool validates = validation_ && (last || (epoch + 1) % config_.train.val_every == 0);
  if (validation_) {
    // An epoch without validation has the same columns, empty.
    const auto metrics =
        validates ? eval::flat_metrics(validate(), answer) : eval::empty_metrics(experiment_.model);
    for (const auto& [name, value] : metrics) {
      if (name == "samples" || name == "pixels") continue;
      values.emplace_back("val_" + name,
                          validates ? value : std::numeric_limits<double>::quiet_NaN());
    }
  }
  const bool best = (validates || !validation_) && keep_if_best(values);
  const double seconds = now() - epoch_started_;
  log_->epoch(
      epoch, progress_.step, values,
      {{"seconds", seconds},
       {"images_per_second", static_cast<double>(epoch_samples_) / std::max(train_seconds, 1e-9)},
       {"data_wait_share", waited / std::max(train_seconds, 1e-9)}});
  clear_progress_line();
  log_info(cat("epoch ", epoch + 1, "/", config_.train.epochs,
               followed(values, "val_" + config_.train.monitor), "  ", fixed(seconds, 1), " s",
               best ? "  best" : ""));
  ++progress_.epoch;
  progress_.batch = 0;
  progress_.finished = progress_.epoch == config_.train.epochs || should_stop_early();
  sums_.start_epoch();
  save();
}

// What earlier processes of the run have found. A table that cannot be read is begun anew.
void Trainer::read_bad_files() {
  const auto file = run_.path() / kBadFiles;
  if (!std::filesystem::exists(file)) return;
  try {
    const auto table = data::parse_csv(run_.fs().read(file, kMaxBadFilesBytes), file.string());
    for (std::size_t row = 0; row < table.rows(); ++row) {
      bad_files_.insert(bad_file_row(table.field(row, 0), table.field(row, 1)));
    }
  } catch (const std::exception& error) {
    log_warning(cat(file.string(), ": is begun anew: ", error.what()));
  }
}

void Trainer::note_bad_files(const std::vector<data::BadFile>& files) {
  const auto before = bad_files_.size();
  for (const auto& file : files) {
    if (!bad_files_.insert(bad_file_row(file.name, file.reason)).second) continue;
    clear_progress_line();
    log_warning(cat(readable(file.name), ": left out: ", file.reason));
  }
  if (bad_files_.size() == before) return;
  std::string csv = "name,reason\n";
  for (const auto& row : bad_files_) csv += row;
  run_.write(kBadFiles, csv);
}

// All batches of the epoch are consumed: whatever ends its validation, a resumed run goes on with
// it.
eval::Evaluation Trainer::validate() {
  try {
    return evaluate_val();
  } catch (const std::exception&) {
    clear_progress_line();
    try {
      save();
      log_warning(cat("epoch ", progress_.epoch + 1,
                      ": its training is saved; once the cause is "
                      "gone, its validation is next: carica train --resume ",
                      run_.path().string()));
    } catch (const std::exception& error) {  // the first error is on its way out
      log_error(cat("the epoch could not be saved: ", error.what()));
    }
    throw;
  }
}

eval::Evaluation Trainer::evaluate_val() {
  AveragedWeights averaged(*experiment_.model.network, update_.ema());
  auto result = validation_->run([this](std::size_t done, std::size_t all) {
    if (stop_requested_()) throw ValidationInterrupted{};
    line_.update(cat("epoch ", progress_.epoch + 1, "/", config_.train.epochs, "  validation ",
                     done, "/", all));
  });
  note_bad_files(result.bad_files);
  if (result.samples == 0) throw nothing_read("validation");
  return result;
}

// Compares the monitored value, tells the schedule, and saves the weights when they are the best so
// far.
bool Trainer::keep_if_best(const Values& values) {
  const bool lower = config_.train.mode == "min";
  // Without a validation split there is only the training loss to go by.
  const std::string monitored = validation_ ? "val_" + config_.train.monitor : "train_loss";
  const auto value_of = [&](const std::string& name) {
    return std::ranges::find(values, name, [](const auto& v) { return v.first; })->second;
  };
  const bool less_is_better = lower || !validation_;
  const double value = value_of(monitored);
  const double loss = value_of(validation_ ? "val_loss" : "train_loss");
  if (!std::isfinite(value) && !warned_of_monitor_) {
    warned_of_monitor_ = true;
    clear_progress_line();
    log_warning(cat("epoch ", progress_.epoch + 1, ": ", monitored,
                    " is not finite: it chooses no best weights, and counts as no gain"));
  }
  schedule_->observe(value, less_is_better);
  const auto gain_on = [&](double before) {
    return less_is_better ? before - value : value - before;
  };
  const bool first = progress_.best_epoch < 0;
  const double gain = first ? 1 : gain_on(progress_.best_metric);
  const bool best = std::isfinite(value) && (gain > 0 || (gain == 0 && loss < progress_.best_loss));
  // Small gains are kept as the best; together they put off the early stop.
  const bool enough =
      best && (first || gain_on(progress_.enough_metric) > config_.train.early_stop.min_delta);
  if (enough) progress_.enough_metric = value;
  progress_.without_gain = enough ? 0 : progress_.without_gain + 1;
  if (!best) return false;
  progress_.best_metric = value;
  progress_.best_loss = loss;
  progress_.best_epoch = progress_.epoch;
  save_best(monitored, value, progress_.epoch + 1);
  return true;
}

void Trainer::save_best(const std::string& metric, double value, std::int64_t epoch) {
  const auto weights = update_.ema() ? update_.ema()->tensors()
                                     : checkpoint::named_state(*experiment_.model.network);
  checkpoint::save_weights(run_.fs(), run_.best(), weights, eval::describe(experiment_.model),
                           {{"epoch", cat(epoch)},
                            {"step", cat(progress_.step)},
                            {"metric", metric},
                            {"value", number(value)}});
}

bool Trainer::should_stop_early() const {
  const int patience = config_.train.early_stop.patience;
  return patience > 0 && progress_.without_gain >= patience;
}

void Trainer::save() {
  if (!update_.losses_were_finite()) stop_for_bad_loss();
  note_bad_files(loader_.bad_files());
  log_->sync();
  progress_.metrics_bytes = log_->metrics_bytes();
  progress_.results_bytes = log_->results_bytes();
  progress_.schedule = schedule_->state();
  progress_.sums = sums_.state();
  progress_.train_size = static_cast<std::int64_t>(experiment_.datasets.train->size());
  checkpoint::RunState state;
  state.description = eval::describe(experiment_.model);
  state.progress = progress_;
  state.model = checkpoint::named_state(*experiment_.model.network);
  if (auto* ema = update_.ema()) state.ema = ema->tensors();
  state.optimizer = update_.optimizer().state();
  state.cpu_generator = at::globalContext().defaultGenerator(at::kCPU).get_state();
  if (experiment_.model.runtime.device.is_cuda()) {
    state.cuda_generator =
        at::globalContext().defaultGenerator(experiment_.model.runtime.device).get_state();
  }
  checkpoint::save_last(run_.fs(), run_.weights(), state);
}

}  // namespace carica::train
