#pragma once

#include <string>
#include <utility>
#include <vector>

#include "data/dataset.h"

namespace carica::test {

/// Samples in memory.
class MemoryDataset : public data::Dataset {
 public:
  explicit MemoryDataset(std::vector<data::Sample> samples) : samples_(std::move(samples)) {
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      data::Item item;
      item.name = std::to_string(i);
      item.label = samples_[i].label;
      items_.push_back(item);
    }
  }
  std::size_t size() const override { return samples_.size(); }
  const data::Item& item(std::size_t index) const override { return items_.at(index); }
  data::Sample load(std::size_t index) const override { return samples_.at(index); }

 private:
  std::vector<data::Sample> samples_;
  std::vector<data::Item> items_;
};

}  // namespace carica::test
