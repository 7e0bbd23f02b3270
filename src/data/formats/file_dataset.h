#pragma once

#include <optional>
#include <span>
#include <vector>

#include "data/dataset.h"
#include "data/found_items.h"
#include "data/images/image_io.h"
#include "data/masks/mask_reader.h"

namespace carica::data {

/// Items decoded anew by every load().
class FileDataset : public Dataset {
 public:
  /// `decode`: the format's own way, or empty for one picture file (and mask file) per item.
  /// `masks` for segmentation.
  FileDataset(std::vector<Item> items, LoadItem decode, std::optional<MaskReader> masks,
              const DecodeLimits& limits = {});
  std::size_t size() const override { return items_.size(); }
  const Item& item(std::size_t index) const override { return items_.at(index); }
  Sample load(std::size_t index) const override;
  void open(std::size_t index, StoredSample& into) const override;
  void fetch(std::size_t index) const override;
  Mask load_mask(std::size_t index) const override;

 private:
  // The mask beside a picture file of these bytes, that is shown in this size.
  Mask mask_of(const Item& item, std::span<const std::uint8_t> picture, Size shown) const;

  std::vector<Item> items_;
  LoadItem decode_;
  std::optional<MaskReader> masks_;
  DecodeLimits limits_;
};

}  // namespace carica::data
