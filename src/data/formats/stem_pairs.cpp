#include "data/formats/stem_pairs.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "data/files/folder_scan.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStem = "{stem}";
constexpr std::string_view kAnyEnding = ".*";

// Throws for stems of `have` that `partners` lacks.
void require_partners(const StemFiles& have, const StemFiles& partners, const char* what) {
  const auto stems = have.stems(), partner_stems = partners.stems();
  std::vector<std::string> alone;
  std::set_difference(stems.begin(), stems.end(), partner_stems.begin(), partner_stems.end(),
                      std::back_inserter(alone));
  if (alone.empty()) return;
  const auto& wanted = partners.pattern();
  const std::string more = alone.size() > 1 ? cat(" (and ", alone.size() - 1, " more)") : "";
  throw Error(ErrorCode::kData,
              cat(have.path(alone.front()), ": ", what, "; there is no ",
                  partners.path(alone.front()), more),
              cat("add what is missing, or remove the file; the pattern is ", wanted.key(),
                  wanted.any_ending() && !wanted.tiff() ? ", which finds no TIFF files" : ""));
}

}  // namespace

StemPattern::StemPattern(std::string key, const std::string& text, bool tiff)
    : key_(std::move(key)), text_(text), tiff_(tiff) {
  const auto place = text.find(kStem);
  if (place == std::string::npos || text.find(kStem, place + 1) != std::string::npos) {
    throw Error(ErrorCode::kConfig, cat(key_, " = ", text, ": must have {stem} in it, once"),
                "for example images/{stem}.jpg");
  }
  const auto slash = text.rfind('/', place);
  folder_ = slash == std::string::npos ? "" : text.substr(0, slash + 1);
  before_ = text.substr(folder_.size(), place - folder_.size());
  after_ = text.substr(place + kStem.size());
  any_ending_ = after_.ends_with(kAnyEnding);
  if (any_ending_) after_.resize(after_.size() - kAnyEnding.size());
}

std::string StemPattern::file(const std::string& stem) const {
  return cat(folder_, before_, stem, after_, any_ending_ ? kAnyEnding : "");
}

std::string StemPattern::stem(const std::string& file) const {
  std::string_view rest = file;
  if (any_ending_) {
    if (!has_picture_ending(file, tiff_)) return "";
    rest = rest.substr(0, rest.rfind('.'));
  }
  const std::string prefix = folder_ + before_;
  if (rest.size() <= prefix.size() + after_.size() || !rest.starts_with(prefix) ||
      !rest.ends_with(after_)) {
    return "";
  }
  return std::string(rest.substr(prefix.size(), rest.size() - prefix.size() - after_.size()));
}

StemFiles::StemFiles(StemPattern pattern, fs::path base, const StemPattern* stronger)
    : pattern_(std::move(pattern)), base_(std::move(base)) {
  const fs::path folder = base_ / pattern_.folder();
  require_folder(folder, pattern_.key());
  for (const auto& name : list_files(folder)) {
    std::string file = pattern_.folder() + name;
    std::string stem = pattern_.stem(file);
    const bool ours = !stem.empty() && (stronger == nullptr || stronger->stem(file).empty());
    if (ours) found_.push_back({std::move(stem), std::move(file)});
  }
  std::sort(found_.begin(), found_.end());
}

std::vector<std::string> StemFiles::stems() const {
  std::vector<std::string> stems;
  for (const auto& found : found_) {
    if (stems.empty() || stems.back() != found.stem) stems.push_back(found.stem);
  }
  return stems;
}

std::string StemFiles::file(const std::string& stem) const {
  const auto [first, end] = std::ranges::equal_range(found_, stem, {}, &Found::stem);
  if (first == end) return pattern_.file(stem);
  if (end - first > 1) {
    const std::string beside = fs::path((first + 1)->file).filename().string();
    throw Error(ErrorCode::kData,
                cat(readable((base_ / first->file).string()), ": has the stem of ",
                    readable(beside), " beside it; ", pattern_.key(), " = ", pattern_.text(),
                    " must find one file for each stem"),
                "remove one of them, or write the ending in place of .*");
  }
  return first->file;
}

std::string StemFiles::path(const std::string& stem) const { return (base_ / file(stem)).string(); }

PairFiles find_files(const fs::path& base, const StemPattern& pictures, const StemPattern& masks,
                     bool listed) {
  const auto find = [&](const StemPattern& pattern, const StemPattern* stronger) {
    if (listed && !pattern.any_ending()) return StemFiles(pattern);
    return StemFiles(pattern, base, stronger);
  };
  const bool masks_first = masks.text().size() > pictures.text().size();
  return {find(pictures, masks_first ? &masks : nullptr),
          find(masks, masks_first ? nullptr : &pictures)};
}

std::vector<Item> find_stem_pairs(const fs::path& base, const std::string& prefix,
                                  const StemPattern& pictures, const StemPattern& masks) {
  const PairFiles files = find_files(base, pictures, masks);
  const auto stems = files.pictures.stems();
  if (stems.empty()) {
    throw Error(ErrorCode::kData,
                cat(base.string(), ": no pictures match ", pictures.key(), " = ", pictures.text()),
                "{stem} stands for the part that a picture and its mask share, .* at the end for "
                "any ending of pictures");
  }
  require_partners(files.pictures, files.masks, "picture without mask");
  require_partners(files.masks, files.pictures, "mask without picture");
  std::vector<Item> items;
  items.reserve(stems.size());
  for (const auto& stem : stems) {
    Item item;
    item.name = prefix + files.pictures.file(stem);
    item.path = files.pictures.path(stem);
    item.mask = files.masks.path(stem);
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace carica::data
