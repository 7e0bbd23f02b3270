// Cityscapes, fine annotations. data.variant: label_ids (the files as they come, mapped by the
// palette) or train_ids (labelTrainIds files, as cityscapesScripts makes them).
// Source: https://github.com/mcordts/cityscapesScripts.
#include "data/files/folder_scan.h"
#include "data/formats/city_scenes.h"
#include "data/found_items.h"

namespace carica::data {

FoundItems find_cityscapes(const config::Config& config) {
  const auto& data = config.data;
  require_folder(data.root, "data.root");
  const bool train_ids = variant_of(config, {"label_ids", "train_ids"}) == "train_ids";
  const char* labels = train_ids ? "labelTrainIds" : "labelIds";
  FoundItems found;
  found.classes = known_classes(config);
  found.values_are_indices = train_ids;
  found.train = find_city_scenes(data, "train", "png", labels);
  found.val = find_city_scenes(data, "val", "png", labels);
  tell_of_unlabelled_test(data);
  return found;
}

}  // namespace carica::data
