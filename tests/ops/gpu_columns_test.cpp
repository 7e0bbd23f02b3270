// Cross-entropy of maps on a GPU, whose columns come in tiles: against the CPU's in double. Sizes
// of maps that fill their last tile and that do not, numbers of classes from each side of those
// where the tile is held in another way.
#include <gtest/gtest.h>

#include <limits>

#include "ops/cross_entropy.h"
#include "tensor_cases.h"

namespace carica::test {
namespace {

using Shape = std::vector<std::int64_t>;

constexpr std::int64_t kIgnored = 255;

struct Losses {
  torch::Tensor losses, mean, gradient;
};

// The mean's gradient and those of the losses, weighed, added up.
Losses losses_of(const torch::Tensor& x, const torch::Tensor& targets,
                 ops::CrossEntropyOptions options) {
  const auto leaf = x.detach().requires_grad_();
  options.ignore_index = kIgnored;
  const auto mean = ops::cross_entropy(leaf, targets, options);
  mean.backward();
  options.reduction = ops::Reduction::kNone;
  const auto losses = ops::cross_entropy(leaf, targets, options);
  const auto scale = torch::linspace(0.5, 2, targets.numel(), losses.options());
  losses.backward(scale.view(targets.sizes()));
  return {losses.detach(), mean.detach(), leaf.grad()};
}

void expect_close(const torch::Tensor& actual, const torch::Tensor& exact, double relative,
                  double absolute) {
  const auto ours = actual.cpu().to(torch::kDouble).flatten();
  const auto theirs = exact.to(torch::kDouble).flatten();
  const auto differ = ~torch::isclose(ours, theirs, relative, absolute, /*equal_nan=*/true);
  if (!differ.any().item<bool>()) return;
  const auto at = differ.nonzero()[0].item<std::int64_t>();
  ADD_FAILURE() << differ.sum().item<std::int64_t>() << " differ, the first at " << at << " of "
                << actual.sizes() << ": " << ours[at].item<double>() << ", not "
                << theirs[at].item<double>();
}

void expect_same_as_on_the_cpu(const torch::Tensor& x, const torch::Tensor& targets,
                               const ops::CrossEntropyOptions& options) {
  const auto wide = losses_of(x.cpu().to(torch::kDouble), targets.cpu().to(torch::kLong), options);
  auto narrow = options;
  if (options.weight) narrow.weight = options.weight->to(x.device(), torch::kFloat);
  const auto ours = losses_of(x, targets, narrow);
  const bool narrow_type = x.element_size() == 2;
  const double step = x.scalar_type() == torch::kBFloat16 ? 8e-3 : narrow_type ? 1e-3 : 2e-6;
  expect_close(ours.losses, wide.losses, 2e-6, 1e-7);
  expect_close(ours.mean, wide.mean, 2e-6, 1e-7);
  expect_close(ours.gradient, wide.gradient, step, narrow_type ? 1e-6 : 1e-7);
}

torch::Tensor some_targets(const Shape& shape, torch::ScalarType type, torch::Device device) {
  Shape places = shape;
  places.erase(places.begin() + 1);
  auto targets = torch::randint(shape[1], places, torch::TensorOptions(device).dtype(torch::kLong));
  targets.masked_fill_(torch::rand(places, device) < 0.2, kIgnored);
  return targets.to(type);
}

TEST(GpuColumns, OfAllNumbersOfClassesHaveTheLossesOfTheCpu) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  torch::manual_seed(31);
  const std::vector<std::int64_t> all = {1,  2,  7,  8,  9,  15, 16, 17,  21,  23,  24, 25,
                                         31, 32, 33, 47, 48, 49, 65, 150, 160, 161, 200};
  const auto targets_of = {torch::kByte, torch::kInt, torch::kLong};
  for (const auto classes : all) {
    for (const auto type : {torch::kFloat, torch::kBFloat16, torch::kHalf}) {
      for (const Shape& shape :
           {Shape{1, classes, 24, 32}, Shape{2, classes, 20, 36}, Shape{3, classes, 8, 65}}) {
        const auto x = (torch::randn(shape, *gpu()) * 4).to(type);
        const auto kind = *(targets_of.begin() + classes % 3);
        SCOPED_TRACE(c10::str(type, " ", shape, " ", kind));
        expect_same_as_on_the_cpu(x, some_targets(shape, kind, *gpu()), {});
      }
    }
  }
}

TEST(GpuColumns, WithWeightsAndSmoothingHaveTheLossesOfTheCpu) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  torch::manual_seed(32);
  for (const std::int64_t classes : {2, 21, 30, 50, 150}) {
    for (const double smoothing : {0.0, 0.1}) {
      for (const bool weighs : {false, true}) {
        const Shape shape = {2, classes, 20, 36};
        SCOPED_TRACE(c10::str(shape, " ", smoothing, " ", weighs));
        ops::CrossEntropyOptions options;
        options.label_smoothing = smoothing;
        if (weighs) options.weight = torch::rand({classes}, torch::kDouble) + 0.1;
        const auto x = torch::randn(shape, *gpu()) * 4;
        expect_same_as_on_the_cpu(x, some_targets(shape, torch::kByte, *gpu()), options);
      }
    }
  }
}

