#pragma once

#include <vector>

#include "config/config.h"
#include "data/checks/finding.h"
#include "data/checks/survey.h"
#include "data/dataset.h"

namespace carica::data {

// The rules of data check, a function for each kind of trouble. Each appends to `findings`.

struct CheckInput {
  const config::Config& config;
  const Datasets& datasets;
  const std::vector<SplitSurvey>& surveys;  // train, val, test
  bool segments() const { return config.task == config::Task::kSegment; }
};

/// Files that cannot be read, and masks with wrong values.
void check_files(const CheckInput& input, std::vector<Finding>& findings);
/// Masks that are read well and yet cannot be meant so.
void check_masks(const CheckInput& input, std::vector<Finding>& findings);
/// Classes that are missing or rare.
void check_classes(const CheckInput& input, std::vector<Finding>& findings);
/// Pictures of unusual size or colour.
void check_pictures(const CheckInput& input, std::vector<Finding>& findings);
/// The same picture more than once.
void check_copies(const CheckInput& input, std::vector<Finding>& findings);
/// Groups of data.split.group_by in more than one split, as a data set with split folders of its
/// own may have them.
void check_groups(const CheckInput& input, std::vector<Finding>& findings);
/// Names of files, and files below the root that are not used.
void check_names(const CheckInput& input, std::vector<Finding>& findings);

}  // namespace carica::data
