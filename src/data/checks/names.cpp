// Names of files, and files that nobody uses.
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <unordered_set>

#include "core/error.h"
#include "core/text.h"
#include "data/checks/rules.h"
#include "data/files/folder_scan.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

void check_encoding(const CheckInput& input, std::vector<Finding>& findings) {
  for (const auto& split : input.surveys) {
    const Dataset& items = *input.datasets.split(split.name);
    std::vector<Finding::Place> places;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto& name = items.item(i).name;
      if (!is_utf8(name)) places.push_back({name, ""});
    }
    if (places.empty()) continue;
    findings.push_back(make_finding("name_not_utf8", split.name, std::move(places),
                                    finding_kind("name_not_utf8").help));
  }
}

// Endings of pictures that other programs read.
bool has_foreign_ending(const std::string& name) {
  static constexpr std::array<std::string_view, 16> kEndings = {
      ".gif", ".tif", ".tiff", ".jfif", ".heic", ".heif", ".avif", ".jp2",
      ".jxl", ".ppm", ".pgm",  ".pnm",  ".tga",  ".psd",  ".svg",  ".ico"};
  const std::string ending = lower_case(fs::path(name).extension().string());
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

// Formats that mean to use what lies below the root. Others bring pictures without masks, or masks
// that are pictures to a classifier.
bool takes_all_pictures(const std::string& format) {
  return format == "image_folder" || format == "paired_masks" || format == "csv";
}

std::unordered_set<std::string> used_files(const CheckInput& input) {
  std::unordered_set<std::string> used;
  for (const auto& split : input.surveys) {
    const Dataset& items = *input.datasets.split(split.name);
    for (std::size_t i = 0; i < items.size(); ++i) {
      for (const auto& path : {items.item(i).path, items.item(i).mask}) {
        if (!path.empty()) used.insert(fs::path(path).lexically_normal().string());
      }
    }
  }
  return used;
}

}  // namespace

void check_names(const CheckInput& input, std::vector<Finding>& findings) {
  check_encoding(input, findings);
  const fs::path root = input.config.data.root;
  std::vector<std::string> files;
  try {
    files = list_files(root);
  } catch (const Error&) {
    return;  // a folder beside the pictures that cannot be read
  }
  const auto used = used_files(input);
  std::vector<Finding::Place> foreign, unused;
  for (const auto& name : files) {
    if (used.contains((root / name).lexically_normal().string())) continue;
    if (has_foreign_ending(name)) {
      foreign.push_back({name, ""});
    } else if (has_picture_ending(name) && takes_all_pictures(input.config.data.format)) {
      unused.push_back({name, ""});
    }
  }
  for (auto* places : {&foreign, &unused}) {
    const char* id = places == &foreign ? "unread_format" : "unused_picture";
    if (places->empty()) continue;
    findings.push_back(make_finding(id, "", std::move(*places), finding_kind(id).help));
  }
}

}  // namespace carica::data
