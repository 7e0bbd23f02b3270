#include "ops/normalize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/cuda.h>

#include "core/error.h"

namespace carica::test {
namespace {

constexpr std::array<float, 3> kMean{0.485f, 0.456f, 0.406f};
constexpr std::array<float, 3> kStd{0.229f, 0.224f, 0.225f};

// The definition, in double.
torch::Tensor reference(const torch::Tensor& pictures) {
  const auto mean = torch::tensor({0.485, 0.456, 0.406}, torch::kDouble).view({3, 1, 1});
  const auto std = torch::tensor({0.229, 0.224, 0.225}, torch::kDouble).view({3, 1, 1});
  return (pictures.cpu().permute({0, 3, 1, 2}).to(torch::kDouble) / 255 - mean) / std;
}

void expect_matches_reference(torch::Device device) {
  torch::manual_seed(0);
  for (const auto& shape :
       {std::vector<std::int64_t>{1, 1, 1, 3}, {3, 7, 5, 3}, {2, 64, 33, 3}, {0, 4, 4, 3}}) {
    const auto pictures = torch::randint(0, 256, shape, torch::dtype(torch::kByte).device(device));
    for (const bool channels_last : {false, true}) {
      const auto exact = ops::normalize(pictures, kMean, kStd, torch::kFloat, channels_last);
      EXPECT_TRUE(torch::allclose(exact.cpu().to(torch::kDouble), reference(pictures), 1e-6, 1e-6));
      const auto memory =
          channels_last ? torch::MemoryFormat::ChannelsLast : torch::MemoryFormat::Contiguous;
      EXPECT_TRUE(exact.is_contiguous(memory));
      const auto half = ops::normalize(pictures, kMean, kStd, torch::kBFloat16, channels_last);
      EXPECT_TRUE(torch::equal(half, exact.to(torch::kBFloat16)));
    }
  }
}

TEST(Normalize, EqualsItsDefinition) { expect_matches_reference(torch::kCPU); }

TEST(GpuNormalize, EqualsItsDefinition) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no GPU on this machine";
  expect_matches_reference(torch::kCUDA);
}

TEST(Normalize, RefusesOtherTypesAndLayouts) {
  const auto pictures = torch::zeros({2, 4, 4, 3}, torch::kByte);
  EXPECT_THROW(ops::normalize(pictures.to(torch::kFloat), kMean, kStd, torch::kFloat, true), Error);
  EXPECT_THROW(ops::normalize(pictures.permute({0, 3, 1, 2}), kMean, kStd, torch::kFloat, true),
               Error);
  EXPECT_THROW(ops::normalize(pictures, kMean, kStd, torch::kDouble, true), Error);
}

}  // namespace
}  // namespace carica::test
