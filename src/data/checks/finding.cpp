#include "data/checks/finding.h"

#include <stdexcept>

#include "core/text.h"

namespace carica::data {
namespace {

constexpr Severity kError = Severity::kError, kWarning = Severity::kWarning,
                   kInfo = Severity::kInfo;

// THE table of findings. docs/data_check.md explains each at more length.
constexpr FindingKind kKinds[] = {
    {"layout", kError, "the files are not laid out as the format asks for", ""},

    {"unreadable_file", kError, "files that the system does not let read",
     "check permissions, links and the disk"},
    {"empty_file", kError, "files of 0 bytes", "copy or download them again, or remove them"},
    {"not_a_picture", kError, "files that are no JPEG, PNG, WebP or BMP, whatever their ending",
     "convert or remove them: an ending does not make a picture; data.allow_tiff lets TIFF in"},
    {"too_large", kError, "pictures beyond the limits of decoding",
     "shrink them, or leave them out"},
    {"animation", kError, "WebP files of several frames, which are not read",
     "save one frame as PNG or JPEG, or remove them"},
    {"truncated_picture", kError, "pictures that end early", "copy or download them again"},
    {"corrupt_picture", kError, "pictures whose bytes are damaged", "copy or download them again"},

    {"mask_unreadable", kError, "masks that cannot be read", "make them anew as 8-bit PNG"},
    {"mask_lossy", kError, "masks in a lossy format, which changes class values where they meet",
     "make them anew as PNG from the original annotations"},
    {"mask_16_bit", kError, "masks of 16 bits per pixel",
     "if they hold class indices: data.mask: {encoding: index16}; scaled values are none"},
    {"mask_in_color", kError, "masks in colour where class indices are expected",
     "if colours stand for classes: data.mask: {encoding: rgb, palette: FILE}"},
    {"mask_size", kError, "masks of another size than their picture",
     "make them anew at the picture's size; never resize a mask smoothly"},
    {"mask_values", kError, "masks with values that are neither a class nor ignored",
     "map them in data.mask.map, ignore one by data.mask.ignore_index, or add to data.classes"},
    {"binary_masks", kError, "masks of 0 and 255 only, where 255 is no class",
     "if 255 marks the object, declare data.mask: {encoding: binary} and two classes"},
    {"mask_ignored", kWarning, "masks in which every pixel is ignored",
     "they teach nothing: label or remove them"},

    {"single_class", kError, "all samples are of one class",
     "there is nothing to tell apart: data.root must be the folder of the class folders"},
    {"missing_class", kWarning, "classes that do not occur in a split",
     "add samples, stratify the split, or leave the class out of data.classes"},
    {"tiny_class", kWarning, "classes with fewer than 5 samples, or 0.01 % of the pixels",
     "a network hardly learns them and their scores mean little: add samples or merge classes"},

    {"copy_between_splits", kError, "pictures that are in another split too, pixel by pixel",
     "remove one of the two: what was trained on proves nothing in a test"},
    {"near_copy_between_splits", kWarning,
     "pictures that nearly are in another split (saved anew, resized, next frame of a video)",
     "look at the pairs; data.split.group_by keeps what belongs together in one split"},
    {"copy_in_split", kWarning, "pictures that are in their split more than once",
     "remove all but one, unless they are meant to count more"},
    {"near_copy_in_split", kInfo, "pictures that nearly are in their split more than once",
     "look at some: fine for frames of a video, a sign of scraped pictures elsewhere"},
    {"label_conflict", kError, "pictures that are there twice with different labels or masks",
     "decide on one label and remove the other copy"},
    {"near_label_conflict", kWarning, "nearly the same pictures with different labels",
     "look at the pairs: one of the labels may be wrong"},
    {"group_between_splits", kError, "groups of data.split.group_by that are in several splits",
     "move each group into one split"},

    {"blank_picture", kWarning, "pictures of one colour only", "remove them, if that is not meant"},
    {"small_picture", kWarning, "pictures much smaller than is usual here",
     "they are enlarged and blurred in training: replace or remove them"},
    {"huge_picture", kWarning, "pictures much larger than is usual here",
     "shrink them once: they take most of the decoding time"},
    {"extreme_aspect", kWarning, "pictures at least five times as long as wide",
     "cropping or squeezing loses most of them: cut them into parts"},
    {"grey_picture", kInfo, "grey pictures among colour ones",
     "fine in most cases; if only one class has them, a network learns grey instead of the class"},

    {"name_not_utf8", kWarning, "file names that are not UTF-8",
     "rename them: CSV files and JSON cannot hold such names"},
    {"unread_format", kWarning, "pictures in formats that are not read",
     "convert them to PNG or JPEG, or remove them"},
    {"unused_picture", kInfo, "pictures below data.root that no split uses",
     "fine if left out on purpose"},
};

}  // namespace

const char* severity_name(Severity severity) {
  return severity == kError ? "error" : severity == kWarning ? "warning" : "info";
}

std::span<const FindingKind> finding_kinds() { return kKinds; }

const FindingKind& finding_kind(std::string_view id) {
  for (const auto& kind : kKinds) {
    if (id == kind.id) return kind;
  }
  throw std::logic_error(cat("no such finding: ", id));
}

Finding make_finding(std::string_view id, std::string split, std::vector<Finding::Place> places,
                     std::string message) {
  const FindingKind& kind = finding_kind(id);
  return {kind.id,           kind.severity,      std::move(split),
          std::move(places), std::move(message), kind.hint};
}

std::string printable(std::string_view name) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < name.size();) {
    const auto byte = static_cast<unsigned char>(name[i]);
    // The character that begins here, if one does: at most four bytes.
    std::size_t length = byte < 0x80 ? 1 : 2;
    while (byte >= 0x80 && length <= 4 && !is_utf8(name.substr(i, length))) ++length;
    if (byte < 0x20 || byte == 0x7F || length > 4) {
      text += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
      ++i;
    } else {
      text += name.substr(i, length);
      i += length;
    }
  }
  return text;
}

}  // namespace carica::data
