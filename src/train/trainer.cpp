#include "train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "models/registry.h"
#include "train/overrides_check.h"

namespace carica::train {

namespace {

constexpr auto kWayOut =
    "lower optim.lr, add schedule.warmup_epochs or optim.clip_grad_norm, or look at the samples; "
    "train.nan: skip goes on";

// Three significant digits: 9.6e-02, 0.0874.
std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

}  // namespace

Trainer::Trainer(Experiment& experiment, const RunDirectory& run, bool show_progress)
    : experiment_(experiment),
      config_(experiment.config),
      run_(run),
      update_(experiment.model, *experiment.loss),
      freeze_(*experiment.model.network, config_.train.freeze),
      loader_(experiment.datasets.train,
              {.size = experiment.datasets.train->size(),
               .shuffle = true,
               .seed = experiment.config.seed},
              experiment.train_pipeline,
              loader_options(config_, experiment.datasets, experiment.model.runtime)),
      feed_(loader_, experiment.model.runtime, experiment.train_pipeline->normalization()),
      validation_loss_(eval::evaluation_loss(experiment.model)),
      schedule_(make_schedule(experiment)),
      sums_(experiment.model.runtime.device, experiment.model.answer() == eval::Answer::kClass),
      line_(show_progress) {
  check_batches(experiment);
  if (experiment.datasets.val->size() > 0) {
    validation_ = std::make_unique<eval::Evaluator>(experiment.model, validation_loss_,
                                                    experiment.datasets.val,
                                                    eval::Evaluator::options_of(config_));
  }
}

Trainer::~Trainer() = default;

double Trainer::now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void Trainer::resume(const checkpoint::RunState& state) {
  const auto where = (run_.weights() / "last.safetensors").string();
  const auto before = config::parse(state.description.config_yaml, "config of the run");
  check_overrides(experiment_, before, run_, state.progress);
  checkpoint::copy_state(*experiment_.model.network, state.model, where);
  checkpoint::copy_tensors(update_.optimizer().state(), state.optimizer, where);
  if (auto* ema = update_.ema()) checkpoint::copy_tensors(ema->tensors(), state.ema, where);
  progress_ = state.progress;
  if (cuts_epochs_anew(experiment_, before, progress_)) {
    const std::int64_t window = config_.optim.accumulate;
    progress_.step =
        progress_.epoch * steps_per_epoch(experiment_) + (progress_.batch + window - 1) / window;
  }
  // Another schedule begins at this step, as it would have begun at the first.
  if (before.schedule.name == config_.schedule.name) {
    schedule_->restore(progress_.schedule, before.optim.lr);
  }
  follow_monitor_of(before);
  sums_.restore(progress_.sums);
  at::Generator cpu = at::globalContext().defaultGenerator(at::kCPU);
  cpu.set_state(state.cpu_generator);
  const auto device = experiment_.model.runtime.device;
  if (state.cuda_generator.defined() && device.is_cuda()) {
    at::Generator cuda = at::globalContext().defaultGenerator(device);
    cuda.set_state(state.cuda_generator);
  }
  open_log();
}

// Values of another metric than the one that is followed now are not compared with its own.
void Trainer::follow_monitor_of(const config::Config& before) {
  const auto &was = before.train, &is = config_.train;
  const bool same = was.monitor == is.monitor && was.mode == is.mode;
  if (same || !validation_ || progress_.epoch >= is.epochs) return;
  log_info(cat("train.monitor: ", was.monitor, " -> ", is.monitor, " (", is.mode,
               "): the best value is sought anew"));
  progress_.best_epoch = -1;
  progress_.best_metric = progress_.best_loss = progress_.enough_metric = 0;
  progress_.without_gain = 0;
  schedule_->forget_best();
}

void Trainer::open_log() {
  log_ = std::make_unique<RunLog>(run_, progress_.metrics_bytes, progress_.results_bytes,
                                  progress_.step + 1, config_.report.tensorboard);
}

StopReason Trainer::run(const std::function<bool()>& stop_requested) {
  stop_requested_ = stop_requested;
  if (!log_) open_log();
  read_bad_files();
  while (progress_.epoch < config_.train.epochs && !should_stop_early()) {
    if (!train_epoch()) return StopReason::kInterrupted;
    try {
      finish_epoch();
    } catch (const ValidationInterrupted&) {
      save();  // all batches of the epoch are consumed: resuming goes on with the validation
      return StopReason::kInterrupted;
    }
  }
  if (progress_.best_epoch < 0) {
    log_warning(cat("no monitored value was finite (train.monitor = ", config_.train.monitor,
                    "): the last weights are kept as the best"));
    save_best("none", std::numeric_limits<double>::quiet_NaN(), progress_.epoch);
  }
  return progress_.epoch < config_.train.epochs ? StopReason::kEarlyStop : StopReason::kFinished;
}

// Trains on what is left of the epoch. False when a signal stopped it; then the state is saved.
bool Trainer::train_epoch() {
  epoch_started_ = now();
  epoch_samples_ = 0;
  experiment_.model.network->train();
  if (freeze_.apply(progress_.epoch)) log_frozen();
  if (progress_.batch == 0) sums_.start_epoch();
  feed_.start(static_cast<std::uint64_t>(progress_.epoch),
              static_cast<std::size_t>(progress_.batch));
  eval::DeviceBatch batch;
  const std::int64_t window = config_.optim.accumulate;
  bool window_open = false;
  // A batch of bad pictures only never arrives: the place in the epoch is the batch's own number.
  while (progress_.batch < batches_per_epoch() && feed_.next(batch)) {
    const auto number = static_cast<std::int64_t>(batch.source->number);
    if (window_open && number / window != (progress_.batch - 1) / window) finish_step();
    if (!leaves_out(batch)) train_on(batch, window_of(number));
    progress_.batch = number + 1;
    window_open = progress_.batch % window != 0 && progress_.batch < batches_per_epoch();
    if (window_open) continue;
    finish_step();
    const bool save_now =
        config_.train.save_every > 0 && progress_.step % config_.train.save_every == 0;
    const bool stop = stop_requested_();
    if (stop || (save_now && progress_.batch < batches_per_epoch())) save();
    if (stop) return false;
  }
  if (window_open) finish_step();
  progress_.batch = batches_per_epoch();
  return true;
}

// What on_bad_image: skip has left of a batch may be too little for batch norm.
bool Trainer::leaves_out(const eval::DeviceBatch& batch) const {
  if (batch.source->count == static_cast<std::size_t>(config_.loader.batch_size)) return false;
  try {
    experiment_.model.network->check(batch.pictures.sizes());
    return false;
  } catch (const Error& error) {
    clear_progress_line();
    log_warning(cat("epoch ", progress_.epoch + 1, ", batch ", batch.source->number + 1,
                    ": left out, since bad pictures have made it too small: ", error.what()));
    return true;
  }
}

void Trainer::log_frozen() const {
  log_info(cat("epoch ", progress_.epoch + 1, ": ",
               models::parameter_count(*experiment_.model.network),
               " parameters are trained; train.freeze names ", freeze_.count()));
}

// The number of the step that ends with the batch before, had all batches come: bad pictures may
// take whole ones, and the schedule ends with the training all the same.
std::int64_t Trainer::planned_step() const {
  const auto batch = std::max<std::int64_t>(progress_.batch - 1, 0);
  return progress_.epoch * steps_per_epoch(experiment_) + batch / config_.optim.accumulate;
}

void Trainer::finish_step() {
  const double lr = schedule_->lr(planned_step());
  if (!update_.apply(lr, progress_.step)) {
    const auto what = cat("epoch ", progress_.epoch + 1, ", step ", progress_.step + 1,
                          ": the gradient is not finite");
    if (config_.train.nan == "stop") throw Error(ErrorCode::kNumeric, what, kWayOut);
    log_warning(what + "; the step is skipped");
  }
  ++progress_.step;
  if (progress_.step % config_.train.log_every == 0) log_step(lr);
}

// Batches that share the optimizer step of this one: fewer at the end of an epoch.
int Trainer::window_of(std::int64_t batch) const {
  const std::int64_t window = config_.optim.accumulate;
  return static_cast<int>(std::min(window, batches_per_epoch() - batch / window * window));
}

void Trainer::train_on(const eval::DeviceBatch& batch, int window) {
  const auto count = static_cast<std::int64_t>(batch.source->count);
  progress_.samples += count;
  epoch_samples_ += count;
  recent_.push_back(batch.source->indices);
  const Mix mix = draw_mix(config_.batch_transforms, config_.seed, progress_.epoch, *batch.source);
  auto mixed_batch = batch;
  mixed_batch.pictures = mixed(batch.pictures, mix);
  if (!update_.accumulate(mixed_batch, mix, window, sums_)) {
    if (config_.train.nan == "stop") stop_for_bad_loss();
    log_warning(cat("epoch ", progress_.epoch + 1, ", step ", progress_.step + 1,
                    ": loss is not finite; the batch is skipped"));
  }
  if (experiment_.model.runtime.device.is_cpu()) recent_.clear();
}

void Trainer::log_step(double lr) {
  if (!update_.losses_were_finite()) stop_for_bad_loss();
  recent_.clear();
  const auto sums = sums_.read();
  log_->step(progress_.epoch, progress_.step, {{"loss", sums.interval_loss}, {"lr", lr}});
  sums_.start_interval();
  const auto text = progress_text(lr, sums);
  if (line_.live()) {
    line_.update(text);
  } else {
    log_info(text);
  }
}

std::string Trainer::progress_text(double lr, const Sums::Read& sums) const {
  const double seconds = std::max(now() - epoch_started_, 1e-9);
  const auto batches = batches_per_epoch();
  const double done = static_cast<double>(progress_.batch),
               left = static_cast<double>(batches) - done;
  const double per_batch = seconds * config_.loader.batch_size /
                           std::max<double>(1, static_cast<double>(epoch_samples_));
  const double epochs_left = static_cast<double>(config_.train.epochs - 1 - progress_.epoch);
  std::string text = cat("epoch ", progress_.epoch + 1, "/", config_.train.epochs, "  ",
                         progress_.batch, "/", batches, "  loss ", fixed(sums.interval_loss, 4));
  if (experiment_.model.answer() == eval::Answer::kClass)
    text += cat("  top1 ", fixed(sums.epoch_top1, 4));
  return text + cat("  lr ", short_number(lr), "  ",
                    fixed(static_cast<double>(epoch_samples_) / seconds, 0), " img/s  data ",
                    fixed(100 * loader_.wait_seconds() / seconds, 0), "%  eta ",
                    clock_time(per_batch * (left + epochs_left * static_cast<double>(batches))));
}

void Trainer::stop_for_bad_loss() {
  constexpr std::size_t kNamed = 4;
  std::vector<std::string> names;
  std::size_t samples = 0;
  for (const auto& batch : recent_) {
    for (const auto index : batch) {
      if (++samples <= kNamed)
        names.push_back(experiment_.datasets.train->item(static_cast<std::size_t>(index)).name);
    }
  }
  if (samples > kNamed) names.push_back(cat("and ", samples - kNamed, " more"));
  throw Error(
      ErrorCode::kNumeric,
      cat("epoch ", progress_.epoch + 1, ", step ", progress_.step + 1,
          // On a GPU it is found later, and then both have been asked for in one.
          experiment_.model.runtime.device.is_cpu() ? ": the loss" : ": the loss or gradient",
          " is not finite; samples: ", join(names)),
      kWayOut);
}

}  // namespace carica::train
