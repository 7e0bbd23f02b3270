#pragma once

#include <cstddef>
#include <vector>

#include "config/config.h"
#include "data/dataset.h"

namespace carica::data {

/// Places of the items of each split, ascending.
struct Division {
  std::vector<std::size_t> train, val, test;
};

/// Divides items by the configured fractions. Depends on the seed and the items' names alone: not
/// on their order, nor on the order of the classes. Stratified: each class is divided by the
/// shares, and so are all items (see shares.h). Items of one group (see groups.h) stay together;
/// then shares are met as closely as groups allow, every split with a share gets a group while
/// there are enough, and a group counts for the class of its first name.
///
/// With folds: `fold` of them is val, the others are train, and test is empty. The folds together
/// hold every item once, and are the same whichever of them is val; each class, and the whole, is
/// spread over them as evenly as groups allow; a group with items of several classes counts for all
/// of them.
///
/// Throws Error(kConfig) for a broken group_by, Error(kData) for a name that it does not match and
/// for a split or fold that would be empty.
Division divide(const std::vector<Item>& items, const config::SplitConfig& config);

}  // namespace carica::data
