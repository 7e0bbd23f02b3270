#include "data/transforms/pipeline.h"

#include <cstdint>
#include <cstring>
#include <string>

#include "core/error.h"
#include "core/text.h"
#include "data/transforms/aug_mix.h"
#include "data/transforms/auto_augment.h"
#include "data/transforms/blur.h"
#include "data/transforms/color.h"
#include "data/transforms/crop.h"
#include "data/transforms/erase.h"
#include "data/transforms/geometry.h"
#include "data/transforms/photometric.h"
#include "data/transforms/tone.h"
#include "data/transforms/warp.h"

namespace carica::data {
namespace {

// THE table of transforms: what each kind of options becomes. A kind without a line here does not
// compile.
struct Builder {
  std::uint8_t outside;         // of masks
  Normalization normalization;  // of the whole list

  using Made = std::unique_ptr<Transform>;
  Made operator()(const config::Resize& o) const { return make_transform(o); }
  Made operator()(const config::CenterCrop& o) const { return make_transform(o, outside); }
  Made operator()(const config::RandomCrop& o) const { return make_transform(o, outside); }
  Made operator()(const config::RandomResizedCrop& o) const { return make_transform(o); }
  Made operator()(const config::RandomHorizontalFlip& o) const { return make_transform(o); }
  Made operator()(const config::RandomVerticalFlip& o) const { return make_transform(o); }
  Made operator()(const config::ColorJitter& o) const { return make_transform(o); }
  Made operator()(const config::RandomResize& o) const { return make_transform(o); }
  Made operator()(const config::Pad& o) const { return make_transform(o, outside); }
  Made operator()(const config::RandomRotation& o) const { return make_transform(o, outside); }
  Made operator()(const config::RandomAffine& o) const { return make_transform(o, outside); }
  Made operator()(const config::RandomPerspective& o) const { return make_transform(o, outside); }
  Made operator()(const config::ElasticTransform& o) const { return make_transform(o, outside); }
  Made operator()(const config::RandomGrayscale& o) const { return make_transform(o); }
  Made operator()(const config::GaussianBlur& o) const { return make_transform(o); }
  Made operator()(const config::RandomErasing& o) const { return make_transform(o, normalization); }
  Made operator()(const config::RandomPosterize& o) const { return make_transform(o); }
  Made operator()(const config::RandomSolarize& o) const { return make_transform(o); }
  Made operator()(const config::RandomEqualize& o) const { return make_transform(o); }
  Made operator()(const config::RandomAutocontrast& o) const { return make_transform(o); }
  Made operator()(const config::RandomAdjustSharpness& o) const { return make_transform(o); }
  Made operator()(const config::RandomInvert& o) const { return make_transform(o); }
  Made operator()(const config::AutoAugment& o) const { return make_transform(o, outside); }
  Made operator()(const config::RandAugment& o) const { return make_transform(o, outside); }
  Made operator()(const config::TrivialAugmentWide& o) const { return make_transform(o, outside); }
  Made operator()(const config::AugMix& o) const { return make_transform(o); }
  Made operator()(const config::CLAHE& o) const { return make_transform(o); }
  Made operator()(const config::PhotoMetricDistortion& o) const { return make_transform(o); }
  Made operator()(const config::Normalize&) const { return nullptr; }  // runs on the device
};

Normalization normalization_from(const config::Normalize& options) {
  if (options.mean.size() != 3 || options.std.size() != 3) {
    throw Error(ErrorCode::kConfig,
                cat("Normalize: ", options.mean.size(), " means and ", options.std.size(),
                    " standard deviations; must be 3 of each, for red, green and blue"));
  }
  Normalization result;
  for (std::size_t c = 0; c < 3; ++c) {
    if (!(options.std[c] > 0)) {
      throw Error(ErrorCode::kConfig,
                  cat("Normalize.std = ", number(options.std[c]), ": must be over 0"));
    }
    result.mean[c] = static_cast<float>(options.mean[c]);
    result.std[c] = static_cast<float>(options.std[c]);
  }
  return result;
}

void require_pixels(Size picture, Size mask, bool has_mask) {
  if (picture.height < 1 || picture.width < 1) {
    throw Error(ErrorCode::kData, "picture without pixels; both sides must be at least 1");
  }
  if (has_mask && mask != picture) {
    throw Error(ErrorCode::kData, cat("mask of ", mask.height, "x", mask.width, "; its picture is ",
                                      picture.height, "x", picture.width));
  }
}

void make_sample(const PixelPlan& plan, const Sample& from, Sample& to) {
  StoredSample stored;
  stored.size = from.picture.size;
  stored.picture = view(from.picture);
  to.picture = {plan.size(), PixelBytes(pixel_count(plan.size()) * 3)};
  PlannedPicture(plan, stored, 1).write(to.picture.pixels.data());
  if (from.mask.empty()) return;
  to.mask = {plan.size(), PixelBytes(pixel_count(plan.size()))};
  make_mask(plan, view(from.mask), to.mask.values.data());
}

void copy_bytes(const PixelBytes& from, std::uint8_t* to) {
  std::memcpy(to, from.data(), from.size());
}

}  // namespace

Pipeline::Pipeline(std::span<const config::TransformOptions> options, int ignore_index) {
  if (ignore_index < 0 || ignore_index > 255) {
    throw Error(ErrorCode::kConfig,
                cat("data.mask.ignore_index = ", ignore_index, ": must be in 0 to 255"));
  }
  Builder builder{static_cast<std::uint8_t>(ignore_index), {}};
  const auto* last = options.empty() ? nullptr : std::get_if<config::Normalize>(&options.back());
  if (last != nullptr) builder.normalization = normalization_from(*last);
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (const auto* normalize = std::get_if<config::Normalize>(&options[i])) {
      if (i + 1 != options.size()) {
        throw Error(ErrorCode::kConfig,
                    cat("transforms: Normalize is number ", i + 1, " of ", options.size(),
                        "; it must stand once, and last"),
                    "Normalize runs on the device after all other transforms");
      }
      normalization_ = normalization_from(*normalize);
    } else {
      transforms_.push_back(std::visit(builder, options[i]));
    }
  }
}

