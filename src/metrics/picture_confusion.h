#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/confusion.h"

namespace carica::metrics {

/// Pixels of one picture, or pooled over pictures: rows truth, columns prediction. Column C,
/// "other", holds predictions that are no class of the data set (a network with more outputs than
/// the data set has classes): wrong for the true class, never ignored.
struct PictureConfusion {
  explicit PictureConfusion(int class_count = 0)
      : classes(class_count),
        counts(static_cast<std::size_t>(class_count) * (static_cast<std::size_t>(class_count) + 1),
               0) {}
  /// Without predictions of "other".
  explicit PictureConfusion(const Confusion& confusion);

  int classes;                       // C
  std::vector<std::int64_t> counts;  // int64[C,C+1], row-major

  int other() const { return classes; }
  std::int64_t at(int truth, int prediction) const { return counts[place(truth, prediction)]; }
  std::int64_t& at(int truth, int prediction) { return counts[place(truth, prediction)]; }
  std::int64_t support(int c) const;    // pixels of the class in the truth: the sum of its row
  std::int64_t predicted(int c) const;  // in the prediction, where the truth is not ignored
  std::int64_t either(int c) const;     // in truth or prediction: IoU is at(c,c) / either(c)
  std::int64_t total() const;
  std::int64_t correct() const;
  /// Throws Error(kShape) when the numbers of classes differ.
  PictureConfusion& operator+=(const PictureConfusion& other);

 private:
  std::size_t place(int truth, int prediction) const {
    return static_cast<std::size_t>(truth) * (static_cast<std::size_t>(classes) + 1) +
           static_cast<std::size_t>(prediction);
  }
};

/// Counts a picture. truth, prediction: uint8[pixels]. Pixels whose truth is `ignore_index` (any
/// number) are left out, whatever was predicted; a prediction of `classes` or more is "other".
/// Throws Error(kShape) when the sizes differ, Error(kData) for a truth that is no class.
PictureConfusion count_pixels(int classes, int ignore_index, std::span<const std::uint8_t> truth,
                              std::span<const std::uint8_t> prediction);

/// The sum over the pictures; of no picture, no classes. Throws as operator+=.
PictureConfusion pooled_confusion(std::span<const PictureConfusion> pictures);

}  // namespace carica::metrics
