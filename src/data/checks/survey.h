#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "config/config.h"
#include "data/checks/file_diagnosis.h"
#include "data/checks/picture_hash.h"
#include "data/dataset.h"

namespace carica::data {

/// Exact sums over the pixels of pictures, R, G, B: the same in any order.
struct ChannelSums {
  std::uint64_t pixels = 0;
  std::array<std::uint64_t, 3> sum{}, squares{};

  void add(const Picture& picture);
  void add(const ChannelSums& other);
  /// Of values in 0..1, over all pixels; the deviation is that of the population (divides by n).
  /// Zeros without pixels.
  std::array<double, 3> mean() const;
  std::array<double, 3> deviation() const;
};

/// What is kept of one sample after its picture is gone: about 150 bytes.
struct SampleRecord {
  bool bad = true;  // could not be loaded: the rest says nothing
  Size size;
  bool grey = false, blank = false;
  ContentHash picture, mask;
  Fingerprint fingerprint;
};

/// One look at every file of a split.
struct SplitSurvey {
  std::string name;                    // train, val, test
  std::vector<SampleRecord> records;   // one per item
  std::vector<std::int64_t> counts;    // samples per class, or pixels per class
  std::vector<std::int64_t> pictures;  // in which a class occurs
  std::vector<std::int64_t> around;    // labelled pixels of the masks that a class occurs in
  std::int64_t ignored = 0;            // pixels of masks
  /// Masks of class 0 and ignored pixels only, of both some.
  std::vector<std::size_t> two_valued;
  std::vector<std::size_t> all_ignored;  // masks
  ChannelSums sums;
  std::vector<FileProblem> problems;  // in the order of the items
};

/// Decodes every picture and mask once on `threads` threads; memory grows by a SampleRecord per
/// sample only. `progress(done, all)` may be called from any of them and may throw to stop. The
/// result does not depend on `threads`. Splits in the order train, val, test.
std::vector<SplitSurvey> survey(const config::Config& config, const Datasets& datasets,
                                std::size_t threads,
                                const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace carica::data
