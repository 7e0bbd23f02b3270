#include "data/checks/check.h"

#include <algorithm>

#include "data/checks/rules.h"

namespace carica::data {

std::size_t CheckResult::concerned(Severity severity) const {
  std::size_t count = 0;
  for (const auto& finding : findings) {
    if (finding.severity == severity) count += finding.places.size();
  }
  return count;
}

std::vector<Finding> findings_of(const config::Config& config, const Datasets& datasets,
                                 const std::vector<SplitSurvey>& surveys) {
  const CheckInput input{config, datasets, surveys};
  std::vector<Finding> findings;
  for (const auto rule : {check_files, check_masks, check_copies, check_groups, check_classes,
                          check_pictures, check_names}) {
    rule(input, findings);
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
  return findings;
}

CheckResult check(const config::Config& config, const Datasets& datasets, std::size_t threads,
                  const std::function<void(std::size_t, std::size_t)>& progress) {
  CheckResult result;
  result.splits = survey(config, datasets, threads, progress);
  result.findings = findings_of(config, datasets, result.splits);
  return result;
}

}  // namespace carica::data
