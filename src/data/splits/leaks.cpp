#include "data/splits/leaks.h"

#include <algorithm>
#include <map>

#include "data/splits/groups.h"

namespace carica::data {

std::vector<GroupLeak> leaked_groups(const Datasets& datasets, const std::string& group_by) {
  const GroupNames names(group_by);
  std::map<std::string, std::array<std::size_t, 3>> counts;
  std::size_t split = 0;
  for (const auto* dataset : {&datasets.train, &datasets.val, &datasets.test}) {
    for (std::size_t i = 0; i < (*dataset)->size(); ++i) {
      const std::string group = names.group_of((*dataset)->item(i));
      if (!group.empty()) ++counts[group][split];
    }
    ++split;
  }
  std::vector<GroupLeak> leaks;
  for (const auto& [group, samples] : counts) {
    const auto splits = std::count_if(samples.begin(), samples.end(), [](auto n) { return n > 0; });
    if (splits > 1) leaks.push_back({group, samples});
  }
  return leaks;
}

}  // namespace carica::data
