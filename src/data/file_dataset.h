#pragma once

#include <vector>

#include "config/config.h"
#include "data/dataset.h"
#include "data/found_items.h"

namespace carica::data {

/// Items decoded by their format on every load().
class FileDataset : public Dataset {
 public:
  FileDataset(const config::Config& config, std::size_t classes, std::vector<Item> items, const Format& format);
  std::size_t size() const override { return items_.size(); }
  const Item& item(std::size_t index) const override { return items_.at(index); }
  Sample load(std::size_t index) const override;

 private:
  config::Config config_;
  std::size_t classes_;
  std::vector<Item> items_;
  const Format& format_;
};

}  // namespace carica::data
