#include "data/transforms/auto_augment.h"

#include <span>
#include <utility>
#include <vector>

#include "core/text.h"
#include "data/pixels/options_check.h"
#include "data/transforms/auto_augment_ops.h"
#include "data/transforms/auto_augment_policies.h"

namespace carica::data {
namespace {

using Operations = std::vector<const AugmentOperation*>;

constexpr int kPolicyBins = 10;

double with_sign(const AugmentOperation& operation, double magnitude, RandomStream& random) {
  return operation.is_signed && random.chance(0.5) ? -magnitude : magnitude;
}

class AutoAugment final : public Transform {
 public:
  AutoAugment(std::span<const PolicyPair> policy, WarpSettings settings)
      : policy_(policy), settings_(settings) {}

  void apply(Sample& sample, RandomStream& random) const override {
    const Size size = sample.picture.size;  // none of the operations changes it
    for (const PolicyStep& step : policy_[random.below(policy_.size())]) {
      if (!random.chance(step.probability)) continue;
      const AugmentOperation& operation = augment_operation(step.operation);
      const auto bins = operation.magnitudes.bins(kPolicyBins, size);
      const double magnitude = bins.empty() ? 0 : bins[static_cast<std::size_t>(step.bin)];
      operation.apply(sample, with_sign(operation, magnitude, random), settings_);
    }
  }
  std::optional<Size> output_size(std::optional<Size> input) const override { return input; }

 private:
  std::span<const PolicyPair> policy_;
  WarpSettings settings_;
};

class RandAugment final : public Transform {
 public:
  RandAugment(config::RandAugment options, WarpSettings settings)
      : options_(std::move(options)), settings_(settings) {}

  void apply(Sample& sample, RandomStream& random) const override {
    for (int i = 0; i < options_.num_ops; ++i) {
      const AugmentOperation& operation = *operations_[random.below(operations_.size())];
      const auto bins = operation.magnitudes.bins(options_.num_magnitude_bins, sample.picture.size);
      const double magnitude =
          bins.empty() ? 0 : bins[static_cast<std::size_t>(options_.magnitude)];
      operation.apply(sample, with_sign(operation, magnitude, random), settings_);
    }
  }
  std::optional<Size> output_size(std::optional<Size> input) const override { return input; }

 private:
  Operations operations_ = augment_operations(AugmentSpace::kRandAugment);
  config::RandAugment options_;
  WarpSettings settings_;
};

class TrivialAugmentWide final : public Transform {
 public:
  TrivialAugmentWide(int bins, WarpSettings settings) : bins_(bins), settings_(settings) {}

  void apply(Sample& sample, RandomStream& random) const override {
    const AugmentOperation& operation = *operations_[random.below(operations_.size())];
    const auto bins = operation.wide.bins(bins_, sample.picture.size);
    const double magnitude = bins.empty() ? 0 : bins[random.below(bins.size())];
    operation.apply(sample, with_sign(operation, magnitude, random), settings_);
  }
  std::optional<Size> output_size(std::optional<Size> input) const override { return input; }

 private:
  Operations operations_ = augment_operations(AugmentSpace::kTrivialAugmentWide);
  int bins_;
  WarpSettings settings_;
};

void check_bins(const char* name, int bins) {
  if (bins < 2 || bins > 1000) {
    reject(cat(name, ".num_magnitude_bins"), cat(bins), "in 2 to 1000");
  }
}

template <typename Options>
WarpSettings settings_of(const char* name, const Options& options, std::uint8_t outside) {
  return {sampling_of(name, options.interpolation), fill_colour(name, options.fill), outside};
}

}  // namespace

std::unique_ptr<Transform> make_transform(const config::AutoAugment& options,
                                          std::uint8_t outside) {
  const auto policy = auto_augment_policy(options.policy);
  if (policy.empty()) reject("AutoAugment.policy", options.policy, "imagenet, cifar10 or svhn");
  return std::make_unique<AutoAugment>(policy, settings_of("AutoAugment", options, outside));
}

std::unique_ptr<Transform> make_transform(const config::RandAugment& options,
                                          std::uint8_t outside) {
  if (options.num_ops < 0) reject("RandAugment.num_ops", cat(options.num_ops), "0 or more");
  check_bins("RandAugment", options.num_magnitude_bins);
  if (options.magnitude < 0 || options.magnitude >= options.num_magnitude_bins) {
    reject("RandAugment.magnitude", cat(options.magnitude),
           cat("in 0 to ", options.num_magnitude_bins - 1, ", below num_magnitude_bins"));
  }
  return std::make_unique<RandAugment>(options, settings_of("RandAugment", options, outside));
}

std::unique_ptr<Transform> make_transform(const config::TrivialAugmentWide& options,
                                          std::uint8_t outside) {
  check_bins("TrivialAugmentWide", options.num_magnitude_bins);
  return std::make_unique<TrivialAugmentWide>(options.num_magnitude_bins,
                                              settings_of("TrivialAugmentWide", options, outside));
}

}  // namespace carica::data
