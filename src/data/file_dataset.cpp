#include "data/file_dataset.h"

#include "core/error.h"
#include "core/input_file.h"
#include "core/text.h"
#include "data/image_io.h"
#include "data/stored_sample.h"

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
  sample.mask = mask_of(found, sample.picture.size);
  return sample;
}

Mask FileDataset::mask_of(const Item& item, Size picture) const {
  Mask mask = read_mask(item.mask);
  if (mask.size != picture) {
    throw Error(ErrorCode::kData,
                cat(item.mask, ": mask of ", mask.size.width, "x", mask.size.height, "; must be ",
                    picture.width, "x", picture.height, " as its picture ", item.path),
                "make the mask anew at the picture's size");
  }
  if (rules_) rules_->apply(mask, item.mask);
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
  into.size = require_picture(into.encoded, into.name);
  into.label = found.label;
  into.mask = {};
  if (found.mask.empty()) return;
  into.own.mask = mask_of(found, into.size);
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
  Mask mask = read_mask(found.mask);
  if (rules_) rules_->apply(mask, found.mask);
  return mask;
}

}  // namespace carica::data
