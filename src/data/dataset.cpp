#include "data/dataset.h"

#include "core/text.h"
#include "data/stored_sample.h"

namespace carica::data {

std::span<const std::int64_t> labels_of(const Item& item) {
  if (item.label >= 0) return {&item.label, 1};
  return item.labels;
}

std::string label_text(const Item& item, const std::vector<std::string>& classes,
                       std::string_view between) {
  std::vector<std::string> names;
  for (const auto label : labels_of(item))
    names.push_back(classes.at(static_cast<std::size_t>(label)));
  return join(names, between);
}

void Dataset::open(std::size_t index, StoredSample& into) const {
  into.own = load(index);
  into.show_own(item(index).name);
}

}  // namespace carica::data
