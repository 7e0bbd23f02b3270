#include "analysis/class_counts.h"

namespace carica::analysis {

void add_class_counts(Page& page, const Subject& subject) {
  const auto count = subject.model.classes.size();
  std::vector<Page::Json> counts(count, Page::Json::object());
  for (const char* split : {"train", "val", "test"}) {
    const auto& data = subject.datasets.split(split);
    if (data->size() == 0) continue;
    std::vector<std::int64_t> of(count, 0);
    for (std::size_t i = 0; i < data->size(); ++i) {
      for (const auto label : data::labels_of(data->item(i))) ++of[static_cast<std::size_t>(label)];
    }
    for (std::size_t k = 0; k < count; ++k) counts[k][split] = of[k];
  }
  for (std::size_t k = 0; k < count; ++k) {
    page["classes"].push_back({{"name", subject.model.classes[k]}, {"counts", counts[k]}});
  }
}

}  // namespace carica::analysis
