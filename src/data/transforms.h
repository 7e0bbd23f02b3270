#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/random.h"
#include "data/dataset.h"

namespace carica::data {

/// One step on a sample: picture and mask move together; masks by nearest neighbour only.
/// Stateless, may be shared between threads.
class Transform {
 public:
  virtual ~Transform() = default;
  virtual void apply(Sample& sample, RandomStream& random) const = 0;
  /// Size of every result when it does not depend on the input; else what the input's known size
  /// becomes; nullopt when unknown.
  virtual std::optional<Size> output_size(std::optional<Size> input) const = 0;
};

/// Mean and standard deviation per channel, for values in 0..1; applied on the device.
struct Normalization {
  std::array<float, 3> mean{0, 0, 0}, std{1, 1, 1};
};

/// A list of transforms from a config.
class Pipeline {
 public:
  /// `ignore_index` fills masks outside the picture. Throws Error(kConfig) when Normalize is not
  /// last.
  Pipeline(std::span<const config::TransformOptions> options, int ignore_index);
  void apply(Sample& sample, RandomStream& random) const;
  /// Size of every result, when all samples of one size or of any size come out equal; `input`: the
  /// size all samples have, if known.
  std::optional<Size> output_size(std::optional<Size> input = std::nullopt) const;
  const Normalization& normalization() const { return normalization_; }

 private:
  std::vector<std::unique_ptr<Transform>> transforms_;
  Normalization normalization_;
};

}  // namespace carica::data
