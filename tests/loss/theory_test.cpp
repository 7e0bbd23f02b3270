// Textbook facts about losses as checks, some of which widely copied answers get wrong.
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "loss/loss.h"

namespace carica::loss {
namespace {

using Terms = std::vector<config::LossTerm>;

/// The loss of probabilities: their logits go in, nats come out.
double bce(const std::vector<double>& p, std::int64_t target) {
  const auto logits = torch::logit(torch::tensor(p, torch::kDouble)).unsqueeze(0);
  const int classes = p.size() == 1 ? 2 : static_cast<int>(p.size());
  const Loss loss(Terms{config::BceLoss{}}, {.classes = classes});
  return loss(logits, torch::tensor({target})).item<double>();
}

torch::Tensor gradient(const Terms& terms, int classes, const torch::Tensor& logits,
                       const torch::Tensor& targets) {
  const Loss loss(terms, {.classes = classes});
  auto x = logits.clone().requires_grad_();
  loss(x, targets).backward();
  return x.grad();
}

TEST(Theory, BinaryCrossEntropyInBits) {
  // y = 0, p = 0.9
  EXPECT_NEAR(bce({0.9}, 0) / std::numbers::ln2, 3.3219, 5e-5);
  // Y = (1, 0, 0), P = (0.1, 0.2, 0.7), each output on its own; not 2.727.
  const double nats = bce({0.1, 0.2, 0.7}, 0);
  EXPECT_NEAR(nats, 1.2432, 5e-5);
  EXPECT_NEAR(nats / std::numbers::ln2, 1.7936, 5e-5);
}

TEST(Theory, GradientOfBceAfterTheSigmoidIsPredictionMinusTruth) {
  const auto x = torch::tensor({{-8.0}, {-0.5}, {0.0}, {2.0}, {9.0}}, torch::kDouble);
  const auto y = torch::tensor({1, 0, 1, 1, 0});
  const auto got = gradient({config::BceLoss{}}, 2, x, y) * 5;  // the loss is a mean
  const auto p = x.sigmoid();
  EXPECT_LT((got - (p - y.unsqueeze(1))).abs().max().item<double>(), 1e-15);
  // Squared error fades where the sigmoid saturates, however wrong it is; this does not.
  const auto squared = 2 * (p - y.unsqueeze(1)) * p * (1 - p);
  EXPECT_LT(squared[0].abs().item<double>(), 1e-3);
  EXPECT_GT(got[0].abs().item<double>(), 0.99);
}

TEST(Theory, GradientOfCrossEntropyIsPredictionMinusTruthForEveryClass) {
  const auto x = torch::tensor({{1.0, 2.0, -1.0, 0.5}}, torch::kDouble);
  const std::int64_t k = 1;
  const auto got = gradient({config::CrossEntropyLoss{}}, 4, x, torch::tensor({k}))[0];
  const auto p = x.softmax(1)[0];
  for (std::int64_t i = 0; i < 4; ++i) {
    const double truth = i == k ? 1 : 0;
    EXPECT_NEAR(got[i].item<double>(), p[i].item<double>() - truth, 1e-15) << i;
    EXPECT_GT(got[i].abs().item<double>(), 0.01) << i;  // not 0 for i != k
  }
  EXPECT_NEAR(got.sum().item<double>(), 0, 1e-15);
}

TEST(Theory, JacobianOfTheSoftmax) {
  auto x = torch::tensor({{0.3, -1.2, 2.0}}, torch::kDouble).requires_grad_();
  const auto y = probabilities(x, Activation::kSoftmax);
  for (std::int64_t i = 0; i < 3; ++i) {
    const auto row = torch::autograd::grad({y[0][i]}, {x}, {}, /*retain_graph=*/true)[0][0];
    for (std::int64_t j = 0; j < 3; ++j) {
      const double delta = i == j ? 1 : 0;
      const double expected = y[0][i].item<double>() * (delta - y[0][j].item<double>());
      EXPECT_NEAR(row[j].item<double>(), expected, 1e-15);
    }
  }
}

TEST(Theory, CrossEntropyIsEntropyPlusKullbackLeibler) {
  // Cross-entropy to a distribution: the mean over targets drawn exactly in its proportions.
  const auto q_logits = torch::tensor({{0.2, -0.7, 1.1}}, torch::kDouble);
  const auto targets = torch::tensor({0, 0, 0, 0, 0, 1, 1, 1, 2, 2});
  const auto p = torch::tensor({0.5, 0.3, 0.2}, torch::kDouble);
  const Loss loss(Terms{config::CrossEntropyLoss{}}, {.classes = 3});
  const double h_pq = loss(q_logits.expand({10, 3}), targets).item<double>();
  const auto q = q_logits.softmax(1)[0];
  const double h_p = -(p * p.log()).sum().item<double>();
  const double kl = (p * (p / q).log()).sum().item<double>();
  EXPECT_NEAR(h_pq, h_p + kl, 1e-15);
  EXPECT_GE(kl, 0);
}

}  // namespace
}  // namespace carica::loss
