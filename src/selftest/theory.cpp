#include "selftest/theory.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/functional/activation.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <numbers>
#include <vector>

#include "core/text.h"
#include "loss/loss.h"
#include "ops/cross_entropy.h"
#include "ops/softmax.h"
#include "optim/optimizer.h"

namespace carica::selftest {

namespace {

using Terms = std::vector<config::LossTerm>;
using torch::autograd::grad;

constexpr double kExact = 1e-14;  // rounding of a few operations in float64

at::Generator seeded(std::uint64_t seed) { return at::make_generator<at::CPUGeneratorImpl>(seed); }

torch::Tensor random(std::vector<std::int64_t> shape, at::Generator& generator) {
  return torch::randn(shape, generator, torch::kDouble);
}

// 1.8e-15
std::string brief(double value) {
  std::ostringstream out;
  out << std::setprecision(2) << value;
  return out.str();
}

double largest(const torch::Tensor& x) { return x.abs().max().item<double>(); }

// The binary cross-entropy, in nats, of probabilities p of each output when class `target` is
// true.
double bce(const std::vector<double>& p, std::int64_t target) {
  const auto logits = torch::logit(torch::tensor(p, torch::kDouble)).unsqueeze(0);
  const int classes = p.size() == 1 ? 2 : static_cast<int>(p.size());
  const loss::Loss loss(Terms{config::BceLoss{}}, {.classes = classes});
  return loss(logits, torch::tensor({target})).item<double>();
}

// y = 0 and p = 0.9 cost -log2 0.1; a picture of three outputs the mean of -log2 0.1, -log2 0.8
// and -log2 0.3.
TheoryResult binary_cross_entropy_in_bits() {
  const double one = bce({0.9}, 0) / std::numbers::ln2;
  const double nats = bce({0.1, 0.2, 0.7}, 0), bits = nats / std::numbers::ln2;
  const bool passed = std::abs(one - 3.3219) < 5e-5 && std::abs(nats - 1.2432) < 5e-5 &&
                      std::abs(bits - 1.7936) < 5e-5 && std::abs(bits - 2.727) > 0.5;
  return {passed, cat(fixed(one, 4), " bits; ", fixed(bits, 4), " bits = ", fixed(nats, 4),
                      " nats, where a copied answer says 2.727")};
}

TheoryResult gradient_after_the_sigmoid() {
  const auto values = torch::tensor({{-12.0}, {-0.5}, {0.0}, {2.0}, {9.0}}, torch::kDouble);
  const auto y = torch::tensor({1, 0, 1, 1, 0});
  const auto truth = y.to(torch::kDouble).unsqueeze(1);
  const auto x = values.clone().requires_grad_();
  const loss::Loss loss(Terms{config::BceLoss{}}, {.classes = 2});
  const auto of_bce = grad({loss(x, y) * 5}, {x})[0];  // the loss is a mean over five
  const auto of_square = grad({(x.sigmoid() - truth).square().sum()}, {x})[0];
  const auto p = values.sigmoid();
  const double off = largest(of_bce - (p - truth));
  const double square_off = largest(of_square - 2 * (p - truth) * p * (1 - p));
  // The first is as wrong as can be: y = 1, p = 6e-6.
  const double strong = of_bce[0].abs().item<double>(), weak = of_square[0].abs().item<double>();
  return {off < kExact && square_off < kExact && strong > 0.99 && weak < 1e-4,
          cat("off by ", brief(std::max(off, square_off)), "; at p = 6e-06 for y = 1: ",
              fixed(strong, 5), " against ", fixed(weak, 5), " of squared error")};
}

/// Weights that are trained on |W x - 1|^2, and on lambda |W|^2 too if that is not 0.
class Weights : public torch::nn::Module {
 public:
  explicit Weights(double lambda) : lambda_(lambda) {
    weights_ = register_parameter("weights", torch::tensor({{0.8, -1.5}, {0.3, 2.0}}));
  }
  torch::Tensor loss() const {
    const auto x = torch::tensor({{1.0}, {0.5}}, weights_.options());
    return (torch::matmul(weights_, x) - 1).square().sum() + lambda_ * weights_.square().sum();
  }
  torch::Tensor values() const { return weights_.detach().to(torch::kDouble); }
  torch::Tensor gradient() const { return weights_.grad().to(torch::kDouble); }

