#include "data/file_dataset.h"

#include "core/error.h"
#include "core/text.h"
#include "data/image_io.h"

namespace carica::data {

FileDataset::FileDataset(std::vector<Item> items, Sample (*decode)(const Item&),
                         std::optional<MaskRules> rules)
    : items_(std::move(items)), decode_(decode), rules_(std::move(rules)) {}

Sample FileDataset::load(std::size_t index) const {
  const Item& found = items_.at(index);
  if (decode_ != nullptr) return decode_(found);
  Sample sample;
  sample.label = found.label;
  sample.picture = read_picture(found.path);
  if (found.mask.empty()) return sample;
  sample.mask = read_mask(found.mask);
  const Size picture = sample.picture.size, mask = sample.mask.size;
  if (mask != picture) {
    throw Error(ErrorCode::kData,
                cat(found.mask, ": mask of ", mask.width, "x", mask.height, "; must be ",
                    picture.width, "x", picture.height, " as its picture ", found.path),
                "make the mask anew at the picture's size");
  }
  if (rules_) rules_->apply(sample.mask, found.mask);
  return sample;
}

Mask FileDataset::load_mask(std::size_t index) const {
  const Item& found = items_.at(index);
  if (decode_ != nullptr || found.mask.empty()) return load(index).mask;
  Mask mask = read_mask(found.mask);
  if (rules_) rules_->apply(mask, found.mask);
  return mask;
}

}  // namespace carica::data
