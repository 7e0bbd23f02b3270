#include "data/all_samples.h"

#include <array>

#include "data/stored_sample.h"

namespace carica::data {

namespace {

class AllSamples : public Dataset {
 public:
  explicit AllSamples(const Datasets& datasets)
      : splits_{datasets.train, datasets.val, datasets.test} {}

  std::size_t size() const override {
    return splits_[0]->size() + splits_[1]->size() + splits_[2]->size();
  }
  const Item& item(std::size_t i) const override { return find(i).item(i); }
  Sample load(std::size_t i) const override { return find(i).load(i); }
  void open(std::size_t i, StoredSample& into) const override { find(i).open(i, into); }
  void fetch(std::size_t i) const override { find(i).fetch(i); }
  Mask load_mask(std::size_t i) const override { return find(i).load_mask(i); }

 private:
  // The split of sample i, which becomes its place there.
  const Dataset& find(std::size_t& i) const {
    std::size_t split = 0;
    for (; split + 1 < splits_.size() && i >= splits_[split]->size(); ++split) {
      i -= splits_[split]->size();
    }
    return *splits_[split];
  }

  const std::array<std::shared_ptr<const Dataset>, 3> splits_;
};

}  // namespace

std::shared_ptr<const Dataset> all_samples(const Datasets& datasets) {
  return std::make_shared<AllSamples>(datasets);
}

}  // namespace carica::data