 private:
  torch::Tensor weights_;
  double lambda_;
};

constexpr double kRate = 0.1, kLambda = 0.25;

// Weights after some steps. Decay is the optimizer's, lambda that of the loss.
Weights trained(const std::string& optimizer, double decay, double lambda, int steps) {
  Weights weights(lambda);
  config::OptimConfig config;
  config.name = optimizer;
  config.weight_decay = decay;
  config.momentum = 0;
  config.no_decay_norm_bias = false;
  const auto update = optim::make_optimizer(optim::parameter_groups(weights, config), config);
  for (int i = 0; i < steps; ++i) {
    update->zero_grad();
    weights.loss().backward();
    update->step(kRate);
  }
  return weights;
}

TheoryResult weight_decay_is_twice_lambda() {
  const auto start = Weights(0).values();
  const auto one = trained("sgd", 2 * kLambda, 0, 1);
  const auto formula = start - kRate * (one.gradient() + 2 * kLambda * start);
  const double off = std::max(
      largest(one.values() - formula),
      largest(trained("sgd", 2 * kLambda, 0, 5).values() - trained("sgd", 0, kLambda, 5).values()));
  // Not lambda itself: a decay of half the size moves otherwise.
  const double half = largest(trained("sgd", kLambda, 0, 1).values() - formula);
  const auto adam = trained("adam", 2 * kLambda, 0, 5).values();
  const double adam_off = largest(adam - trained("adam", 0, kLambda, 5).values());
  const double apart = largest(adam - trained("adamw", 2 * kLambda, 0, 5).values());
  return {off < 1e-6 && adam_off < 1e-5 && half > 1e-3 && apart > 1e-2,
          cat("sgd off by ", brief(off), ", adam by ", brief(adam_off),
              "; adam and adamw are apart by ", fixed(apart, 4), " after 5 steps")};
}

TheoryResult cross_entropy_is_entropy_plus_divergence() {
  auto generator = seeded(1);
  constexpr std::int64_t kDistributions = 200, kClasses = 10;
  const auto log_p = ops::log_softmax(random({kDistributions, kClasses}, generator) * 2, 1);
  const auto logits = random({kDistributions, kClasses}, generator) * 2;
  const auto p = log_p.exp(), log_q = ops::log_softmax(logits, 1);
  // H(P,Q): every class of Q's logits as a target, weighed by P.
  const auto each = logits.unsqueeze(2).expand({kDistributions, kClasses, kClasses});
  const auto targets = torch::arange(kClasses).expand({kDistributions, kClasses});
  const auto losses = ops::cross_entropy(each, targets, {.reduction = ops::Reduction::kNone});
  const auto h_pq = (p * losses).sum(1);
  const auto h_p = -(p * log_p).sum(1), kl = (p * (log_p - log_q)).sum(1);
  const double off = largest(h_pq - (h_p + kl)), least = kl.min().item<double>();
  return {off < 10 * kExact && least >= 0,
          cat("off by ", brief(off), " in ", kDistributions,
              " random pairs; the least divergence is ", fixed(least, 3))};
}

TheoryResult softmax_jacobian_and_gradient() {
  const auto x = torch::tensor({{1.0, 2.0, -1.0, 0.5}}, torch::kDouble).requires_grad_();
  const std::int64_t classes = x.size(1), k = 1;
  const auto y = ops::softmax(x, 1);
  double off = 0;
  for (std::int64_t i = 0; i < classes; ++i) {
    const auto row = grad({y[0][i]}, {x}, {}, /*retain_graph=*/true)[0][0];
    for (std::int64_t j = 0; j < classes; ++j) {
      const double delta = i == j ? 1 : 0;
      const double expected = y[0][i].item<double>() * (delta - y[0][j].item<double>());
      off = std::max(off, std::abs(row[j].item<double>() - expected));
    }
  }
  const auto gradient = grad({ops::cross_entropy(x, torch::tensor({k}))}, {x})[0][0];
  double least = INFINITY;
  for (std::int64_t i = 0; i < classes; ++i) {
    const double g = gradient[i].item<double>(), p = y[0][i].item<double>();
    off = std::max(off, std::abs(g - (i == k ? p - 1 : p)));
    if (i != k) least = std::min(least, g);
  }
  const double sum = gradient.sum().item<double>();
  return {off < kExact && std::abs(sum) < kExact && least > 0.01,
          cat("off by ", brief(off), "; for i != k at least ", fixed(least, 4),
              ", where a copied answer says 0; they sum to ", brief(sum))};
}

TheoryResult large_logits_stay_finite() {
  // Right, wrong, and all far below 0: the naive sum of the last is 0.
  const auto values = torch::tensor({{1e4, -1e4, 0.0}, {1e4, -1e4, 0.0}, {-1e4, -1e4, -1e4}});
  const auto targets = torch::tensor({0, 1, 2});
  bool passed = true;
  std::vector<std::string> measured;
  for (const auto type : {torch::kFloat, torch::kHalf, torch::kBFloat16}) {
    const auto x = values.to(type).requires_grad_();
    const auto losses = ops::cross_entropy(x, targets, {.reduction = ops::Reduction::kNone});
    const auto gradient = grad({losses.sum()}, {x})[0];
    // The definition, by torch, of the logits as the type has them.
    const auto wide = x.detach().to(torch::kDouble).requires_grad_();
    const auto exact = -torch::log_softmax(wide, 1).gather(1, targets.unsqueeze(1)).squeeze(1);
    const auto exact_gradient = grad({exact.sum()}, {wide})[0];
    const double off = largest((losses.to(torch::kDouble) - exact) / exact.clamp_min(1));
    const double gradient_off = largest(gradient.to(torch::kDouble) - exact_gradient);
    // Naive: softmax as it is written down.
    const auto e = x.detach().exp();
    const bool naive_fails = e.isinf().any().item<bool>() &&
                             (e / e.sum(1, true)).isnan().any(1).index({0}).item<bool>() &&
                             e.sum(1)[2].item<double>() == 0;
    passed = passed && off < 1e-6 && gradient_off < 2e-3 && naive_fails;
    measured.push_back(cat(c10::getDtypeNames(type).first, " ", fixed(losses[0].item<double>(), 0),
                           ", ", fixed(losses[1].item<double>(), 0), ", ",
                           fixed(losses[2].item<double>(), 4)));
  }
  return {passed, cat(join(measured, "; "), "; naive exp gives inf, then NaN")};
}

// As in a course: one example for each column, A = g(W X + b) with W [D_a, D_x] and X [D_x, m].
TheoryResult two_layer_shapes() {
  constexpr std::int64_t kInputs = 5, kHidden = 7, kClasses = 3, kExamples = 11;
  auto generator = seeded(2);
  const auto leaf = [&](std::vector<std::int64_t> shape) {
    return random(std::move(shape), generator).requires_grad_();
  };
  const auto w1 = leaf({kHidden, kInputs}), b1 = leaf({kHidden, 1});
  const auto w2 = leaf({kClasses, kHidden}), b2 = leaf({kClasses, 1});
  const auto x = random({kInputs, kExamples}, generator);
  const auto activation = torch::nn::functional::LeakyReLUFuncOptions().negative_slope(0.01);
  const auto z = torch::matmul(w1, x) + b1;
  const auto hidden = torch::nn::functional::leaky_relu(z, activation);
  const auto logits = torch::matmul(w2, hidden) + b2;
  const auto targets = torch::arange(kExamples) % kClasses;
  const auto loss = ops::cross_entropy(logits.t(), targets);
  const auto g = grad({loss}, {w1, b1, w2, b2});
  // Backward by hand, from dZ2 = (y_hat - y) / m.
  const auto one_hot = torch::one_hot(targets, kClasses).to(torch::kDouble).t();
  const auto dz2 = (ops::softmax(logits.detach(), 0) - one_hot) / kExamples;
  const auto slope = 0.01 + 0.99 * (z.detach() > 0).to(torch::kDouble);
  const auto dz1 = torch::matmul(w2.detach().t(), dz2) * slope;
  const double off = std::max(
      {largest(g[0] - torch::matmul(dz1, x.t())), largest(g[1] - dz1.sum(1, true)),
       largest(g[2] - torch::matmul(dz2, hidden.detach().t())), largest(g[3] - dz2.sum(1, true))});
  const bool shapes = hidden.size(0) == kHidden && hidden.size(1) == kExamples;
  return {shapes && off < kExact,
          cat("D_a = ", kHidden, ", m = ", kExamples, ": ", hidden.size(0), " x ", hidden.size(1),
              "; all gradients as by hand, off by ", brief(off))};
}

const TheoryCheck kChecks[] = {
    {"bce_in_bits",
     "BCE with log2: y = 0, p = 0.9 gives 3.3219; Y = (1, 0, 0), P = (0.1, 0.2, 0.7) 1.7936",
     binary_cross_entropy_in_bits},
    {"sigmoid_gradient",
     "After a sigmoid BCE has the gradient p - y; squared error 2 (p - y) p (1 - p), which fades",
     gradient_after_the_sigmoid},
    {"weight_decay",
     "A penalty lambda |W|^2 is weight_decay = 2 lambda for sgd; adam with it is not adamw",
     weight_decay_is_twice_lambda},
    {"entropy_and_divergence", "H(P, Q) = H(P) + KL(P || Q)",
     cross_entropy_is_entropy_plus_divergence},
    {"softmax_gradient",
     "Softmax has the Jacobian y_i (delta_ij - y_j), cross-entropy the gradient y_hat - y",
     softmax_jacobian_and_gradient},
    {"stability", "Logits of +-1e4 give finite, correct losses in float32, float16 and bfloat16",
     large_logits_stay_finite},
    {"two_layers", "The hidden output of a LeakyReLU network on m examples is D_a x m",
     two_layer_shapes},
};

}  // namespace

std::span<const TheoryCheck> theory_checks() { return kChecks; }

}  // namespace carica::selftest
