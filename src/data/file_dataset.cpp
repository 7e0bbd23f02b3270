#include "data/file_dataset.h"

#include "core/error.h"
#include "core/text.h"
#include "data/image_io.h"
#include "data/mask_rules.h"

namespace carica::data {

FileDataset::FileDataset(const config::Config& config, std::size_t classes, std::vector<Item> items, const Format& format)
    : config_(config), classes_(classes), items_(std::move(items)), format_(format) {}

Sample FileDataset::load(std::size_t index) const {
  const auto& item = items_.at(index);
  if (format_.load != nullptr) return format_.load(config_, item);
  Sample sample;
  sample.label = item.label;
  sample.picture = read_picture(item.path);
  if (item.mask.empty()) return sample;
  sample.mask = read_mask(item.mask);
  if (sample.mask.size != sample.picture.size) {
    throw Error(ErrorCode::kData,
                cat(item.mask, ": mask of ", sample.mask.size.width, "x", sample.mask.size.height, " for a picture of ",
                    sample.picture.size.width, "x", sample.picture.size.height, "; must be equal"),
                "make the mask anew at the picture's size; resizing masks loses labels");
  }
  apply_mask_rules(sample.mask, config_.data.mask, classes_, item.mask);
  return sample;
}

}  // namespace carica::data
