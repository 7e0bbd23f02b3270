#include "data/formats/city_scenes.h"

#include <filesystem>

#include "core/log.h"
#include "core/text.h"

namespace carica::data {

namespace fs = std::filesystem;

std::vector<Item> find_city_scenes(const config::DataConfig& data, const std::string& split,
                                   const std::string& picture_ending, const std::string& labels) {
  const StemPattern pictures(cat("format ", data.format),
                             cat("leftImg8bit/", split, "/{stem}_leftImg8bit.", picture_ending));
  const StemPattern masks(cat("format ", data.format),
                          cat("gtFine/", split, "/{stem}_gtFine_", labels, ".png"));
  return find_stem_pairs(data.root, "", pictures, masks);
}

void tell_of_unlabelled_test(const config::DataConfig& data) {
  std::error_code ignored;
  const fs::path test = fs::path(data.root) / "leftImg8bit/test";
  if (!fs::is_directory(test, ignored)) return;
  log_info(cat(test.string(),
               ": its labels are not public, so there is no test split; val is the "
               "official one"));
}

}  // namespace carica::data
