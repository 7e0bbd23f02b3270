#pragma once

#include "checkpoint/run_state.h"
#include "train/experiment.h"
#include "train/run_directory.h"

namespace carica::train {

/// Refuses settings of a run that goes on which do not fit its state or its results so far. before:
/// the config that the state was saved with. Throws Error(kConfig): another optimizer or a moving
/// average that is new; fewer epochs than are done; within an epoch other batches, steps or order
/// of samples; other columns than those of results.csv.
void check_overrides(const Experiment& experiment, const config::Config& before,
                     const RunDirectory& run, const checkpoint::Progress& progress);

/// Whether epochs have other batches or steps than before, so that steps done count anew.
bool cuts_epochs_anew(const Experiment& experiment, const config::Config& before,
                      const checkpoint::Progress& progress);

}  // namespace carica::train
