#pragma once

#include <compare>
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace carica::data {

/// A pattern such as "images/{stem}_left.jpg", cut at the stem. A stem may hold folders. ".*" at
/// the end stands for the ending of any picture, see has_picture_ending().
class StemPattern {
 public:
  /// `key` stands in messages: "data.images". Throws Error(kConfig) unless {stem} stands once.
  StemPattern(std::string key, const std::string& text, bool tiff = false);

  /// The file of a stem; where any ending will do, with '*' in its place.
  std::string file(const std::string& stem) const;
  /// The stem of a file name that matches, "" for others.
  std::string stem(const std::string& file) const;

  const std::string& key() const { return key_; }
  const std::string& text() const { return text_; }
  const std::string& folder() const { return folder_; }  // "images/", or "" for none
  bool any_ending() const { return any_ending_; }
  bool tiff() const { return tiff_; }  // whether endings of TIFF files are among them

 private:
  std::string key_, text_, folder_, before_, after_;
  bool any_ending_ = false, tiff_;
};

/// The files below a folder that match a pattern, by stem.
class StemFiles {
 public:
  /// Looks for nothing: every stem has the file that the pattern gives.
  explicit StemFiles(StemPattern pattern) : pattern_(std::move(pattern)) {}
  /// Files that `stronger` matches, too, are its own; null for none. Throws Error(kData) when the
  /// pattern's folder is missing.
  StemFiles(StemPattern pattern, std::filesystem::path base, const StemPattern* stronger);

  /// Of what was found: sorted, each once.
  std::vector<std::string> stems() const;
  /// The file that was found, or else what the pattern gives. Throws Error(kData) that names both
  /// where there are two.
  std::string file(const std::string& stem) const;
  std::string path(const std::string& stem) const;  // below the base
  const StemPattern& pattern() const { return pattern_; }

 private:
  struct Found {
    std::string stem, file;
    auto operator<=>(const Found&) const = default;
  };
  StemPattern pattern_;
  std::filesystem::path base_;
  std::vector<Found> found_;  // sorted
};

struct PairFiles {
  StemFiles pictures, masks;
};

/// Looks for the files of both patterns below `base`. Where both match a file ("{stem}.png",
/// "{stem}_mask.png" in one folder), the longer one names it. `listed`: the stems are known, and
/// only patterns of any ending need a look.
PairFiles find_files(const std::filesystem::path& base, const StemPattern& pictures,
                     const StemPattern& masks, bool listed = false);

/// Pictures and masks below `base` that share a stem, sorted by it. Item names begin with `prefix`.
/// Throws Error(kData) when nothing matches, for two files of one stem, and for a picture without
/// mask or a mask without picture.
std::vector<Item> find_stem_pairs(const std::filesystem::path& base, const std::string& prefix,
                                  const StemPattern& pictures, const StemPattern& masks);

}  // namespace carica::data
