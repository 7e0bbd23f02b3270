#include "train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"

namespace carica::train {

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

data::LoaderOptions loader_options(const config::Config& config, const eval::Runtime& runtime) {
  data::LoaderOptions options;
  options.batch_size = static_cast<std::size_t>(config.loader.batch_size);
  options.workers = static_cast<std::size_t>(config.loader.workers);
  options.prefetch = static_cast<std::size_t>(config.loader.prefetch);
  options.drop_last = config.loader.drop_last;
  options.skip_bad = config.data.on_bad_image == "skip";
  options.max_bad_fraction = config.data.max_bad_fraction;
  options.seed = config.seed;
  options.memory = eval::slab_memory(runtime);
  return options;
}

// Three significant digits: 9.6e-02, 0.0874.
std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

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

// Thrown out of a validation to stop it.
struct ValidationInterrupted {};

}  // namespace

Trainer::Trainer(Experiment& experiment, const RunDirectory& run, bool show_progress)
    : experiment_(experiment),
      config_(experiment.config),
      run_(run),
      update_(experiment.model, *experiment.loss),
      loader_(experiment.datasets.train,
              {.size = experiment.datasets.train->size(),
               .shuffle = true,
               .seed = experiment.config.seed},
              experiment.train_pipeline, loader_options(config_, experiment.model.runtime)),
      feed_(loader_, experiment.model.runtime, experiment.train_pipeline->normalization()),
      validation_loss_(eval::evaluation_loss(experiment.model)),
      sums_(experiment.model.runtime.device, config_.task == config::Task::kClassify),
      line_(show_progress) {
  if (loader_.batches() == 0) {
    throw Error(ErrorCode::kConfig,
                cat("loader.batch_size = ", config_.loader.batch_size, ": the training split has ",
                    experiment.datasets.train->size(), " samples, not one batch"),
                "lower loader.batch_size, or set loader.drop_last: false");
  }
  const auto window = config_.optim.accumulate;
  schedule_ =
      optim::make_schedule(config_.schedule, config_.optim.lr,
                           (batches_per_epoch() + window - 1) / window, config_.train.epochs);
  if (experiment.datasets.val->size() > 0) {
    validation_ = std::make_unique<eval::Evaluator>(experiment.model, validation_loss_,
                                                    experiment.datasets.val,
                                                    eval::Evaluator::options_of(config_));
  }
}

Trainer::~Trainer() = default;

void Trainer::resume(const checkpoint::RunState& state) {
  const auto where = (run_.weights() / "last.safetensors").string();
  checkpoint::copy_state(*experiment_.model.network, state.model, where);
  checkpoint::copy_tensors(update_.optimizer().state(), state.optimizer, where);
  if (auto* ema = update_.ema()) checkpoint::copy_tensors(ema->tensors(), state.ema, where);
  progress_ = state.progress;
  schedule_->restore(progress_.schedule);
  sums_.restore(progress_.sums);
  at::Generator cpu = at::globalContext().defaultGenerator(at::kCPU);
  cpu.set_state(state.cpu_generator);
  const auto device = experiment_.model.runtime.device;
  if (state.cuda_generator.defined() && device.is_cuda()) {
    at::Generator cuda = at::globalContext().defaultGenerator(device);
    cuda.set_state(state.cuda_generator);
  }
}

StopReason Trainer::run(const std::function<bool()>& stop_requested) {
  stop_requested_ = stop_requested;
  log_ = std::make_unique<RunLog>(run_, progress_.metrics_bytes, progress_.results_bytes,
                                  config_.report.tensorboard);
  while (progress_.epoch < config_.train.epochs && !should_stop_early()) {
    if (!train_epoch()) return StopReason::kInterrupted;
    try {
      finish_epoch();
    } catch (const ValidationInterrupted&) {
      save();  // all batches of the epoch are consumed: resuming goes on with the validation
      return StopReason::kInterrupted;
    }
  }
  return progress_.epoch < config_.train.epochs ? StopReason::kEarlyStop : StopReason::kFinished;
}

