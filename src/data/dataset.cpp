#include "data/dataset.h"

#include "data/stored_sample.h"

namespace carica::data {

void Dataset::open(std::size_t index, StoredSample& into) const {
  into.own = load(index);
  into.show_own(item(index).name);
}

}  // namespace carica::data
