#include "data/stem_pairs.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "data/folder_scan.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

// Where both patterns match a file ("{stem}.png", "{stem}_mask.png" in one folder), the longer one
// names it.
void drop_files_of(const StemPattern& other, const std::set<std::string>& other_stems,
                   const StemPattern& pattern, std::set<std::string>& stems) {
  for (const auto& stem : other_stems) {
    const std::string shared = pattern.stem(other.file(stem));
    if (!shared.empty()) stems.erase(shared);
  }
}

// Throws for stems of `have` that `partners` lacks.
void require_partners(const std::set<std::string>& have, const std::set<std::string>& partners,
                      const fs::path& base, const StemPattern& pattern, const StemPattern& partner,
                      const char* what) {
  std::vector<std::string> alone;
  std::set_difference(have.begin(), have.end(), partners.begin(), partners.end(),
                      std::back_inserter(alone));
  if (alone.empty()) return;
  const std::string more = alone.size() > 1 ? cat(" (and ", alone.size() - 1, " more)") : "";
  throw Error(ErrorCode::kData,
              cat((base / pattern.file(alone.front())).string(), ": ", what, "; there is no ",
                  (base / partner.file(alone.front())).string(), more),
              cat("add what is missing, or remove the file; the pattern is ", partner.key()));
}

}  // namespace

StemPattern::StemPattern(std::string key, const std::string& text)
    : key_(std::move(key)), text_(text) {
  constexpr std::string_view kStem = "{stem}";
  const auto place = text.find(kStem);
  if (place == std::string::npos || text.find(kStem, place + 1) != std::string::npos) {
    throw Error(ErrorCode::kConfig, cat(key_, " = ", text, ": must have {stem} in it, once"),
                "for example images/{stem}.jpg");
  }
  const auto slash = text.rfind('/', place);
  folder_ = slash == std::string::npos ? "" : text.substr(0, slash + 1);
  before_ = text.substr(folder_.size(), place - folder_.size());
  after_ = text.substr(place + kStem.size());
}

std::string StemPattern::file(const std::string& stem) const {
  return cat(folder_, before_, stem, after_);
}

std::string StemPattern::stem(const std::string& file) const {
  const std::string prefix = folder_ + before_;
  if (file.size() <= prefix.size() + after_.size() || !file.starts_with(prefix) ||
      !file.ends_with(after_)) {
    return "";
  }
  return file.substr(prefix.size(), file.size() - prefix.size() - after_.size());
}

std::set<std::string> StemPattern::stems(const fs::path& base) const {
  require_folder(base / folder_, key_);
  std::set<std::string> found;
  for (const auto& name : list_files(base / folder_)) {
    const std::string matched = stem(folder_ + name);
    if (!matched.empty()) found.insert(matched);
  }
  return found;
}

std::vector<Item> find_stem_pairs(const fs::path& base, const std::string& prefix,
                                  const StemPattern& pictures, const StemPattern& masks) {
  auto picture_stems = pictures.stems(base), mask_stems = masks.stems(base);
  if (masks.text().size() > pictures.text().size()) {
    drop_files_of(masks, mask_stems, pictures, picture_stems);
  } else {
    drop_files_of(pictures, picture_stems, masks, mask_stems);
  }
  if (picture_stems.empty()) {
    throw Error(ErrorCode::kData,
                cat(base.string(), ": no pictures match ", pictures.key(), " = ", pictures.text()),
                "{stem} stands for the part that a picture and its mask share");
  }
  require_partners(picture_stems, mask_stems, base, pictures, masks, "picture without mask");
  require_partners(mask_stems, picture_stems, base, masks, pictures, "mask without picture");
  std::vector<Item> items;
  items.reserve(picture_stems.size());
  for (const auto& stem : picture_stems) {
    Item item;
    item.name = prefix + pictures.file(stem);
    item.path = (base / pictures.file(stem)).string();
    item.mask = (base / masks.file(stem)).string();
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace carica::data
