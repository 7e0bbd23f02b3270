#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace carica::data {

/// A pattern such as "images/{stem}_left.jpg", cut at the stem. A stem may hold folders.
class StemPattern {
 public:
  /// `key` stands in messages: "data.images". Throws Error(kConfig) unless {stem} stands once.
  StemPattern(std::string key, const std::string& text);

  std::string file(const std::string& stem) const;
  /// The stem of a file name that matches, "" for others.
  std::string stem(const std::string& file) const;
  /// Stems of the files below `base` that match. Throws Error(kData) when its folder is missing.
  std::set<std::string> stems(const std::filesystem::path& base) const;

  const std::string& key() const { return key_; }
  const std::string& text() const { return text_; }

 private:
  std::string key_, text_, folder_, before_, after_;
};

/// Pictures and masks below `base` that share a stem, sorted by it. Item names begin with `prefix`.
/// Throws Error(kData) when nothing matches, and for a picture without mask or a mask without
/// picture.
std::vector<Item> find_stem_pairs(const std::filesystem::path& base, const std::string& prefix,
                                  const StemPattern& pictures, const StemPattern& masks);

}  // namespace carica::data
