#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/palette.h"

namespace carica::data {

/// What mask files hold, before anybody has said what it means.
struct MaskContents {
  std::size_t looked = 0;                   // masks that were opened
  std::array<std::uint64_t, 256> pixels{};  // of each value, of masks of numbers
  std::set<config::Color> colors;           // that occur, of coloured masks
  bool lossy = false;                       // some mask is a JPEG or a lossy WebP
};

/// Opens at most 500 of the masks, evenly from all. Throws Error(kData) for a mask that cannot be
/// read, and for more than 64 colours, which are those of a photograph.
MaskContents look_at_masks(std::span<const std::string> files);

/// data.mask and data.classes for masks of numbers: 0 and 255 only are background and object; 255
/// beside others is ignored; numbers from 1 on are classes from 0 on, and 0 is ignored; numbers
/// with wide gaps are mapped to classes. Classes are called class_0, class_1, or by `names` where
/// there are enough of them.
void describe_numbers(const MaskContents& contents, std::span<const std::string> names,
                      config::DataConfig& data);

/// A palette file for the colours, black first: a class for each, to be named.
std::string palette_text(const std::set<config::Color>& colors, std::span<const std::string> names);

/// The lines of classes.txt, codes.txt, labels.txt, class_names.txt or label_names.txt below
/// `root`, the first there is, else those of names_of_values: names of classes. Empty without such
/// a file, or where a line stands twice.
std::vector<std::string> listed_class_names(const std::filesystem::path& root);

}  // namespace carica::data
