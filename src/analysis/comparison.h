#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/collected.h"
#include "analysis/run_place.h"

namespace carica::analysis {

/// A run that has been analysed, as its files say.
struct AnalysedRun {
  std::string name, task, model, split;
  std::filesystem::path folder, analysis;
  std::int64_t parameters = 0;
  double seconds = 0;           // of training; 0: unknown
  bool several_labels = false;  // of each picture
  Page::Json scores;            // scores.json
  Curves curves;
};

/// From the folder of a run, or of an analysis. Throws Error(kUsage) when it was not analysed to
/// the end, or its weights have changed since, Error(kCorrupt) for files that cannot be read.
AnalysedRun read_analysed(FileSystem& fs, const std::filesystem::path& folder);

/// The checksum of the numbers in a checkpoint; empty where the file has none.
std::string checksum_of(const std::filesystem::path& file);

/// What was analysed.
struct AnalysedSubject {
  std::string task, model, split;
  std::string weights;  // checksum_of() the checkpoint
  std::int64_t parameters = 0;
  bool several_labels = false;  // of each picture
};
/// Removes what an earlier analysis left in the folder, and marks it as the place of one that is
/// not done. Throws Error(kIo).
void begin_analysis(FileSystem& fs, const RunPlace& run);
/// What analyze writes at its end, run.json: name, folder, checkpoint (below the folder), its
/// checksum, task, model, split, parameters, seconds, `labels: several` where pictures have them.
void write_run_summary(FileSystem& fs, const RunPlace& run, const AnalysedSubject& subject);

/// What `carica compare` was asked for.
struct ComparisonRequest {
  std::filesystem::path out;
  std::size_t per_class = 3;  // mistakes of the first run whose distances are measured
  std::uint64_t seed = 0;     // of which ones
  bool across = false;        // other pictures on purpose: no paired tests
  // A picture of the first run's split by the sample's name; none: it is not at hand.
  std::function<std::optional<data::Picture>(const std::string&)> picture = [](const std::string&) {
    return std::nullopt;
  };
};

/// Runs side by side: runs.csv, per_class.csv, overfitting.csv, curves, and of two and more runs of
/// one split tests.csv (McNemar, paired bootstrap), and but for several labels
/// centroid_distances.csv, confusion_difference.csv and shifts.csv (first run minus last). Runs of
/// one name are told apart by their folders (run_names.h); results of an earlier comparison in the
/// folder are removed. `page` gets the same. Throws Error(kUsage) for runs of different tasks,
/// classes, splits or pictures, saying which.
void compare_runs(FileSystem& fs, const ComparisonRequest& request,
                  const std::vector<AnalysedRun>& runs, Page& page);

}  // namespace carica::analysis
