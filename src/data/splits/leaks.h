#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace carica::data {

/// A group with samples in more than one split: what a network learns of it in training, it need
/// not find out in the evaluation.
struct GroupLeak {
  std::string group;
  std::array<std::size_t, 3> samples = {};  // in train, val and test
};

/// Every such group, sorted by name. `group_by` as in data.split; without it the items' own groups
/// count, and items without one belong to none. Throws Error as GroupNames does.
std::vector<GroupLeak> leaked_groups(const Datasets& datasets, const std::string& group_by);

}  // namespace carica::data