void PlannedTransform::apply(Sample& sample, RandomStream& random) const {
  PixelPlan plan(sample.picture.size);
  extend(plan, random);
  execute(plan, sample);
}

void PlannedTransform::execute(const PixelPlan& plan, Sample& sample) {
  if (!plan.changes(sample.picture.size)) return;
  Sample result;
  make_sample(plan, sample, result);
  sample.picture = std::move(result.picture);
  sample.mask = std::move(result.mask);
}

void Pipeline::apply(Sample& sample, RandomStream& random) const {
  require_pixels(sample.picture.size, sample.mask.size, !sample.mask.empty());
  for (const auto& transform : transforms_) transform->apply(sample, random);
}

void Pipeline::apply(StoredSample& stored, RandomStream& random, Decoding decoding,
                     SampleSink& sink) const {
  const bool has_mask = stored.mask.values != nullptr;
  require_pixels(stored.size, stored.mask.size, has_mask);
  PixelPlan plan(stored.size);
  auto next = transforms_.begin();
  while (next != transforms_.end() && (*next)->extend(plan, random)) ++next;
  const int reduction = settle_reduction(plan, stored, decoding);
  if (next == transforms_.end()) {
    const PlannedPicture picture(plan, stored, reduction);
    const PixelRoom room = sink.room(plan.size(), has_mask);
    if (room.picture != nullptr) picture.write(room.picture);
    if (room.mask != nullptr) make_mask(plan, stored.mask, room.mask);
    return;
  }
  Sample sample;
  sample.label = stored.label;
  sample.picture = {plan.size(), PixelBytes(pixel_count(plan.size()) * 3)};
  PlannedPicture(plan, stored, reduction).write(sample.picture.pixels.data());
  if (has_mask) {
    sample.mask = {plan.size(), PixelBytes(pixel_count(plan.size()))};
    make_mask(plan, stored.mask, sample.mask.values.data());
  }
  for (; next != transforms_.end(); ++next) (*next)->apply(sample, random);
  const PixelRoom room = sink.room(sample.picture.size, has_mask);
  if (room.picture != nullptr) copy_bytes(sample.picture.pixels, room.picture);
  if (room.mask != nullptr) copy_bytes(sample.mask.values, room.mask);
}

std::optional<Size> Pipeline::output_size(std::optional<Size> input) const {
  for (const auto& transform : transforms_) input = transform->output_size(input);
  return input;
}

}  // namespace carica::data