// Trains on what is left of the epoch. False when a signal stopped it; then the state is saved.
bool Trainer::train_epoch() {
  epoch_started_ = now();
  epoch_samples_ = 0;
  experiment_.model.network->train();
  if (progress_.batch == 0) sums_.start_epoch();
  feed_.start(static_cast<std::uint64_t>(progress_.epoch),
              static_cast<std::size_t>(progress_.batch));
  eval::DeviceBatch batch;
  bool window_open = false;
  // A batch of bad pictures only never arrives: the place in the epoch is the batch's own number.
  while (progress_.batch < batches_per_epoch() && feed_.next(batch)) {
    const auto number = static_cast<std::int64_t>(batch.source->number);
    train_on(batch, window_of(number));
    progress_.batch = number + 1;
    window_open =
        progress_.batch % config_.optim.accumulate != 0 && progress_.batch < batches_per_epoch();
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

void Trainer::finish_step() {
  const double lr = schedule_->lr(progress_.step);
  update_.apply(lr, progress_.step++);
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
  if (!update_.accumulate(batch, window, sums_)) {
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
  if (config_.task == config::Task::kClassify)
    text += cat("  top1 ", fixed(100 * sums.epoch_top1, 1));
  return text + cat("  lr ", short_number(lr), "  ",
                    fixed(static_cast<double>(epoch_samples_) / seconds, 0), " img/s  data ",
                    fixed(100 * loader_.wait_seconds() / seconds, 0), "%  eta ",
                    clock_time(per_batch * (left + epochs_left * static_cast<double>(batches))));
}

void Trainer::finish_epoch() {
  if (!update_.losses_were_finite()) stop_for_bad_loss();
  const auto sums = sums_.read();
  const double train_seconds = now() - epoch_started_;
  const double waited = loader_.wait_seconds();
  const auto epoch = progress_.epoch;
  const bool classify = config_.task == config::Task::kClassify;
  Values values = {{"lr", schedule_->lr(std::max<std::int64_t>(progress_.step - 1, 0))},
                   {"train_loss", sums.epoch_loss}};
  if (classify) values.emplace_back("train_top1", sums.epoch_top1);
  const bool last = epoch + 1 == config_.train.epochs;
  const bool validates = validation_ && (last || (epoch + 1) % config_.train.val_every == 0);
  if (validation_) {
    // An epoch without validation has the same columns, empty.
    eval::Evaluation none;
    none.confusion = metrics::Confusion(static_cast<int>(experiment_.model.classes.size()));
    none.k = config_.eval.top_k;
    for (const auto& [name, value] : eval::flat_metrics(validates ? validate() : none, !classify)) {
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
  write_bad_files();
  save();
}

void Trainer::write_bad_files() const {
  const auto bad = loader_.bad_files();
  if (bad.empty()) return;
  std::string csv = "name,reason\n";
  for (const auto& file : bad) csv += cat(csv_field(file.name), ",", csv_field(file.reason), "\n");
  run_.write("bad_files.csv", csv);
}

eval::Evaluation Trainer::validate() {
  AveragedWeights averaged(*experiment_.model.network, update_.ema());
  auto result = validation_->run([this](std::size_t done, std::size_t all) {
    if (stop_requested_()) throw ValidationInterrupted{};
    line_.update(cat("epoch ", progress_.epoch + 1, "/", config_.train.epochs, "  validation ",
                     done, "/", all));
  });
  return result;
}

// Compares the monitored value, tells the schedule, and saves the weights when they are the best so
// far.
bool Trainer::keep_if_best(const Values& values) {
  const bool lower = config_.train.mode == "min";
  // Without a validation split there is only the training loss to go by.
  const std::string monitored = validation_ ? "val_" + config_.train.monitor : "train_loss";
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const auto& v) { return v.first == monitored; });
  if (found == values.end()) {
    std::vector<std::string> known;
    for (const auto& [name, value] : values) {
      if (name.rfind("val_", 0) == 0) known.push_back(name.substr(4));
    }
    throw Error(ErrorCode::kConfig, cat("train.monitor = ", config_.train.monitor,
                                        ": no such metric; must be one of ", join(known)));
  }
  const bool less_is_better = lower || !validation_;
  const double value = found->second;
  schedule_->observe(value, less_is_better);
  const double gain =
      less_is_better ? progress_.best_metric - value : value - progress_.best_metric;
  const bool first = progress_.best_epoch < 0;
  const bool best = std::isfinite(value) && (first || gain > 0);
  // A gain below min_delta is kept as the best, but does not put off the early stop.
  const bool enough = best && (first || gain > config_.train.early_stop.min_delta);
  progress_.epochs_without_best = enough ? 0 : progress_.epochs_without_best + 1;
  if (!best) return false;
  progress_.best_metric = value;
  progress_.best_epoch = progress_.epoch;
  const auto weights = update_.ema() ? update_.ema()->tensors()
                                     : checkpoint::named_state(*experiment_.model.network);
  checkpoint::save_weights(run_.fs(), run_.best(), weights, eval::describe(experiment_.model),
                           {{"epoch", cat(progress_.epoch + 1)},
                            {"step", cat(progress_.step)},
                            {"metric", monitored},
                            {"value", number(value)}});
  return true;
}

bool Trainer::should_stop_early() const {
  const int patience = config_.train.early_stop.patience;
  return patience > 0 && progress_.epochs_without_best >= patience;
}

void Trainer::save() {
  if (!update_.losses_were_finite()) stop_for_bad_loss();
  log_->sync();
  progress_.metrics_bytes = log_->metrics_bytes();
  progress_.results_bytes = log_->results_bytes();
  progress_.schedule = schedule_->state();
  progress_.sums = sums_.state();
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
  throw Error(ErrorCode::kNumeric,
              cat("epoch ", progress_.epoch + 1, ", step ", progress_.step + 1,
                  ": the loss is not finite; samples: ", join(names)),
              "lower optim.lr, add schedule.warmup_epochs or optim.clip_grad_norm, or look at the "
              "samples; train.nan: skip goes on");
}

}  // namespace carica::train
