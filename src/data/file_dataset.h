#pragma once

#include <optional>
#include <vector>

#include "data/dataset.h"
#include "data/found_items.h"
#include "data/mask_rules.h"

namespace carica::data {

/// Items decoded anew by every load().
class FileDataset : public Dataset {
 public:
  /// `decode`: the format's own way, or null for one picture file (and mask file) per item. `rules`
  /// for segmentation.
  FileDataset(std::vector<Item> items, Sample (*decode)(const Item&),
              std::optional<MaskRules> rules);
  std::size_t size() const override { return items_.size(); }
  const Item& item(std::size_t index) const override { return items_.at(index); }
  Sample load(std::size_t index) const override;
  void open(std::size_t index, StoredSample& into) const override;
  void fetch(std::size_t index) const override;
  Mask load_mask(std::size_t index) const override;

 private:
  Mask mask_of(const Item& item, Size picture) const;

  std::vector<Item> items_;
  Sample (*decode_)(const Item&);
  std::optional<MaskRules> rules_;
};

}  // namespace carica::data
