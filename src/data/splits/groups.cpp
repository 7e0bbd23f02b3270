#include "data/splits/groups.h"

#include "core/error.h"
#include "core/text.h"

namespace carica::data {
namespace {

std::regex compiled(const std::string& group_by) {
  try {
    std::regex pattern(group_by);
    if (pattern.mark_count() > 0) return pattern;
  } catch (const std::regex_error&) {
    // Told below.
  }
  throw Error(ErrorCode::kConfig,
              cat("data.split.group_by = ", group_by,
                  ": must be a regular expression with a part in brackets"),
              "for example ^(.*)_crop[0-9]+: the part in brackets names the group");
}

}  // namespace

GroupNames::GroupNames(const std::string& group_by) : group_by_(group_by) {
  if (!group_by.empty()) pattern_ = compiled(group_by);
}

std::optional<std::string> GroupNames::find(const Item& item) const {
  if (!pattern_) return item.group.empty() ? std::nullopt : std::optional(item.group);
  std::smatch match;
  if (!std::regex_search(item.name, match, *pattern_)) return std::nullopt;
  return match[1].str();
}

std::string GroupNames::group_of(const Item& item) const {
  const auto group = find(item);
  if (group || !pattern_) return group.value_or("");
  throw Error(ErrorCode::kData, cat(readable(item.name), ": data.split.group_by = ", group_by_,
                                    " does not match; must give each file a group"));
}

std::string GroupNames::of(const Item& item) const {
  const std::string group = group_of(item);
  // No file name holds a NUL: a sample that stands alone never meets a group of its name.
  return !group.empty() || pattern_ ? group : item.name + std::string(1, '\0');
}

}  // namespace carica::data
