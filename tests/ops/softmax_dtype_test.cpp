// Results of another type than the logits': as asked for, and under autocast.
#include <ATen/autocast_mode.h>

#include "softmax_cases.h"

namespace carica::test {
namespace {

// float32 of 16 bits and back: the results of the converted tensor, their gradient rounded once.
void expect_float_of_narrow(torch::Device device) {
  torch::manual_seed(8);
  const auto types = {torch::kBFloat16, torch::kHalf};
  for_softmax_cases(device, types, 8, [](const torch::Tensor& given, std::int64_t dim, bool log) {
    const auto upstream = torch::randn(given.sizes());
    const auto x = given.detach().requires_grad_();
    const auto y = ours(x, dim, log, torch::kFloat);
    ASSERT_EQ(y.scalar_type(), torch::kFloat);
    EXPECT_LE(ulps(y.detach(), exact_softmax(given, dim, log)), 4);
    y.backward(upstream.to(x.device()));
    ASSERT_EQ(x.grad().scalar_type(), given.scalar_type());
    const auto wide = given.cpu().to(torch::kDouble).detach().requires_grad_();
    theirs(wide, dim, log).backward(upstream.to(torch::kDouble));
    const bool half = given.scalar_type() == torch::kHalf;
    EXPECT_TRUE(torch::allclose(x.grad().cpu().to(torch::kDouble), wide.grad(),
                                1.01 * (half ? 5e-4 : 4e-3),
                                (half ? 1e-6 : 1e-7) * std::sqrt(1 + double(x.numel()))));
  });
}

TEST(SoftmaxDtype, GivesFloatOfSixteenBitsAndTheGradientInThem) {
  expect_float_of_narrow(torch::kCPU);
}

TEST(GpuSoftmaxDtype, GivesFloatOfSixteenBitsAndTheGradientInThem) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_float_of_narrow(*gpu());
}

TEST(SoftmaxDtype, ConvertsToTheTypeThatIsAskedForAsTorchsDoes) {
  torch::manual_seed(9);
  const auto values = torch::randn({3, 40, 7}, torch::kDouble) * 4;
  const auto upstream = torch::randn_like(values);
  for (const auto from : {torch::kDouble, torch::kFloat, torch::kHalf}) {
    for (const auto to : {torch::kDouble, torch::kFloat, torch::kHalf, torch::kBFloat16}) {
      for (const bool log : {false, true}) {
        SCOPED_TRACE(c10::str(log ? "log_" : "", "softmax ", from, " to ", to));
        const auto x = values.to(from, /*non_blocking=*/false, /*copy=*/true).requires_grad_();
        const auto leaf = x.detach().clone().requires_grad_();
        const auto y = ours(x, 1, log, to), expected = theirs(leaf, 1, log, to);
        ASSERT_EQ(y.scalar_type(), to);
        const bool narrow = to == torch::kHalf || to == torch::kBFloat16 || from == torch::kHalf;
        const double step = narrow ? 1e-2 : 2e-6;
        EXPECT_TRUE(torch::allclose(y, expected, step, step / 10));
        y.backward(upstream.to(to));
        expected.backward(upstream.to(to));
        ASSERT_EQ(x.grad().scalar_type(), from);
        EXPECT_TRUE(torch::allclose(x.grad(), leaf.grad(), step, step));
      }
    }
  }
  const auto whole = torch::tensor({{1, 2, 3}});
  EXPECT_TRUE(torch::allclose(ops::softmax(whole, 1, torch::kFloat),
                              torch::softmax(whole, 1, torch::kFloat)));
}

void expect_float_under_autocast(torch::Device device) {
  torch::manual_seed(10);
  for (const auto type : {torch::kBFloat16, torch::kFloat, torch::kDouble}) {
    const auto values = torch::randn({6, 33}).to(device, type);
    const auto asked = type == torch::kDouble ? type : torch::kFloat;
    for (const bool log : {false, true}) {
      const auto x = values.detach().requires_grad_(), leaf = values.detach().requires_grad_();
      at::autocast::set_autocast_enabled(device.type(), true);
      const auto y = ours(x, 1, log);
      at::autocast::set_autocast_enabled(device.type(), false);
      const auto expected = ours(leaf, 1, log, asked);
      ASSERT_EQ(y.scalar_type(), asked);
      EXPECT_TRUE(torch::equal(y, expected));
      const auto upstream = torch::randn_like(y);
      y.backward(upstream);
      expected.backward(upstream);
      ASSERT_EQ(x.grad().scalar_type(), type);
      EXPECT_TRUE(torch::equal(x.grad(), leaf.grad()));
    }
  }
}

TEST(SoftmaxDtype, IsFloatUnderAutocastWithTheGradientInTheLogitsType) {
  expect_float_under_autocast(torch::kCPU);
}

TEST(GpuSoftmaxDtype, IsFloatUnderAutocastWithTheGradientInTheLogitsType) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  expect_float_under_autocast(*gpu());
}

}  // namespace
}  // namespace carica::test
