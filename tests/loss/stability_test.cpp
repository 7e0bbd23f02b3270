#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "loss/loss.h"

namespace carica::loss {
namespace {

using Terms = std::vector<config::LossTerm>;

const torch::ScalarType kTypes[] = {torch::kDouble, torch::kFloat, torch::kBFloat16, torch::kHalf};

/// The loss and gradient for logits of one type.
std::pair<double, torch::Tensor> evaluate(const Terms& terms, const torch::Tensor& logits,
                                          const torch::Tensor& targets, int classes) {
  const Loss loss(terms, {.classes = classes});
  auto x = logits.clone().requires_grad_();
  auto value = loss(x, targets);
  value.backward();
  return {value.item<double>(), x.grad().to(torch::kDouble)};
}

TEST(Stability, CrossEntropyIsRightForHugeLogits) {
  for (const auto type : kTypes) {
    SCOPED_TRACE(c10::toString(type));
    const double big = 1e4;
    const auto logits = torch::tensor({{big, -big, 0.0}, {big, -big, 0.0}}).to(type);
    const double stored = logits[0][0].item<double>();  // bfloat16 rounds 1e4 to 9984
    const auto [value, gradient] =
        evaluate({config::CrossEntropyLoss{}}, logits, torch::tensor({0, 1}), 3);
    EXPECT_EQ(value, stored);  // the mean of 0 and 2e4
    EXPECT_TRUE(
        torch::equal(gradient, torch::tensor({{0.0, 0.0, 0.0}, {0.5, -0.5, 0.0}}, torch::kDouble)));
    // The naive formula on the same logits, in the same float32 that the loss computes in.
    const auto wide = logits.to(type == torch::kDouble ? torch::kDouble : torch::kFloat);
    EXPECT_TRUE(std::isinf(wide.exp().sum().item<double>()));
    EXPECT_TRUE(std::isnan((wide.exp() / wide.exp().sum(1, true)).sum().item<double>()));
  }
}

TEST(Stability, BceIsRightForHugeLogits) {
  for (const auto type : kTypes) {
    SCOPED_TRACE(c10::toString(type));
    const auto logits = torch::tensor({{1e4}, {1e4}, {-1e4}, {-1e4}}).to(type);
    const double stored = logits[0][0].item<double>();
    const auto [value, gradient] =
        evaluate({config::BceLoss{}}, logits, torch::tensor({1, 0, 1, 0}), 2);
    EXPECT_EQ(value, stored / 2);
    EXPECT_TRUE(
        torch::equal(gradient, torch::tensor({{0.0}, {0.25}, {-0.25}, {0.0}}, torch::kDouble)));
  }
}

TEST(Stability, FocalAndDiceStayFiniteForHugeLogits) {
  for (const auto type : kTypes) {
    SCOPED_TRACE(c10::toString(type));
    const auto logits = torch::tensor({{1e4, -1e4, 0.0}, {1e4, -1e4, 0.0}}).to(type);
    const auto targets = torch::tensor({0, 1});
    for (const double gamma : {0.0, 0.5, 1.0, 2.0}) {
      const auto [value, gradient] =
          evaluate({config::FocalLoss{.gamma = gamma}}, logits, targets, 3);
      EXPECT_EQ(value, logits[0][0].item<double>()) << gamma;
      EXPECT_TRUE(torch::isfinite(gradient).all().item<bool>()) << gamma;
    }
    const auto [value, gradient] = evaluate({config::DiceLoss{}}, logits, targets, 3);
    // dice is (2 + 1) / (2 + 1 + 1) for class 0 and (0 + 1) / (0 + 1 + 1) for class 1.
    EXPECT_NEAR(value, 1 - (0.75 + 0.5) / 2, 1e-6);
    EXPECT_TRUE(torch::isfinite(gradient).all().item<bool>());
  }
}

TEST(Stability, FocalWithoutGammaIsCrossEntropy) {
  const auto logits = torch::randn({8, 4}, torch::kDouble);
  const auto targets = torch::randint(0, 4, {8}, torch::kLong);
  const auto focal = evaluate({config::FocalLoss{.gamma = 0}}, logits, targets, 4);
  const auto ce = evaluate({config::CrossEntropyLoss{}}, logits, targets, 4);
  EXPECT_NEAR(focal.first, ce.first, 1e-14);
  EXPECT_LT((focal.second - ce.second).abs().max().item<double>(), 1e-14);
}

TEST(Stability, ANonFiniteLogitIsNotHidden) {
  const auto nan = torch::full({1, 3}, NAN);
  const auto targets = torch::tensor({0});
  for (const Terms& terms : {Terms{config::CrossEntropyLoss{}}, Terms{config::BceLoss{}},
                             Terms{config::DiceLoss{}}, Terms{config::FocalLoss{}}}) {
    const Loss loss(terms, {.classes = 3});
    EXPECT_TRUE(std::isnan(loss(nan, targets).item<double>())) << terms[0].index();
  }
}

}  // namespace
}  // namespace carica::loss
