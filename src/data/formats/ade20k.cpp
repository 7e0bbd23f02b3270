// ADE20K as in the scene parsing benchmark (ADEChallengeData2016): 0 in a mask is ignored, and
// value k is class k - 1. Source: http://sceneparsing.csail.mit.edu.
#include "data/files/folder_scan.h"
#include "data/formats/stem_pairs.h"
#include "data/found_items.h"

namespace carica::data {

FoundItems find_ade20k(const config::Config& config) {
  const auto& data = config.data;
  require_folder(data.root, "data.root");
  const auto pairs = [&](const std::string& split) {
    return find_stem_pairs(data.root, "",
                           StemPattern("format ade20k", "images/" + split + "/{stem}.jpg"),
                           StemPattern("format ade20k", "annotations/" + split + "/{stem}.png"));
  };
  FoundItems found;
  found.classes = known_classes(config);
  found.train = pairs("training");
  found.val = pairs("validation");
  if (data.mask.palette.empty() && data.mask.map.empty()) {
    found.mask = data.mask;
    found.mask->reduce_zero_label = true;
  }
  return found;
}

}  // namespace carica::data
