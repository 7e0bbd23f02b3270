#pragma once

#include <optional>
#include <regex>
#include <string>

#include "data/dataset.h"

namespace carica::data {

/// Which samples belong together: the first part in brackets of data.split.group_by where it is
/// set, else Item.group (the column of a csv), else each sample stands alone.
class GroupNames {
 public:
  /// Throws Error(kConfig) for a group_by that is no regular expression with a part in brackets.
  explicit GroupNames(const std::string& group_by);

  /// None for an item without a group, also where group_by does not match its name.
  std::optional<std::string> find(const Item& item) const;
  /// "": the item has no group.
  std::string group_of(const Item& item) const;
  /// The group, or a name of its own for an item that has none.
  std::string of(const Item& item) const;

 private:
  std::string group_by_;
  std::optional<std::regex> pattern_;
};

}  // namespace carica::data
