#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/config.h"
#include "data/dataset.h"
#include "data/transforms/pipeline.h"
#include "report/pictures.h"

namespace carica::cli {

/// Draws samples as they are stored and as training sees them, a row of variants for each.
class BrowseSheets {
 public:
  static constexpr int kVariants = 4;
  static constexpr std::size_t kMostRows = 12;  // of one sheet; more samples make more sheets

  /// `seed` decides the variants: with config.seed they are those of the first epochs. References
  /// are kept.
  BrowseSheets(const config::Config& config, const data::Datasets& datasets,
               const std::string& split, std::uint64_t seed);

  /// Decodes the sample and makes its variants. False, after a warning, when it cannot be read.
  bool add(std::size_t index);
  std::size_t size() const { return samples_.size(); }
  /// Writes STEM_before.png and STEM_after.png (and STEM_2_before.png, ... when they are many) and
  /// forgets the samples.
  void draw(const std::string& about, const std::filesystem::path& stem,
            std::vector<std::string>& files);

 private:
  struct Shown {
    std::string title;
    data::Picture stored, overlay;  // overlay for segmentation only
    std::vector<data::Picture> variants;
  };
  data::Picture shown(const data::Sample& sample) const;
  void draw_stored(std::size_t begin, std::size_t end, const std::string& title,
                   const std::filesystem::path& file) const;
  void draw_variants(std::size_t begin, std::size_t end, const std::string& title,
                     const std::filesystem::path& file) const;

  const data::Dataset& split_;
  std::vector<std::string> classes_;
  bool segments_;
  std::uint64_t seed_;
  data::Pipeline pipeline_;
  std::vector<report::Color> colors_;
  std::vector<report::ColorKey> keys_;
  int background_;
  std::vector<Shown> samples_;
};

}  // namespace carica::cli
