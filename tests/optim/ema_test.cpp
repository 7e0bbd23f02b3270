#include "optim/ema.h"

#include <gtest/gtest.h>
#include <torch/nn.h>

#include "core/error.h"

namespace carica::optim {
namespace {

torch::Tensor find(const Ema& ema, const std::string& name) {
  for (const auto& [key, tensor] : ema.tensors()) {
    if (key == name) return tensor;
  }
  throw std::out_of_range(name);
}

/// Sets every float parameter and buffer to `value`, and counts a batch.
void fill(torch::nn::BatchNorm2d& norm, double value) {
  const torch::NoGradGuard no_grad;
  for (auto& parameter : norm->parameters()) parameter.fill_(value);
  norm->running_mean.fill_(value);
  norm->running_var.fill_(value);
  norm->num_batches_tracked.add_(1);
}

TEST(Ema, AveragesParametersAndBuffersAndCopiesIntegers) {
  torch::nn::BatchNorm2d norm(3);
  fill(norm, 1);
  Ema ema(*norm, {.decay = 0.9, .warmup_steps = 0});
  fill(norm, 2);
  ema.update(*norm, 0);
  fill(norm, 4);
  ema.update(*norm, 1);
  const double expected = 0.9 * (0.9 * 1 + 0.1 * 2) + 0.1 * 4;
  for (const char* name : {"weight", "bias", "running_mean", "running_var"}) {
    EXPECT_TRUE(torch::allclose(find(ema, name), torch::full({3}, expected), 1e-6, 1e-7)) << name;
    EXPECT_FALSE(find(ema, name).requires_grad());
  }
  EXPECT_EQ(find(ema, "num_batches_tracked").item<std::int64_t>(), 3);
}

TEST(Ema, IsIndependentOfTheNetwork) {
  torch::nn::BatchNorm2d norm(3);
  fill(norm, 1);
  const Ema ema(*norm, {.decay = 0.9, .warmup_steps = 0});
  fill(norm, 5);
  EXPECT_EQ(find(ema, "weight")[0].item<float>(), 1);
}

TEST(Ema, RaisesItsDecayDuringWarmUp) {
  torch::nn::BatchNorm2d norm(1);
  for (const std::int64_t step : {0, 1, 9, 90, 100000}) {
    fill(norm, 0);
    Ema ema(*norm, {.decay = 0.9, .warmup_steps = 10});
    fill(norm, 1);
    ema.update(*norm, step);
    const double s = static_cast<double>(step);
    const double decay = std::min(0.9, (1 + s) / (10 + s));
    EXPECT_NEAR(find(ema, "weight").item<double>(), 1 - decay, 1e-6) << step;
  }
}

TEST(Ema, KeepsTheLayoutOfWeights) {
  torch::nn::Conv2d conv(torch::nn::Conv2dOptions(3, 4, 3));
  conv->weight.set_data(conv->weight.detach().contiguous(at::MemoryFormat::ChannelsLast));
  Ema ema(*conv, {.decay = 0.5, .warmup_steps = 0});
  const auto first = conv->weight.detach().clone();
  {
    const torch::NoGradGuard no_grad;
    conv->weight.mul_(3);
  }
  ema.update(*conv, 0);
  EXPECT_EQ(find(ema, "weight").strides(), conv->weight.strides());
  EXPECT_TRUE(torch::allclose(find(ema, "weight"), first * 2));
}

TEST(Ema, RefusesAnotherNetwork) {
  torch::nn::BatchNorm2d norm(3);
  torch::nn::Linear other(3, 2);
  Ema ema(*norm, {.decay = 0.5, .warmup_steps = 0});
  EXPECT_THROW(ema.update(*other, 0), Error);
}

}  // namespace
}  // namespace carica::optim
