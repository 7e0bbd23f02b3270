#include "data/transforms/auto_augment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "data/pixels/tone.h"
#include "data/transforms/aug_mix.h"
#include "data/transforms/auto_augment_ops.h"
#include "data/transforms/auto_augment_policies.h"
#include "data/transforms/dirichlet.h"
#include "golden_results.h"
#include "transform_support.h"

namespace carica::data {
namespace {

struct Family {
  AugmentSpace space;
  int bins;
};
const std::map<std::string, Family> kFamilies = {
    {"AutoAugment", {AugmentSpace::kAutoAugment, 10}},
    {"RandAugment", {AugmentSpace::kRandAugment, 31}},
    {"TrivialAugmentWide", {AugmentSpace::kTrivialAugmentWide, 31}},
    {"AugMix", {AugmentSpace::kAugMix, 10}},
    {"AugMix without all_ops", {AugmentSpace::kAugMixPlain, 10}}};

TEST(AutoAugment, HasTorchvisionsOperationsAndMagnitudes) {
  std::map<std::string, std::set<std::string>> expected_names;
  for (const golden::GoldenSpace& expected : golden::kSpaces) {
    expected_names[expected.family].insert(expected.name);
    const Family family = kFamilies.at(expected.family);
    const AugmentOperation& operation = augment_operation(expected.name);
    EXPECT_EQ(operation.is_signed, expected.is_signed) << expected.name;
    const auto values = operation.magnitudes_in(family.space).bins(family.bins, {96, 80});
    ASSERT_EQ(values.size(), expected.magnitudes.size()) << expected.name;
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_NEAR(values[i], expected.magnitudes[i], 1e-6 * std::max(1.0, values[i]))
          << expected.family << " " << expected.name << " " << i;
      // Shifts are cut to whole pixels, bits to whole numbers.
      if (std::string(expected.name).starts_with("Translate")) {
        EXPECT_EQ(std::trunc(values[i]), std::trunc(expected.magnitudes[i])) << i;
      }
    }
  }
  for (const auto& [name, family] : kFamilies) {
    std::set<std::string> names;
    for (const auto* operation : augment_operations(family.space)) {
      names.insert(std::string(operation->name));
    }
    EXPECT_EQ(names, expected_names[name]) << name;
  }
}

TEST(AutoAugment, HasTorchvisionsPolicies) {
  std::map<std::string, std::size_t> next;
  for (const golden::GoldenPolicy& expected : golden::kPolicies) {
    const auto policy = auto_augment_policy(expected.policy);
    ASSERT_EQ(policy.size(), 25u);
    const PolicyPair& pair = policy[next[expected.policy]++];
    EXPECT_EQ(pair[0].operation, expected.first);
    EXPECT_EQ(pair[0].probability, expected.first_probability);
    EXPECT_EQ(pair[0].bin, expected.first_magnitude);
    EXPECT_EQ(pair[1].operation, expected.second);
    EXPECT_EQ(pair[1].probability, expected.second_probability);
    EXPECT_EQ(pair[1].bin, expected.second_magnitude);
    for (const PolicyStep& step : pair) {
      const bool has_bins = !augment_operation(step.operation).magnitudes.bins(10, {9, 9}).empty();
      EXPECT_EQ(has_bins, step.bin >= 0) << step.operation;
    }
  }
  EXPECT_EQ(next.size(), 3u);
  EXPECT_TRUE(auto_augment_policy("mnist").empty());
  EXPECT_THROW(augment_operation("Blur"), Error);
}

TEST(AutoAugment, MovesPictureAndMaskTogether) {
  const WarpSettings settings{Sampling::kNearest, Colour{255, 255, 255}, kIgnore};
  for (const char* name : {"Identity", "ShearX", "ShearY", "TranslateX", "TranslateY", "Rotate"}) {
    const AugmentOperation& operation = augment_operation(name);
    int outside = 0;
    for (const double magnitude : {-5.0, -0.4, 0.0, 0.3, 12.0}) {
      Sample sample = place_sample({33, 48});
      operation.apply(sample, magnitude, settings);
      outside += outside_pixels(sample, 255);
    }
    EXPECT_EQ(outside > 0, std::string(name) != "Identity") << name;
  }
}

TEST(AutoAugment, LeavesTheMaskWhereOnlyColoursChange) {
  for (const auto* operation : augment_operations(AugmentSpace::kAutoAugment)) {
    const std::string name(operation->name);
    if (name.starts_with("Shear") || name.starts_with("Translate") || name == "Rotate") continue;
    Sample sample{noise_picture({20, 20}, 1), noise_mask({20, 20}, 2), -1};
    for (std::uint8_t& byte : sample.picture.pixels) byte = static_cast<std::uint8_t>(byte * 2 / 3);
    const Sample before = sample;
    operation->apply(sample, 0.5, {});
    EXPECT_EQ(sample.mask.values, before.mask.values) << name;
    EXPECT_NE(sample.picture.pixels, before.picture.pixels) << name;
  }
}

TEST(AutoAugment, RunsOneStepAfterTheOther) {
  const Sample original{noise_picture({24, 20}, 3), noise_mask({24, 20}, 4), -1};
  const WarpSettings settings{Sampling::kNearest, std::nullopt, kIgnore};
  for (const char* name : {"imagenet", "cifar10", "svhn"}) {
    const auto transform = make_transform(config::AutoAugment{name}, kIgnore);
    for (std::uint64_t i = 0; i < 200; ++i) {
      RandomStream random(11, 0, i);
      Sample expected = original;
      for (const PolicyStep& step : auto_augment_policy(name)[random.below(25)]) {
        if (!random.chance(step.probability)) continue;
        const AugmentOperation& operation = augment_operation(step.operation);
        const auto bins = operation.magnitudes.bins(10, {24, 20});
        double magnitude = bins.empty() ? 0 : bins[static_cast<std::size_t>(step.bin)];
        if (operation.is_signed && random.chance(0.5)) magnitude = -magnitude;
        operation.apply(expected, magnitude, settings);
      }
      const Sample result = apply(*transform, original, i);
      EXPECT_EQ(result.picture.pixels, expected.picture.pixels);
      EXPECT_EQ(result.mask.values, expected.mask.values);
    }
  }
}

TEST(RandAugment, UsesOneMagnitudeAndEveryOperationEquallyOften) {
  // Of one operation on a picture, the changed share tells nothing; so the draws are repeated here.
  const Sample original{noise_picture({24, 20}, 3), noise_mask({24, 20}, 4), -1};
  const auto transform = make_transform(config::RandAugment{3, 30}, kIgnore);
  const auto operations = augment_operations(AugmentSpace::kRandAugment);
  ASSERT_EQ(operations.size(), 14u);
  std::map<std::string_view, int> drawn;
  for (std::uint64_t i = 0; i < 400; ++i) {
    RandomStream random(11, 0, i);
    Sample expected = original;
    for (int step = 0; step < 3; ++step) {
      const AugmentOperation& operation = *operations[random.below(14)];
      ++drawn[operation.name];
      const auto bins = operation.magnitudes.bins(31, {24, 20});
      double magnitude = bins.empty() ? 0 : bins[30];
      if (operation.is_signed && random.chance(0.5)) magnitude = -magnitude;
      operation.apply(expected, magnitude, {Sampling::kNearest, std::nullopt, kIgnore});
    }
    const Sample result = apply(*transform, original, i);
    EXPECT_EQ(result.picture.pixels, expected.picture.pixels);
    EXPECT_EQ(result.mask.values, expected.mask.values);
  }
  for (const auto& [name, count] : drawn) expect_frequency(count, 1200, 1.0 / 14);
}

TEST(RandAugment, ChangesNothingWithoutOperations) {
  const Sample sample{noise_picture({9, 9}, 3), {}, -1};
  EXPECT_EQ(changes(*make_transform(config::RandAugment{0}, kIgnore), sample, 20), 0);
}

TEST(TrivialAugmentWide, DrawsOneOperationAndItsBin) {
  const Sample original{noise_picture({24, 20}, 3), noise_mask({24, 20}, 4), -1};
  const auto transform = make_transform(config::TrivialAugmentWide{}, kIgnore);
  const auto operations = augment_operations(AugmentSpace::kTrivialAugmentWide);
  for (std::uint64_t i = 0; i < 300; ++i) {
    RandomStream random(11, 0, i);
    const AugmentOperation& operation = *operations[random.below(operations.size())];
    const auto bins = operation.wide.bins(31, {24, 20});
    double magnitude = bins.empty() ? 0 : bins[random.below(31)];
    if (operation.is_signed && random.chance(0.5)) magnitude = -magnitude;
    Sample expected = original;
    operation.apply(expected, magnitude, {Sampling::kNearest, std::nullopt, kIgnore});
    const Sample result = apply(*transform, original, i);
    EXPECT_EQ(result.picture.pixels, expected.picture.pixels) << operation.name;
    EXPECT_EQ(result.mask.values, expected.mask.values) << operation.name;
  }
}

TEST(AugMix, MixesLikeTorchvision) {
  for (const golden::GoldenResult& expected : golden::kMixes) {
    const Picture source = source_of(expected);
    Picture equal = source, inverse = source;
    equalize(equal);
    invert(inverse);
    const std::vector<Picture> pictures = {source, equal, inverse};
    expect_golden(mix_pictures(pictures, expected.arguments), expected);
  }
}

TEST(AugMix, KeepsOneColourWhateverTheChains) {
  // Operations on light are left out, and the rest changes nothing at the lowest severity but for
  // the border, which becomes darker.
  config::AugMix options;
  options.severity = 1;
  options.all_ops = false;
  options.fill = {200};
  const auto mix = make_transform(options);
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Sample sample = apply(*mix, {{{9, 9}, PixelBytes(243, 200)}, {}, -1}, i);
    const std::uint8_t middle = sample.picture.pixels[(4 * 9 + 4) * 3];
    EXPECT_TRUE(std::all_of(sample.picture.pixels.begin(), sample.picture.pixels.end(),
                            [&](std::uint8_t byte) { return std::abs(byte - middle) <= 1; }));
    EXPECT_LE(middle, 200);
    EXPECT_GE(middle, 190 - 10);  // 4 bits of 200 are 192
  }
}

