#include "data/file_dataset.h"

#include "core/error.h"
#include "core/text.h"
#include "data/exif.h"
#include "data/image_io.h"

namespace carica::data {

FileDataset::FileDataset(std::vector<Item> items, LoadItem decode, std::optional<MaskReader> masks,
                         const DecodeLimits& limits)
    : items_(std::move(items)),
      decode_(std::move(decode)),
      masks_(std::move(masks)),
      limits_(limits) {}

Sample FileDataset::load(std::size_t index) const {
  const Item& found = items_.at(index);
  if (decode_ != nullptr) return decode_(found);
  Sample sample;
  sample.label = found.label;
  const auto bytes = read_bytes(found.path);
  sample.picture = decode_picture(bytes, found.path, limits_);
  if (found.mask.empty()) return sample;
  sample.mask = load_mask(index);
  if (masks_) {
    sample.mask = masks_->as_shown(std::move(sample.mask), exif_orientation(bytes),
                                   sample.picture.size, found.mask);
  }
  const Size picture = sample.picture.size, mask = sample.mask.size;
  if (mask != picture) {
    throw Error(ErrorCode::kData,
                cat(found.mask, ": mask of ", mask.width, "x", mask.height, "; must be ",
                    picture.width, "x", picture.height, " as its picture ", found.path),
                "make the mask anew at the picture's size");
  }
  return sample;
}

Mask FileDataset::load_mask(std::size_t index) const {
  const Item& found = items_.at(index);
  if (decode_ != nullptr || found.mask.empty()) return load(index).mask;
  return masks_ ? masks_->read(found.mask) : read_mask(found.mask);
}

}  // namespace carica::data
