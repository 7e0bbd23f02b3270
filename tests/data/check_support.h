#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "data/checks/check.h"
#include "format_support.h"

namespace carica::data {

/// Broad shapes and some noise, different for each seed: what a perceptual hash takes for another
/// picture.
inline Picture scene(unsigned seed, Size size = {48, 64}) {
  std::mt19937 random(seed);
  constexpr int kGrid = 6;
  std::vector<int> corners(kGrid * kGrid * 3);
  for (auto& corner : corners) corner = static_cast<int>(random() % 256);
  Picture picture{size, PixelBytes(static_cast<std::size_t>(size.height) * size.width * 3)};
  std::size_t at = 0;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const int cell = (y * kGrid / size.height) * kGrid + x * kGrid / size.width;
      for (int c = 0; c < 3; ++c) {
        picture.pixels[at++] = static_cast<std::uint8_t>(corners[cell * 3 + c]);
      }
    }
  }
  return picture;
}

/// A folder for a data set, filled by the test, and its check.
class CheckedFolder : public testing::Test {
 protected:
  void put_scene(const std::string& name, unsigned seed, Size size = {48, 64}) {
    put_bytes(folder_ / name, encode_png(scene(seed, size)));
  }
  /// `count` pictures NAME0.png, ... that differ from all others.
  void put_scenes(const std::string& name, int count) {
    for (int i = 0; i < count; ++i) put_scene(name + std::to_string(i) + ".png", ++fresh_);
  }
  /// train and val with cat and dog, all well.
  void put_pets() {
    for (const char* name : {"train/cat/", "train/dog/", "val/cat/", "val/dog/"}) {
      put_scenes(name, 6);
    }
  }

  config::Config pets() const {
    auto config = config_for("image_folder", folder_);
    config.data.train_dir = "train";
    config.data.val_dir = "val";
    return config;
  }
  /// images/ and masks/ in train and val.
  config::Config scenes(std::vector<std::string> classes) const {
    auto config = config_for("paired_masks", folder_, config::Task::kSegment);
    config.data.train_dir = "train";
    config.data.val_dir = "val";
    config.data.images = "images/{stem}.png";
    config.data.classes = std::move(classes);
    return config;
  }

  CheckResult checked(const config::Config& config) const {
    return check(config, open_datasets(config), 2, [](std::size_t, std::size_t) {});
  }

  test::TempFolder folder_;
  unsigned fresh_ = 1000;
};

/// Shares of the splits.
inline config::SplitConfig shares(double train, double val) {
  config::SplitConfig split;
  split.train = train;
  split.val = val;
  split.test = 0;
  return split;
}

inline const Finding* find(const CheckResult& result, const std::string& id,
                           const std::string& split) {
  for (const auto& finding : result.findings) {
    if (finding.id == id && finding.split == split) return &finding;
  }
  return nullptr;
}

inline std::vector<std::string> files_of(const Finding& finding) {
  std::vector<std::string> files;
  for (const auto& place : finding.places) files.push_back(place.file);
  return files;
}

inline std::vector<std::string> ids_of(const CheckResult& result) {
  std::vector<std::string> ids;
  for (const auto& finding : result.findings) ids.push_back(finding.id);
  return ids;
}

/// The finding must be there, alone at its severity, and have a hint.
inline Finding expect_finding(const CheckResult& result, const std::string& id,
                              const std::string& split) {
  const Finding* finding = find(result, id, split);
  EXPECT_NE(finding, nullptr) << id << " among " << testing::PrintToString(ids_of(result));
  if (finding == nullptr) return {};
  EXPECT_FALSE(finding->places.empty());
  EXPECT_NE(finding->hint, "");
  EXPECT_NE(finding->message, "");
  return *finding;
}

}  // namespace carica::data