TEST(AugMix, RefusesMasksAndBadOptions) {
  const auto mix = make_transform(config::AugMix{});
  EXPECT_EQ(message_of(
                [&] {
                  apply(*mix, place_sample({5, 5}));
                },
                ErrorCode::kData),
            "AugMix: the sample has a mask; AugMix mixes copies that were moved differently, so it "
            "must have none");
  const auto of = [](const config::AugMix& options) {
    return message_of([&] { make_transform(options); });
  };
  EXPECT_EQ(of({11}), "AugMix.severity = 11: must be in 1 to 10");
  EXPECT_EQ(of({3, 0}), "AugMix.mixture_width = 0: must be 1 or more");
  EXPECT_EQ(of({3, 3, -1, 0}), "AugMix.alpha = 0: must be above 0");
}

TEST(AutoAugment, RefusesBadOptions) {
  EXPECT_EQ(message_of([] { make_transform(config::AutoAugment{"mnist"}, kIgnore); }),
            "AutoAugment.policy = mnist: must be imagenet, cifar10 or svhn");
  EXPECT_EQ(message_of([] {
              make_transform(config::RandAugment{2, 31, 31}, kIgnore);
            }),
            "RandAugment.magnitude = 31: must be in 0 to 30, below num_magnitude_bins");
  EXPECT_EQ(message_of([] { make_transform(config::TrivialAugmentWide{1}, kIgnore); }),
            "TrivialAugmentWide.num_magnitude_bins = 1: must be in 2 to 1000");
}

