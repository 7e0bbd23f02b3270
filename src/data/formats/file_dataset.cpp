#include "data/formats/file_dataset.h"

#include "core/error.h"
#include "core/input_file.h"
#include "core/text.h"
#include "data/images/exif.h"
#include "data/images/image_io.h"
#include "data/stored_sample.h"

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
  sample.mask = mask_of(found, bytes, sample.picture.size);
  return sample;
}

Mask FileDataset::mask_of(const Item& item, std::span<const std::uint8_t> picture,
                          Size shown) const {
  Mask mask = masks_ ? masks_->read(item.mask) : read_mask(item.mask);
  if (masks_) {
    mask = masks_->as_shown(std::move(mask), exif_orientation(picture), shown, item.mask);
  }
  if (mask.size != shown) {
    throw Error(ErrorCode::kData,
                cat(item.mask, ": mask of ", mask.size.width, "x", mask.size.height, "; must be ",
                    shown.width, "x", shown.height, " as its picture ", item.path),
                "make the mask anew at the picture's size");
  }
  return mask;
}

void FileDataset::open(std::size_t index, StoredSample& into) const {
  const Item& found = items_.at(index);
  if (decode_ != nullptr) {
    into.own = decode_(found);
    return into.show_own(found.path);
  }
  read_bytes(found.path.c_str(), into.file);
  into.encoded = into.file;
  into.picture = {};
  into.name = found.path;
  into.size = require_picture(into.encoded, into.name, limits_);
  into.label = found.label;
  into.mask = {};
  if (found.mask.empty()) return;
  into.own.mask = mask_of(found, into.encoded, into.size);
  into.mask = view(into.own.mask);
}

void FileDataset::fetch(std::size_t index) const {
  const Item& found = items_.at(index);
  InputFile file;
  for (const std::string* path : {&found.path, &found.mask}) {
    if (!path->empty() && file.open(path->c_str()) == 0) file.fetch();
  }
}

Mask FileDataset::load_mask(std::size_t index) const {
  const Item& found = items_.at(index);
  if (decode_ != nullptr || found.mask.empty()) return load(index).mask;
  return masks_ ? masks_->read(found.mask) : read_mask(found.mask);
}

}  // namespace carica::data
