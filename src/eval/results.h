#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/file_system.h"
#include "data/dataset.h"
#include "eval/evaluator.h"

namespace carica::eval {

/// The key `inference` of metrics.json and scores.json; null where it is plain.
nlohmann::ordered_json inference_json(const Inference& how);

/// metrics.json: one flat object plus `per_class`, and `inference` where it was not plain. Names
/// and units: docs/formats.md.
std::string metrics_json(const Model& model, const Evaluation& evaluation);

/// Writes metrics.json, per_class.csv, confusion.csv (but for several labels) and, for
/// classification with kept predictions, predictions.csv. Throws Error(kIo).
void write_results(FileSystem& fs, const std::filesystem::path& folder, const Model& model,
                   const data::Dataset& dataset, const Evaluation& evaluation);

/// The same as a table for people, without a top-k share that is of all classes.
std::string results_table(const Model& model, const Evaluation& evaluation);

/// A warning of classes that the truth of the split does not hold; "" where it holds all.
std::string absence_note(const Model& model, const Evaluation& evaluation,
                         const std::string& split);

}  // namespace carica::eval
