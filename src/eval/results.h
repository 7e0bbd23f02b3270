#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/file_system.h"
#include "data/dataset.h"
#include "eval/evaluator.h"

namespace carica::eval {

/// What metrics were computed from, beside the data root, which is the model's.
struct Source {
  std::string split;       // train, val, test or all
  std::string checkpoint;  // file: below its run's folder, or as it was given
  std::string weights;     // checksum of its numbers
};

/// The key `inference` of metrics.json and scores.json; null where it is plain.
nlohmann::ordered_json inference_json(const Inference& how);

/// metrics.json: one flat object plus `source` and `per_class`, and `inference` where it was not
/// plain. Names and units: docs/formats.md.
std::string metrics_json(const Model& model, const Evaluation& evaluation, const Source& source);

/// Writes metrics.json, per_class.csv, confusion.csv (but for several labels) and, for
/// classification with kept predictions, predictions.csv. Throws Error(kIo).
void write_results(FileSystem& fs, const std::filesystem::path& folder, const Model& model,
                   const data::Dataset& dataset, const Evaluation& evaluation,
                   const Source& source);

/// The same as a table for people, without a top-k share that is of all classes. Of more than 60
/// classes the 15 best and the 15 worst.
std::string results_table(const Model& model, const Evaluation& evaluation);

/// A warning of classes that the truth of the split does not hold; "" where it holds all.
std::string absence_note(const Model& model, const Evaluation& evaluation,
                         const std::string& split);

}  // namespace carica::eval
