#pragma once

#include "cli/command.h"
#include "data/dataset.h"
#include "train/run_directory.h"

namespace carica::cli {

/// After the last step: evaluates the best weights on the splits of `eval.splits`, draws the
/// figures, writes report.html, and prints what came out.
int finish_run(const train::RunDirectory& run, const data::Datasets& datasets,
               const Invocation& invocation);

}  // namespace carica::cli
