#pragma once

#include "cli/command.h"
#include "train/experiment.h"
#include "train/run_directory.h"

namespace carica::cli {

/// After the last step: gives the experiment's network the run's best weights, evaluates it on the
/// splits of `eval.splits`, draws the figures, writes report.html, and prints what came out. Throws
/// Error(kInterrupted) when a signal asks to stop.
int finish_run(const train::RunDirectory& run, const train::Experiment& experiment,
               const Invocation& invocation);

}  // namespace carica::cli