TEST(GpuColumns, OfInfinitiesAndNanAreThoseOfTheCpu) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  torch::manual_seed(33);
  constexpr double kInf = std::numeric_limits<double>::infinity();
  for (const std::int64_t classes : {3, 21, 64}) {
    SCOPED_TRACE(classes);
    const Shape shape = {2, classes, 20, 36};
    auto x = torch::randn(shape);
    x.flatten(2).slice(2, 0, 5).fill_(-kInf);
    x.flatten(2).slice(2, 5, 9).slice(1, 0, 1).fill_(-kInf);
    x.flatten(2).slice(2, 9, 12).slice(1, 1, 2).fill_(kInf);
    x.flatten(2).slice(2, 12, 15).slice(1, 2, 3).fill_(std::nan(""));
    x.flatten(2).slice(2, 100, 200).mul_(1e4);
    const auto targets = some_targets(shape, torch::kByte, torch::kCPU);
    targets.flatten(1).slice(1, 0, 20).fill_(1);  // none of these is ignored
    ops::CrossEntropyOptions options;
    options.reduction = ops::Reduction::kNone;
    options.ignore_index = kIgnored;
    const auto run = [&](const torch::Tensor& at) {
      const auto leaf = at.detach().requires_grad_();
      const auto losses = ops::cross_entropy(leaf, targets.to(at.device()), options);
      losses.sum().backward();
      return std::pair(losses.detach(), leaf.grad());
    };
    const auto there = run(x.to(*gpu())), here = run(x);
    expect_close(there.first, here.first, 2e-6, 1e-7);
    expect_close(there.second, here.second, 2e-6, 1e-7);
  }
}

// Hundreds of equal small powers, of which each rounding is the same.
TEST(GpuColumns, OfTargetsFarAheadKeepTheirDigits) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  for (const Shape& shape : {Shape{1, 21, 16, 24}, Shape{1, 150, 16, 24}, Shape{1, 256, 16, 24},
                             Shape{1, 300, 16, 24}, Shape{300, 300}, Shape{300, 1200}}) {
    SCOPED_TRACE(c10::str(shape));
    Shape places = shape;
    places.erase(places.begin() + 1);
    const auto number = c10::multiply_integers(places);
    const auto others = torch::linspace(-14, -4, number, torch::kFloat).view(places).unsqueeze(1);
    auto x = others.expand(shape).contiguous();
    x.select(1, 0).fill_(3);
    const auto exact =
        torch::log1p((others.to(torch::kDouble) - 3).exp() * static_cast<double>(shape[1] - 1))
            .squeeze(1);
    ops::CrossEntropyOptions options;
    options.reduction = ops::Reduction::kNone;
    const auto leaf = x.to(*gpu()).requires_grad_();
    const auto targets = torch::zeros(places, torch::TensorOptions(*gpu()).dtype(torch::kLong));
    const auto losses = ops::cross_entropy(leaf, targets, options);
    EXPECT_LE(ulps(losses.detach(), exact), 4);
  }
}

TEST(GpuColumns, OfATargetThatIsNoClassAreNan) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  for (const std::int64_t classes : {5, 40}) {
    const auto x = torch::randn({1, classes, 16, 40}, *gpu()).requires_grad_();
    auto targets = torch::zeros({1, 16, 40}, torch::TensorOptions(*gpu()).dtype(torch::kLong));
    targets[0][3][7] = classes;
    targets[0][9][0] = -1;
    ops::CrossEntropyOptions options;
    options.reduction = ops::Reduction::kNone;
    const auto losses = ops::cross_entropy(x, targets, options);
    losses.sum().backward();
    const auto wrong = (targets < 0) | (targets >= classes);
    EXPECT_TRUE(torch::equal(losses.isnan(), wrong));
    EXPECT_TRUE(torch::equal(x.grad().isnan().all(1), wrong));
    EXPECT_TRUE(torch::equal(x.grad().isnan().any(1), wrong));
  }
}

TEST(GpuColumns, GiveTheSameBitsEachTime) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  torch::manual_seed(34);
  for (const std::int64_t classes : {21, 150}) {
    const Shape shape = {2, classes, 60, 76};
    const auto x = torch::randn(shape, *gpu());
    const auto targets = some_targets(shape, torch::kByte, *gpu());
    const auto one = losses_of(x, targets, {}), two = losses_of(x, targets, {});
    EXPECT_TRUE(torch::equal(one.mean, two.mean));
    EXPECT_TRUE(torch::equal(one.losses, two.losses));
    EXPECT_TRUE(torch::equal(one.gradient, two.gradient));
  }
}

}  // namespace
}  // namespace carica::test
