#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "checkpoint/run_state.h"
#include "core/progress.h"
#include "data/loading/loader.h"
#include "eval/device_batch.h"
#include "eval/evaluator.h"
#include "optim/freeze.h"
#include "optim/schedule.h"
#include "train/experiment.h"
#include "train/run_directory.h"
#include "train/run_log.h"
#include "train/sums.h"
#include "train/update.h"

namespace carica::train {

enum class StopReason { kFinished, kEarlyStop, kInterrupted };

/// One run from its first step, or from where a checkpoint stands, to its end. Stopping after any
/// optimizer step and going on gives the same bits as never stopping (same binary, device, thread
/// count).
class Trainer {
 public:
  /// `experiment` and `run` must outlive the trainer. Throws what check_batches() and
  /// make_schedule() throw.
  Trainer(Experiment& experiment, const RunDirectory& run, bool show_progress);
  ~Trainer();

  /// Takes over a saved state; before run(). Throws Error(kCorrupt) when it does not fit, and what
  /// check_overrides() throws.
  void resume(const checkpoint::RunState& state);

  /// Saves the state with the settings of now; after resume() and within run().
  void save();

  /// Trains until the last epoch, early stop, or until `stop_requested` says so, which is asked
  /// after every optimizer step and between the batches of a validation; then the state is saved.
  /// Throws Error(kNumeric) for a loss or gradient that is not finite, Error(kData), Error(kIo);
  /// the checkpoint of before stays whole, and what ends a validation leaves one of before it.
  /// Where the monitored value was never finite, the last weights are the best at the end.
  StopReason run(const std::function<bool()>& stop_requested);

  const checkpoint::Progress& progress() const { return progress_; }

 private:
  struct ValidationInterrupted {};  // thrown out of a validation to stop it

  static double now();  // seconds, monotonic
  void follow_monitor_of(const config::Config& before);
  void open_log();
  std::int64_t batches_per_epoch() const { return static_cast<std::int64_t>(loader_.batches()); }
  bool train_epoch();
  void train_on(const eval::DeviceBatch& batch, int window);
  int window_of(std::int64_t batch) const;
  std::int64_t planned_step() const;
  void log_frozen() const;
  void finish_step();
  void log_step(double lr);
  void finish_epoch();
  eval::Evaluation validate();
  eval::Evaluation evaluate_val();
  bool keep_if_best(const Values& values);
  void save_best(const std::string& metric, double value, std::int64_t epoch);
  bool leaves_out(const eval::DeviceBatch& batch) const;
  bool should_stop_early() const;
  void read_bad_files();
  void note_bad_files(const std::vector<data::BadFile>& files);
  void stop_for_bad_loss();
  std::string progress_text(double lr, const Sums::Read& sums) const;

  Experiment& experiment_;
  const config::Config& config_;
  const RunDirectory& run_;
  Update update_;
  optim::Freeze freeze_;
  data::Loader loader_;
  eval::Feed feed_;
  loss::Loss validation_loss_;
  std::unique_ptr<eval::Evaluator> validation_;  // null without a validation split
  std::unique_ptr<optim::Schedule> schedule_;
  Sums sums_;
  checkpoint::Progress progress_;
  std::unique_ptr<RunLog> log_;
  ProgressLine line_;
  std::function<bool()> stop_requested_;
  std::deque<std::vector<std::int64_t>>
      recent_;  // samples of the batches since the losses were last known to be finite
  std::set<std::string> bad_files_;  // rows of bad_files.csv
  bool warned_of_monitor_ = false;   // that it is not finite
  double epoch_started_ = 0;
  std::int64_t epoch_samples_ = 0;  // of this process, for the rate
};

}  // namespace carica::train
