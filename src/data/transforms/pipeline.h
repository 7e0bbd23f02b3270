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
#include "data/stored_sample.h"
#include "data/transforms/pixel_plan.h"

namespace carica::data {

/// One step on a sample: picture and mask move together; masks by nearest neighbour only.
/// Stateless, may be shared between threads.
class Transform {
 public:
  virtual ~Transform() = default;
  virtual void apply(Sample& sample, RandomStream& random) const = 0;
  /// Takes part in a plan instead: true when `plan` now says all that apply() would do, with the
  /// same draws; false, before anything is drawn, when it cannot say it.
  virtual bool extend(PixelPlan&, RandomStream&) const { return false; }
  /// Size of every result when it does not depend on the input; else what the input's known size
  /// becomes; nullopt when unknown.
  virtual std::optional<Size> output_size(std::optional<Size> input) const = 0;
};

/// A transform that only chooses pixels, and so never works on them itself.
class PlannedTransform : public Transform {
 public:
  void apply(Sample& sample, RandomStream& random) const override;

 protected:
  /// Gives the sample the pixels of the plan.
  static void execute(const PixelPlan& plan, Sample& sample);
};

/// Room for the pixels of a finished sample: uint8[size,3] and uint8[size], or null where nobody
/// wants them.
struct PixelRoom {
  std::uint8_t* picture = nullptr;
  std::uint8_t* mask = nullptr;
};

/// Gives the room for a sample, once its size is known.
class SampleSink {
 public:
  virtual ~SampleSink() = default;
  virtual PixelRoom room(Size size, bool has_mask) = 0;
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
  /// The same from a stored sample, of which only what is wanted is decoded, into the sink. With
  /// Decoding::kExact the bytes equal those of the other form.
  void apply(StoredSample& stored, RandomStream& random, Decoding decoding, SampleSink& sink) const;
  /// Size of every result, when all samples of one size or of any size come out equal; `input`: the
  /// size all samples have, if known.
  std::optional<Size> output_size(std::optional<Size> input = std::nullopt) const;
  const Normalization& normalization() const { return normalization_; }

 private:
  std::vector<std::unique_ptr<Transform>> transforms_;
  Normalization normalization_;
};

}  // namespace carica::data
