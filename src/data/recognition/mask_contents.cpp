#include "data/recognition/mask_contents.h"

#include <algorithm>
#include <filesystem>

#include "config/yaml_text.h"
#include "core/error.h"
#include "core/text.h"
#include "data/images/image_io.h"
#include "data/images/png.h"
#include "data/recognition/name_files.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostMasks = 500;
constexpr std::size_t kMostColors = 64;
constexpr std::uint64_t kStrays = 1000;  // of lossy masks: values rarer than one pixel in these

// Of three equal channels, as lossy formats give them.
bool is_grey(const Picture& picture) {
  for (std::size_t i = 0; i + 2 < picture.pixels.size(); i += 3) {
    const auto* pixel = &picture.pixels[i];
    if (pixel[0] != pixel[1] || pixel[1] != pixel[2]) return false;
  }
  return true;
}

void add_colors(const Picture& picture, const std::string& file, MaskContents& contents) {
  config::Color last = {-1, -1, -1};
  for (std::size_t i = 0; i + 2 < picture.pixels.size(); i += 3) {
    const auto* pixel = &picture.pixels[i];
    const config::Color color = {pixel[0], pixel[1], pixel[2]};
    if (color == last) continue;
    last = color;
    contents.colors.insert(color);
    if (contents.colors.size() <= kMostColors) continue;
    throw Error(ErrorCode::kData,
                cat(file, ": more than ", kMostColors,
                    " colours; a mask must have one number or colour for each class"),
                "smoothed or saved as JPEG, colours between classes come up: make the masks anew");
  }
}

void add_mask(const std::string& file, MaskContents& contents) {
  const auto bytes = read_bytes(file);
  if (image_format(bytes) == ImageFormat::kPng && is_index_png(bytes)) {
    for (const auto value : decode_mask(bytes, file).values) ++contents.pixels[value];
    return;
  }
  contents.lossy = contents.lossy || is_lossy(bytes);
  const Picture picture = decode_stored(bytes, file);
  if (!is_grey(picture)) return add_colors(picture, file, contents);
  for (std::size_t i = 0; i < picture.pixels.size(); i += 3) ++contents.pixels[picture.pixels[i]];
}

// The values that occur, strays of lossy masks left out.
std::vector<int> values_of(const MaskContents& contents) {
  std::uint64_t all = 0;
  for (const auto count : contents.pixels) all += count;
  const std::uint64_t least = contents.lossy ? all / kStrays + 1 : 1;
  std::vector<int> values;
  for (int value = 0; value < 256; ++value) {
    if (contents.pixels[static_cast<std::size_t>(value)] >= least) values.push_back(value);
  }
  return values;
}

// 0 and 255, or what JPEG makes of them.
bool is_binary(const MaskContents& contents, const std::vector<int>& values) {
  constexpr int kNear = 24;
  const auto near_an_end = [](int value) { return value <= kNear || value >= 255 - kNear; };
  if (values.empty() || values.back() < 255 - kNear) return false;
  if (!contents.lossy) return values == std::vector{0, 255} || values == std::vector{255};
  std::uint64_t all = 0, near = 0;
  for (int value = 0; value < 256; ++value) {
    const auto count = contents.pixels[static_cast<std::size_t>(value)];
    all += count;
    near += near_an_end(value) ? count : 0;
  }
  return near >= all - all / 20;
}

std::string class_name(std::size_t place, int value, std::span<const std::string> names) {
  return place < names.size() ? names[place] : cat("class_", value);
}

// Classes that count from 1; 0 would be unlabelled.
void describe_from_one(int last, std::span<const std::string> names, config::DataConfig& data) {
  data.mask.reduce_zero_label = true;
  const bool named = static_cast<int>(names.size()) == last;
  for (int value = 1; value <= last; ++value) {
    const auto place = static_cast<std::size_t>(value - 1);
    data.classes.push_back(class_name(place, value, named ? names : names.first(0)));
  }
}

}  // namespace

MaskContents look_at_masks(std::span<const std::string> files) {
  MaskContents contents;
  const std::size_t looks = std::min(kMostMasks, files.size());
  for (std::size_t i = 0; i < looks; ++i) add_mask(files[i * files.size() / looks], contents);
  contents.looked = looks;
  return contents;
}

void describe_numbers(const MaskContents& contents, std::span<const std::string> names,
                      config::DataConfig& data) {
  auto values = values_of(contents);
  if (contents.lossy) data.mask.lossy = "ignore_strays";
  if (is_binary(contents, values)) {
    data.mask.encoding = "binary";
    data.classes = names.size() == 2 ? std::vector<std::string>(names.begin(), names.end())
                                     : std::vector<std::string>{"background", "object"};
    return;
  }
  std::erase(values, data.mask.ignore_index);
  if (values.empty()) return;
  const auto last = static_cast<std::size_t>(values.back()), span = last + 1;
  const bool from_one = values.front() == 1 && values.size() > 1 && names.size() <= last;
  if (from_one && 2 * values.size() >= last) return describe_from_one(values.back(), names, data);
  if (2 * values.size() >= span || names.size() == span) {
    for (std::size_t c = 0; c < std::max<std::size_t>(2, span); ++c) {
      data.classes.push_back(
          class_name(c, static_cast<int>(c), names.size() >= span ? names : names.first(0)));
    }
    return;
  }
  for (std::size_t c = 0; c < values.size(); ++c) {
    data.mask.map[values[c]] = static_cast<int>(c);
    data.classes.push_back(
        class_name(c, values[c], names.size() == values.size() ? names : names.first(0)));
  }
}

std::string palette_text(const std::set<config::Color>& colors,
                         std::span<const std::string> names) {
  std::string text =
      "# The colours of masks, one class for each. Give them names; a colour that counts for "
      "nothing moves to\n# ignored_colors: [[224, 224, 192]].\n\nclasses:\n";
  std::size_t place = 0;
  for (const auto& [red, green, blue] : colors) {
    const std::string name = names.size() == colors.size() ? names[place] : cat("class_", place);
    text += cat("  - {name: ", config::yaml_string(name), ", color: [", red, ", ", green, ", ",
                blue, "]}\n");
    ++place;
  }
  return text;
}

std::vector<std::string> listed_class_names(const fs::path& root) {
  for (const char* name :
       {"classes.txt", "codes.txt", "labels.txt", "class_names.txt", "label_names.txt"}) {
    std::error_code ignored;
    if (!fs::is_regular_file(root / name, ignored)) continue;
    const auto bytes = read_bytes(root / name);
    std::vector<std::string> names;
    for (auto& line : split({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, '\n')) {
      if (line.ends_with('\r')) line.pop_back();
      if (line.empty()) continue;
      if (std::ranges::find(names, line) != names.end() || !is_utf8(line)) return {};
      names.push_back(std::move(line));
    }
    return names;
  }
  return names_of_values(root);
}

}  // namespace carica::data
