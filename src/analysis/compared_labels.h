#pragma once

#include <string>
#include <vector>

#include "analysis/comparison.h"

namespace carica::analysis {

// The labels of runs over pictures with several of them: average precision and F1 of each run.

/// per_class.csv: class, then for each metric a column for each run.
std::string per_label_csv(const std::vector<AnalysedRun>& runs);
/// `per_class` of a comparison of docs/report.md.
Page::Json per_label_json(const std::vector<AnalysedRun>& runs);

}  // namespace carica::analysis
