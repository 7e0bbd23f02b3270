#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "config/config.h"
#include "data/checks/finding.h"
#include "data/checks/survey.h"
#include "data/dataset.h"

namespace carica::data {

struct CheckResult {
  std::vector<SplitSurvey> splits;  // train, val, test
  std::vector<Finding> findings;    // errors first, then warnings, then information
  /// Files and classes concerned by findings of this severity.
  std::size_t concerned(Severity severity) const;
};

/// Decodes every picture and mask on `threads` threads and says what is wrong, file by file and
/// with the data set as a whole. `progress(done, all)` may be called from any of them and may throw
/// to stop. What keeps a data set from being opened is open_datasets()'s to tell.
CheckResult check(const config::Config& config, const Datasets& datasets, std::size_t threads,
                  const std::function<void(std::size_t, std::size_t)>& progress);

/// The findings of a survey that is at hand.
std::vector<Finding> findings_of(const config::Config& config, const Datasets& datasets,
                                 const std::vector<SplitSurvey>& surveys);

}  // namespace carica::data
