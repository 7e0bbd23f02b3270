#include "data/file_diagnosis.h"

#include <filesystem>
#include <optional>
#include <string_view>

#include "data/folder_scan.h"
#include "data/image_io.h"
#include "data/png.h"

namespace carica::data {
namespace {

using FileBytes = std::vector<std::uint8_t>;

// The bytes, or the id of what keeps them from being read.
std::string read_or_id(const std::string& path, FileBytes& bytes) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (!error && size == 0) return "empty_file";
  try {
    bytes = read_bytes(path);
  } catch (const Error&) {
    return "unreadable_file";
  }
  return "";
}

bool says(const Error& error, std::string_view words) {
  return std::string_view(error.what()).find(words) != std::string_view::npos;
}

// Decodes; the id of what is wrong, or "".
std::string picture_id(const FileBytes& bytes, Picture& picture) {
  if (image_format(bytes) == ImageFormat::kUnknown) return "not_a_picture";
  try {
    picture = decode_picture(bytes, "");
  } catch (const Error& error) {
    if (says(error, ": claims ")) return "too_large";
    if (says(error, "truncated")) return "truncated_picture";
    // A WebP says how long it is.
    const bool webp = image_format(bytes) == ImageFormat::kWebp && bytes.size() > 8;
    if (webp) {
      const std::uint64_t claimed =
          8u + (std::uint64_t{bytes[4]} | std::uint64_t{bytes[5]} << 8 |
                std::uint64_t{bytes[6]} << 16 | std::uint64_t{bytes[7]} << 24);
      if (claimed > bytes.size()) return "truncated_picture";
    }
    return "corrupt_picture";
  }
  return "";
}

// The same for a mask that belongs to a picture of `size`.
std::string mask_id(const FileBytes& bytes, Size size, ValueCounts& values) {
  const ImageFormat format = image_format(bytes);
  if (format == ImageFormat::kUnknown) return "not_a_picture";
  if (format == ImageFormat::kJpeg) return "mask_lossy";
  Picture picture;
  const std::string damage = picture_id(bytes, picture);
  if (!damage.empty()) return damage;
  if (format == ImageFormat::kPng && png_bit_depth(bytes) == 16) return "mask_16_bit";
  Mask mask;
  try {
    mask = decode_mask(bytes, "");
  } catch (const Error& error) {
    return says(error, "lossy") ? "mask_lossy" : "mask_in_color";
  }
  if (!(mask.size == size)) return "mask_size";
  for (const auto value : mask.values) ++values[value];
  const auto pixels = static_cast<std::int64_t>(mask.values.size());
  return values[255] > 0 && values[0] + values[255] == pixels ? "binary_masks" : "mask_values";
}

}  // namespace

FileProblem diagnose(const Item& item, const Error& error) {
  FileProblem problem{"corrupt_picture", item.name, error.what(), error.hint(), {}};
  if (!has_picture_ending(item.path)) return problem;  // many pictures in one file
  FileBytes bytes;
  Picture picture;
  std::string id = read_or_id(item.path, bytes);
  if (id.empty()) id = picture_id(bytes, picture);
  if (id.empty() && !item.mask.empty()) {
    problem.file = item.mask;
    id = read_or_id(item.mask, bytes);
    if (id.empty()) id = mask_id(bytes, picture.size, problem.values);
    if (id.empty()) id = "mask_unreadable";
  }
  if (!id.empty()) problem.id = id;
  return problem;
}

}  // namespace carica::data
