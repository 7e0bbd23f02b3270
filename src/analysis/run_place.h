#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/page.h"
#include "report/csv_table.h"

namespace carica::analysis {

/// A run, and where its analysis goes.
struct RunPlace {
  std::filesystem::path folder;      // of the run; of the checkpoint where there is no run
  std::filesystem::path checkpoint;  // weights
  std::filesystem::path out;         // <folder>/analysis

  std::string name() const;  // of the folder; of the file where there is no run
  std::filesystem::path features(const std::string& split) const {
    return out / "features" / (split + ".safetensors");
  }
  std::filesystem::path counts(const std::string& split) const {
    return out / "counts" / (split + ".safetensors");
  }
};

/// From a run directory or a checkpoint (.safetensors). Throws Error(kUsage) when it is neither.
RunPlace find_run(const std::filesystem::path& run_or_checkpoint);

/// The best weights of a run where a folder is given, as find_run(); a file as it is. Throws
/// Error(kCorrupt) where there is neither.
std::filesystem::path checkpoint_of(const std::filesystem::path& run_or_checkpoint);

/// The losses and the other columns of results.csv, one value per epoch, NaN where there is none.
struct Curves {
  std::vector<std::int64_t> epochs;
  std::vector<std::pair<std::string, std::vector<double>>> columns;
  std::string no_gap;  // why losses of training and validation differ, see overfit.h
  const std::vector<double>* find(const std::string& column) const;
  double seconds() const;  // sum of the column; 0 without
};
/// No curves where the file is missing. What the losses mean says config.resolved.yaml beside it.
/// Throws as report::read_csv.
Curves read_curves(FileSystem& fs, const std::filesystem::path& results_csv);

/// `curves` of docs/report.md: loss, learning rate, and each metric that has a val_ column.
Page::Json curves_json(const Curves& curves);

/// Name, command, machine, data, network and time of a run, from the files of its folder, as far
/// as they are there.
void add_run_facts(FileSystem& fs, const RunPlace& run, Page& page);

}  // namespace carica::analysis
