#include "optim/optimizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/error.h"
#include "optim/tiny_network.h"

namespace carica::optim {
namespace {

using testing::HasSubstr;

void train(const TinyNetwork& network, Optimizer& optimizer, double lr, int steps = 1) {
  for (int i = 0; i < steps; ++i) {
    optimizer.zero_grad();
    network.loss().backward();
    optimizer.step(lr);
  }
}

/// The config and rate of a golden trajectory.
std::pair<config::OptimConfig, double> golden_config(const std::string& name) {
  if (name == "sgd") return {plain("sgd"), 0.1};
  if (name == "sgd_momentum") {
    auto config = plain("sgd");
    config.momentum = 0.9;
    return {config, 0.1};
  }
  if (name == "sgd_nesterov_decay") {
    auto config = plain("sgd", 0.05);
    config.momentum = 0.8;
    config.nesterov = true;
    return {config, 0.1};
  }
  if (name == "adam" || name == "adamw") return {plain(name), 0.05};
  auto config = plain(name == "adam_decay" ? "adam" : "adamw", 0.1);
  config.betas = {0.8, 0.95};
  config.eps = 1e-6;
  return {config, 0.05};
}

TEST(Optimizer, FollowsTheTrajectoriesOfTorch) {
  for (const auto& golden : golden::k_trajectories) {
    SCOPED_TRACE(golden.name);
    const auto [config, lr] = golden_config(golden.name);
    const TinyNetwork network;
    const auto optimizer = optimizer_for(network, config);
    const auto expected = torch::tensor(golden.values, torch::kDouble).view({-1, 8});
    for (std::int64_t step = 0; step < expected.size(0); ++step) {
      train(network, *optimizer, lr);
      const auto now = torch::cat({network.weight().detach().flatten(), network.bias().detach()});
      const double off = (now.to(torch::kDouble) - expected[step]).abs().max().item<double>();
      EXPECT_LT(off, 1e-6) << "step " << step;
    }
  }
}

TEST(Optimizer, ScalesTheRateAndTheDecayOfEachGroup) {
  auto config = plain("sgd", 0.5);
  config.no_decay_norm_bias = true;
  config.lr_scale = {{"bias", 0.25}};
  const TinyNetwork network;
  const auto before_weight = network.weight().detach().clone();
  const auto before_bias = network.bias().detach().clone();
  const auto optimizer = optimizer_for(network, config);
  train(network, *optimizer, 0.1);
  const auto weight = before_weight - 0.1 * (network.weight().grad() + 0.5 * before_weight);
  const auto bias = before_bias - 0.1 * 0.25 * network.bias().grad();
  EXPECT_TRUE(torch::allclose(network.weight().detach(), weight, 1e-6, 1e-7));
  EXPECT_TRUE(torch::allclose(network.bias().detach(), bias, 1e-6, 1e-7));
}

TEST(Optimizer, ContinuesBitIdenticallyFromItsState) {
  for (const char* name : {"sgd", "adam", "adamw"}) {
    SCOPED_TRACE(name);
    auto config = plain(name, 0.01);
    config.momentum = 0.9;
    const TinyNetwork undisturbed, resumed;
    const auto first = optimizer_for(undisturbed, config);
    train(undisturbed, *first, 0.05, 5);

    const auto second = optimizer_for(resumed, config);
    {
      const torch::NoGradGuard no_grad;
      resumed.weight().copy_(undisturbed.weight());
      resumed.bias().copy_(undisturbed.bias());
    }
    const auto from = first->state();
    const auto into = second->state();
    ASSERT_EQ(from.size(), into.size());
    ASSERT_FALSE(from.empty());
    for (std::size_t i = 0; i < from.size(); ++i) {
      EXPECT_EQ(from[i].first, into[i].first);
      into[i].second.copy_(from[i].second);
    }
    train(undisturbed, *first, 0.05, 5);
    train(resumed, *second, 0.05, 5);
    EXPECT_TRUE(torch::equal(undisturbed.weight(), resumed.weight()));
    EXPECT_TRUE(torch::equal(undisturbed.bias(), resumed.bias()));
    for (std::size_t i = 0; i < from.size(); ++i) {
      EXPECT_TRUE(torch::equal(from[i].second, into[i].second)) << from[i].first;
    }
  }
}

TEST(Optimizer, NamesItsState) {
  const TinyNetwork network;
  auto names = [&](const config::OptimConfig& config) {
    std::vector<std::string> all;
    for (const auto& [name, tensor] : optimizer_for(network, config)->state()) {
      EXPECT_EQ(tensor.scalar_type(), torch::kFloat);
      EXPECT_FALSE(tensor.requires_grad());
      all.push_back(name);
    }
    return all;
  };
  auto momentum = plain("sgd");
  momentum.momentum = 0.9;
  EXPECT_THAT(names(plain("sgd")), testing::IsEmpty());
  EXPECT_THAT(names(momentum),
              testing::ElementsAre("momentum_buffer.weight", "momentum_buffer.bias"));
  EXPECT_THAT(names(plain("adamw")),
              testing::ElementsAre("exp_avg.weight", "exp_avg_sq.weight", "step.weight",
                                   "exp_avg.bias", "exp_avg_sq.bias", "step.bias"));
}

TEST(Optimizer, PassesOverParametersWithoutGradient) {
  for (const char* name : {"sgd", "adam", "adamw"}) {
    SCOPED_TRACE(name);
    auto config = plain(name, 0.1);
    config.momentum = 0.9;
    const TinyNetwork late, fresh;
    const auto optimizer = optimizer_for(late, config);
    const auto bias = late.bias().detach().clone();
    for (int i = 0; i < 3; ++i) {  // only the weight is trained
      optimizer->zero_grad();
      late.loss().backward({}, std::nullopt, false, {{late.weight()}});
      optimizer->step(0.05);
    }
    EXPECT_TRUE(torch::equal(late.bias(), bias));
    // A first gradient then gives a first step, as if nothing had been before.
    late.bias().mutable_grad() = torch::ones({2});
    optimizer->step(0.05);
    const auto reference = optimizer_for(fresh, config);
    fresh.bias().mutable_grad() = torch::ones({2});
    reference->step(0.05);
    EXPECT_TRUE(torch::equal(late.bias(), fresh.bias()));
  }
}

TEST(Optimizer, DropsGradientsAsTorchDoes) {
  const TinyNetwork network;
  const auto optimizer = optimizer_for(network, plain("sgd"));
  optimizer->zero_grad();  // no gradients yet
  network.loss().backward();
  const auto once = network.weight().grad().clone();
  optimizer->zero_grad();
  EXPECT_FALSE(network.weight().grad().defined());
  network.loss().backward();
  EXPECT_TRUE(torch::equal(network.weight().grad(), once));
}

TEST(Optimizer, ClipsTheNormAsTorchDoes) {
  for (const double max_norm : {0.01, 0.3, 100.0}) {
    SCOPED_TRACE(max_norm);
    const TinyNetwork ours, theirs;
    const auto optimizer = optimizer_for(ours, plain("sgd"));
    ours.loss().backward();
    theirs.loss().backward();
    const auto before = theirs.weight().grad().clone();
    const auto norm = optimizer->clip_grad_norm(max_norm);
    const double expected = torch::nn::utils::clip_grad_norm_(theirs.parameters(), max_norm);
    EXPECT_EQ(norm.dim(), 0);
    EXPECT_NEAR(norm.item<double>(), expected, 1e-7);
    EXPECT_TRUE(torch::allclose(ours.weight().grad(), theirs.weight().grad(), 1e-6, 1e-9));
    EXPECT_TRUE(torch::allclose(ours.bias().grad(), theirs.bias().grad(), 1e-6, 1e-9));
    EXPECT_EQ(torch::equal(ours.weight().grad(), before), max_norm == 100.0);
  }
}

TEST(Optimizer, ReportsANormThatIsNotFinite) {
  const TinyNetwork network;
  const auto optimizer = optimizer_for(network, plain("sgd"));
  EXPECT_EQ(optimizer->clip_grad_norm(1).item<double>(), 0);  // no gradients
  network.weight().mutable_grad() = torch::full({2, 3}, NAN);
  EXPECT_TRUE(std::isnan(optimizer->clip_grad_norm(1).item<double>()));
}

TEST(Optimizer, RefusesWhatItCannotUse) {
  const TinyNetwork network;
  auto refusal = [&](auto change) {
    auto config = plain("sgd");
    change(config);
    try {
      optimizer_for(network, config);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::kConfig);
      return std::string(e.what());
    }
    return std::string();
  };
  EXPECT_THAT(refusal([](auto& c) { c.name = "lion"; }),
              HasSubstr("optim.name = lion: must be one of sgd, adam, adamw"));
  EXPECT_THAT(refusal([](auto& c) { c.nesterov = true; }), HasSubstr("needs a momentum"));
  EXPECT_THAT(refusal([](auto& c) { c.momentum = 1; }), HasSubstr("optim.momentum = 1"));
  EXPECT_THAT(refusal([](auto& c) { c.name = "adam", c.betas = {0.9}; }), HasSubstr("1 numbers"));
  EXPECT_THAT(refusal([](auto& c) { c.name = "adam", c.betas = {0.9, 1}; }), HasSubstr("betas: 1"));
}

// With a penalty lambda * |W|^2 in the loss, the update is W - lr * (dL/dW + 2 * lambda * W).
TEST(WeightDecay, OfSgdIsTwiceLambda) {
  const double lambda = 0.07;
  const TinyNetwork decayed, penalised;
  const auto with_decay = optimizer_for(decayed, plain("sgd", 2 * lambda));
  const auto without = optimizer_for(penalised, plain("sgd"));
  for (int i = 0; i < 5; ++i) {
    train(decayed, *with_decay, 0.1);
    without->zero_grad();
    const auto penalty = penalised.weight().square().sum() + penalised.bias().square().sum();
    (penalised.loss() + lambda * penalty).backward();
    without->step(0.1);
  }
  EXPECT_TRUE(torch::allclose(decayed.weight(), penalised.weight(), 1e-5, 1e-6));
}

TEST(WeightDecay, OfAdamIsThatPenaltyAndNotAdamW) {
  const double lambda = 0.07;
  const TinyNetwork adam, penalised, adamw;
  const auto with_decay = optimizer_for(adam, plain("adam", 2 * lambda));
  const auto without = optimizer_for(penalised, plain("adam"));
  const auto decoupled = optimizer_for(adamw, plain("adamw", 2 * lambda));
  for (int i = 0; i < 5; ++i) {
    train(adam, *with_decay, 0.05);
    train(adamw, *decoupled, 0.05);
    without->zero_grad();
    const auto penalty = penalised.weight().square().sum() + penalised.bias().square().sum();
    (penalised.loss() + lambda * penalty).backward();
    without->step(0.05);
  }
  EXPECT_TRUE(torch::allclose(adam.weight(), penalised.weight(), 1e-4, 1e-5));
  EXPECT_GT((adam.weight() - adamw.weight()).abs().max().item<float>(), 1e-3);
}

}  // namespace
}  // namespace carica::optim
