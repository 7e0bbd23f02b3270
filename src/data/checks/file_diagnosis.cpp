#include "data/checks/file_diagnosis.h"

#include <filesystem>
#include <span>
#include <string_view>

#include "data/files/folder_scan.h"
#include "data/images/image_header.h"
#include "data/images/image_io.h"

namespace carica::data {
namespace {

using FileBytes = std::vector<std::uint8_t>;

bool holds(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

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

// A WebP says how long it is; its decoder does not say that bytes are missing.
bool is_short_webp(std::span<const std::uint8_t> bytes) {
  if (image_format(bytes) != ImageFormat::kWebp || bytes.size() < 8) return false;
  std::uint64_t claimed = 0;
  for (std::size_t i = 0; i < 4; ++i) claimed |= std::uint64_t{bytes[4 + i]} << 8 * i;
  return claimed + 8 > bytes.size();
}

// `says`: the message behind the file's name.
std::string picture_id(const FileBytes& bytes, std::string_view says) {
  const auto format = image_format(bytes);
  const bool is_tiff = format == ImageFormat::kTiff && holds(says, "a TIFF; must be");
  if (format == ImageFormat::kUnknown || is_tiff) return "not_a_picture";
  if (holds(says, "claims ")) return "too_large";
  if (is_animated_webp(bytes)) return is_short_webp(bytes) ? "truncated_picture" : "animation";
  return holds(says, "truncated") || is_short_webp(bytes) ? "truncated_picture" : "corrupt_picture";
}

std::string mask_id(const FileBytes& bytes, std::string_view says, ValueCounts& values) {
  if (image_format(bytes) == ImageFormat::kUnknown) return "not_a_picture";
  if (holds(says, "as its picture")) return "mask_size";
  if (holds(says, "lossy")) return "mask_lossy";
  if (holds(says, "of 16 bits")) return "mask_16_bit";
  if (holds(says, "in colour")) return "mask_in_color";
  if (holds(says, "truncated") || holds(says, "corrupt")) return picture_id(bytes, says);
  if (!says.starts_with("value ")) return "mask_unreadable";
  try {
    const Mask mask = decode_mask(bytes, "");
    for (const auto value : mask.values) ++values[value];
    const auto pixels = static_cast<std::int64_t>(mask.values.size());
    if (values[255] > 0 && values[0] + values[255] == pixels) return "binary_masks";
  } catch (const Error&) {
    // Not of one channel: the message alone must do.
  }
  return "mask_values";
}

}  // namespace

FileProblem diagnose(const Item& item, const Error& error) {
  const std::string_view message = error.what();
  FileProblem problem{"corrupt_picture", item.name, error.what(), error.hint(), {}};
  const bool of_mask = !item.mask.empty() && message.starts_with(item.mask + ": ");
  const std::string& file = of_mask ? item.mask : item.path;
  if (!of_mask && !has_picture_ending(file)) return problem;  // many pictures in one file
  if (of_mask) problem.file = item.mask;
  const auto colon = message.find(": ", message.starts_with(file) ? file.size() : 0);
  const auto says = colon == message.npos ? message : message.substr(colon + 2);
  FileBytes bytes;
  problem.id = read_or_id(file, bytes);
  if (problem.id.empty()) {
    problem.id = of_mask ? mask_id(bytes, says, problem.values) : picture_id(bytes, says);
  }
  return problem;
}

}  // namespace carica::data
