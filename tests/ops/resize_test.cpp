// The gradients that do not depend on the order of additions, against torch's.
#include "ops/resize.h"

#include <ATen/Context.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/types.h>

#include "tensor_cases.h"

namespace carica::test {
namespace {

using ops::adaptive_average, ops::adaptive_average_gradient, ops::upsample_bilinear,
    ops::upsample_bilinear_gradient;

struct Sizes {
  std::int64_t height, width, to_height, to_width;
};

at::Tensor random_maps(std::int64_t height, std::int64_t width) {
  return torch::randn({2, 3, height, width}, torch::kDouble).requires_grad_();
}

void expect_torchs_gradient(const at::Tensor& maps, const at::Tensor& result,
                            const at::Tensor& of_result, const at::Tensor& ours) {
  const auto expected = torch::autograd::grad({result}, {maps}, {of_result})[0];
  EXPECT_TRUE(torch::allclose(ours, expected, 1e-12, 1e-12)) << maps.sizes() << of_result.sizes();
}

TEST(Resize, GradientOfBilinearUpsamplingIsTorchs) {
  for (const auto& [h, w, to_h, to_w] :
       {Sizes{8, 8, 64, 64}, {5, 7, 13, 29}, {1, 1, 6, 9}, {9, 4, 3, 11}, {6, 6, 6, 6}}) {
    for (const bool align_corners : {false, true}) {
      const auto maps = random_maps(h, w);
      const auto result = at::upsample_bilinear2d(maps, {to_h, to_w}, align_corners);
      const auto dy = torch::randn_like(result);
      expect_torchs_gradient(maps, result, dy, upsample_bilinear_gradient(dy, h, w, align_corners));
    }
  }
}

TEST(Resize, GradientOfAdaptiveAveragesIsTorchs) {
  for (const auto& [h, w, to_h, to_w] :
       {Sizes{12, 12, 6, 6}, {13, 7, 6, 3}, {7, 7, 1, 1}, {5, 5, 7, 7}, {6, 9, 6, 9}}) {
    const auto maps = random_maps(h, w);
    const auto result = at::adaptive_avg_pool2d(maps, {to_h, to_w});
    const auto dy = torch::randn_like(result);
    expect_torchs_gradient(maps, result, dy, adaptive_average_gradient(dy, h, w));
  }
}

TEST(Resize, SumsGradientsOf16BitsInFloat32) {
  const auto dy = torch::randn({1, 2, 64, 64}, torch::kDouble).to(torch::kBFloat16);
  const auto exact = upsample_bilinear_gradient(dy.to(torch::kDouble), 4, 4, false);
  const auto ours = upsample_bilinear_gradient(dy, 4, 4, false);
  EXPECT_EQ(ours.scalar_type(), torch::kBFloat16);
  EXPECT_TRUE(torch::allclose(ours.to(torch::kDouble), exact, 1.0 / 256, 1e-4));
}

TEST(Resize, OnTheCpuIsTorchsOperator) {
  const auto maps = random_maps(5, 7);
  EXPECT_TRUE(upsample_bilinear(maps, 10, 9, true)
                  .equal(at::upsample_bilinear2d(maps, {10, 9}, /*align_corners=*/true)));
  EXPECT_TRUE(adaptive_average(maps, 3, 3).equal(at::adaptive_avg_pool2d(maps, {3, 3})));
  EXPECT_EQ(upsample_bilinear(maps, 10, 9, true).grad_fn()->name(), "UpsampleBilinear2DBackward0");
}

TEST(GpuResize, GivesEqualGradientsTwice) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/false);
  const auto maps = torch::randn({4, 8, 33, 47}, *gpu()).requires_grad_();
  const auto dy = torch::randn({4, 8, 264, 376}, *gpu());
  const auto gradient = [&] {
    const auto y = upsample_bilinear(adaptive_average(maps, 20, 20), 264, 376, false);
    return torch::autograd::grad({y}, {maps}, {dy})[0];
  };
  EXPECT_TRUE(gradient().equal(gradient()));
  at::globalContext().setDeterministicAlgorithms(false, false);
}

}  // namespace
}  // namespace carica::test
