#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/loading/loader.h"
#include "transform_pictures.h"

namespace carica::data {

/// A data set in memory: `make` gives sample i. Counts what was loaded.
class FakeDataset : public Dataset {
 public:
  FakeDataset(std::size_t size, std::function<Sample(std::size_t)> make) : make_(std::move(make)) {
    for (std::size_t i = 0; i < size; ++i) {
      items_.emplace_back().name = "set/" + std::to_string(i) + ".png";
    }
  }
  std::size_t size() const override { return items_.size(); }
  const Item& item(std::size_t index) const override { return items_.at(index); }
  void set_labels(std::size_t index, std::vector<std::int64_t> labels) {
    items_.at(index).labels = std::move(labels);
  }
  Sample load(std::size_t index) const override {
    ++loads;
    return make_(index);
  }

  mutable std::atomic<int> loads{0};

 private:
  std::vector<Item> items_;
  std::function<Sample(std::size_t)> make_;
};

/// Noise of one size with label i % 10.
inline Sample noise_sample(std::size_t index, Size size = {6, 5}, bool mask = false) {
  const auto seed = static_cast<std::uint32_t>(index * 2654435761u + 1);
  return {noise_picture(size, seed), mask ? noise_mask(size, seed + 1) : Mask{},
          mask ? -1 : static_cast<std::int64_t>(index % 10)};
}

inline std::shared_ptr<FakeDataset> noise_dataset(std::size_t size) {
  return std::make_shared<FakeDataset>(size, [](std::size_t i) { return noise_sample(i); });
}

inline std::shared_ptr<const Pipeline> pipeline_of(
    const std::vector<config::TransformOptions>& options = {}) {
  return std::make_shared<const Pipeline>(options, 255);
}

/// Batches without what belongs to the loader: all that must not depend on timing.
struct BatchCopy {
  std::size_t number, count;
  Size size;
  PixelBytes pictures, masks;
  std::vector<std::int64_t> labels, indices;
  bool operator==(const BatchCopy&) const = default;
};

inline BatchCopy copy_of(const Batch& batch) {
  const std::size_t pixels = batch.count * pixel_count(batch.size);
  BatchCopy copy{batch.number, batch.count, batch.size, {}, {}, batch.labels, batch.indices};
  copy.pictures.assign(batch.pictures, batch.pictures + pixels * 3);
  if (batch.masks) copy.masks.assign(batch.masks, batch.masks + pixels);
  return copy;
}

/// The rest of the epoch.
inline std::vector<BatchCopy> drain(Loader& loader) {
  std::vector<BatchCopy> copies;
  while (const auto batch = loader.next()) copies.push_back(copy_of(*batch));
  return copies;
}

}  // namespace carica::data