TEST(Dirichlet, HasTheMomentsOfItsDistribution) {
  for (const double alpha : {0.2, 1.0, 5.0}) {
    for (const int count : {2, 3}) {
      constexpr int kTrials = 20000;
      double sum = 0, squares = 0;
      for (std::uint64_t i = 0; i < kTrials; ++i) {
        RandomStream random(7, 0, i);
        const std::vector<double> shares = dirichlet(count, alpha, random);
        EXPECT_NEAR(std::accumulate(shares.begin(), shares.end(), 0.0), 1, 1e-12);
        sum += shares[0];
        squares += shares[0] * shares[0];
      }
      const double mean = 1.0 / count;
      const double variance = mean * (1 - mean) / (count * alpha + 1);
      EXPECT_NEAR(sum / kTrials, mean, 4 * std::sqrt(variance / kTrials));
      const double found = squares / kTrials - std::pow(sum / kTrials, 2);
      EXPECT_NEAR(found, variance, 0.05 * variance);
    }
  }
}

TEST(Dirichlet, StaysFiniteForTinyAlphas) {
  for (std::uint64_t i = 0; i < 200; ++i) {
    RandomStream random(8, 0, i);
    const std::vector<double> shares = dirichlet(3, 1e-6, random);
    EXPECT_NEAR(*std::max_element(shares.begin(), shares.end()), 1, 1e-3);
  }
}

}  // namespace
}  // namespace carica::data
