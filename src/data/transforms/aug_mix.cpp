#include "data/transforms/aug_mix.h"

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "data/pixels/options_check.h"
#include "data/transforms/auto_augment_ops.h"
#include "data/transforms/dirichlet.h"

namespace carica::data {
namespace {

constexpr int kBins = 10;

class AugMix final : public Transform {
 public:
  AugMix(config::AugMix options, WarpSettings settings)
      : options_(std::move(options)),
        settings_(settings),
        space_(options_.all_ops ? AugmentSpace::kAugMix : AugmentSpace::kAugMixPlain),
        operations_(augment_operations(space_)) {}

  void apply(Sample& sample, RandomStream& random) const override {
    if (!sample.mask.empty()) {
      throw Error(ErrorCode::kData,
                  "AugMix: the sample has a mask; AugMix mixes copies that were moved differently, "
                  "so it must have none",
                  "use RandAugment or TrivialAugmentWide for segmentation");
    }
    const std::vector<double> parts = dirichlet(2, options_.alpha, random);
    std::vector<double> shares = dirichlet(options_.mixture_width, options_.alpha, random);
    for (double& share : shares) share *= parts[1];
    shares.insert(shares.begin(), parts[0]);

    std::vector<Picture> pictures{sample.picture};
    for (int i = 0; i < options_.mixture_width; ++i) {
      pictures.push_back(chain(sample.picture, random));
    }
    sample.picture = mix_pictures(pictures, shares);
  }
  std::optional<Size> output_size(std::optional<Size> input) const override { return input; }

 private:
  Picture chain(const Picture& from, RandomStream& random) const {
    Sample sample{from, {}, -1};
    const int depth =
        options_.chain_depth > 0 ? options_.chain_depth : 1 + static_cast<int>(random.below(3));
    for (int i = 0; i < depth; ++i) {
      const AugmentOperation& operation = *operations_[random.below(operations_.size())];
      const auto bins = operation.magnitudes_in(space_).bins(kBins, from.size);
      double magnitude = 0;
      if (!bins.empty()) {
        magnitude = bins[random.below(static_cast<std::uint64_t>(options_.severity))];
        if (operation.is_signed && random.chance(0.5)) magnitude = -magnitude;
      }
      operation.apply(sample, magnitude, settings_);
    }
    return std::move(sample.picture);
  }

  config::AugMix options_;
  WarpSettings settings_;
  AugmentSpace space_;
  std::vector<const AugmentOperation*> operations_;
};

}  // namespace

Picture mix_pictures(std::span<const Picture> pictures, std::span<const double> shares) {
  std::vector<float> sum(pictures.front().pixels.size(), 0.0f);
  for (std::size_t p = 0; p < pictures.size(); ++p) {
    const float share = static_cast<float>(shares[p]);
    const std::uint8_t* const from = pictures[p].pixels.data();
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += share * static_cast<float>(from[i]);
  }
  Picture result{pictures.front().size, PixelBytes(sum.size())};
  for (std::size_t i = 0; i < sum.size(); ++i) {
    // The shares may add up to a little over 1.
    result.pixels[i] = static_cast<std::uint8_t>(std::min(static_cast<int>(sum[i]), 255));
  }
  return result;
}

std::unique_ptr<Transform> make_transform(const config::AugMix& options) {
  if (options.severity < 1 || options.severity > kBins) {
    reject("AugMix.severity", cat(options.severity), "in 1 to 10");
  }
  if (options.mixture_width < 1) {
    reject("AugMix.mixture_width", cat(options.mixture_width), "1 or more");
  }
  if (!(options.alpha > 0 && std::isfinite(options.alpha))) {
    reject("AugMix.alpha", number(options.alpha), "above 0");
  }
  const WarpSettings settings{sampling_of("AugMix", options.interpolation),
                              fill_colour("AugMix", options.fill), 0};
  return std::make_unique<AugMix>(options, settings);
}

}  // namespace carica::data
