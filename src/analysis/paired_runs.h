#pragma once

#include <string>
#include <vector>

#include "analysis/collected.h"
#include "analysis/comparison.h"

namespace carica::analysis {

// tests.csv of runs over the same pictures, each pair of them; `list` gets the same for the page.
// All throw Error(kUsage), naming a picture, when the runs are not over the same pictures with the
// same truth.

/// McNemar's test, and the paired bootstrap of macro F1. collected: one for each run.
std::string test_classifiers(const std::vector<AnalysedRun>& runs,
                             const std::vector<Collected>& collected, Page::Json& list);

/// The paired bootstrap of mean average precision and macro F1 of pictures with several labels,
/// from features/<split>.safetensors.
std::string test_label_sets(const std::vector<AnalysedRun>& runs, Page::Json& list);

/// The paired bootstrap of mean IoU over the pictures, from counts/<split>.safetensors.
std::string test_segmenters(const std::vector<AnalysedRun>& runs, Page::Json& list);

}  // namespace carica::analysis
