#include <mutex>

#include "data/dataset.h"

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

  Sample load(std::size_t index) const override {
    std::shared_ptr<const Sample> kept;
    {
      std::lock_guard lock(mutex_);
      kept = samples_.at(index);
    }
    if (kept) return *kept;
    auto sample = inner_->load(index);
    kept = std::make_shared<const Sample>(sample);
    std::lock_guard lock(mutex_);
    samples_[index] = std::move(kept);
    return sample;
  }

 private:
  std::shared_ptr<const Dataset> inner_;
  mutable std::mutex mutex_;
  mutable std::vector<std::shared_ptr<const Sample>> samples_;
};

}  // namespace

std::shared_ptr<const Dataset> cache_in_memory(std::shared_ptr<const Dataset> dataset) {
  return std::make_shared<MemoryCache>(std::move(dataset));
}

}  // namespace carica::data
