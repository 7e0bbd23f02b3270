#include <mutex>

#include "data/dataset.h"
#include "data/stored_sample.h"

namespace carica::data {

namespace {

// Keeps each sample as decoded, from its first use on. Two threads that meet at a sample decode it
// twice; both get the same.
class MemoryCache : public Dataset {
 public:
  explicit MemoryCache(std::shared_ptr<const Dataset> inner)
      : inner_(std::move(inner)), samples_(inner_->size()) {}

  std::size_t size() const override { return inner_->size(); }
  const Item& item(std::size_t index) const override { return inner_->item(index); }

  Sample load(std::size_t index) const override { return *kept(index); }

  void open(std::size_t index, StoredSample& into) const override {
    std::shared_ptr<const Sample> sample = kept(index);
    into.name = item(index).path;
    into.size = sample->picture.size;
    into.encoded = {};
    into.picture = view(sample->picture);
    into.mask = sample->mask.empty() ? MaskView{} : view(sample->mask);
    into.label = sample->label;
    into.shared = std::move(sample);
  }

  // Needs no picture and keeps none: who counts masks has not asked for them.
  Mask load_mask(std::size_t index) const override { return inner_->load_mask(index); }

 private:
  std::shared_ptr<const Sample> kept(std::size_t index) const {
    std::shared_ptr<const Sample> kept;
    {
      std::lock_guard lock(mutex_);
      kept = samples_.at(index);
    }
    if (kept) return kept;
    kept = std::make_shared<const Sample>(inner_->load(index));
    std::lock_guard lock(mutex_);
    samples_[index] = kept;
    return kept;
  }

  std::shared_ptr<const Dataset> inner_;
  mutable std::mutex mutex_;
  mutable std::vector<std::shared_ptr<const Sample>> samples_;
};

}  // namespace

std::shared_ptr<const Dataset> cache_in_memory(std::shared_ptr<const Dataset> dataset) {
  return std::make_shared<MemoryCache>(std::move(dataset));
}

}  // namespace carica::data
