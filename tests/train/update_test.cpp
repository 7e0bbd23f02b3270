#include "train/update.h"

#include <gtest/gtest.h>
#include <torch/nn/modules/batchnorm.h>

#include "small_runs.h"

namespace carica::test {
namespace {

/// Its parameters are the logits of every picture, and those of an auxiliary head in training.
class TwoHeads : public models::Network {
 public:
  TwoHeads() {
    torch::manual_seed(2);
    main = register_parameter("main", torch::randn({1, 3, 2, 2}));
    aux = register_parameter("aux", torch::randn({1, 3, 1, 1}));
  }
  models::Output forward(const torch::Tensor& pictures) override {
    const auto n = pictures.size(0);
    return {main.expand({n, 3, 2, 2}), is_training() ? aux.expand({n, 3, 1, 1}) : torch::Tensor()};
  }
  torch::Tensor features(const torch::Tensor& pictures) override { return pictures; }
  std::string head() const override { return "main"; }

  torch::Tensor main, aux;
};

TEST(Update, AddsTheLossOfAnAuxiliaryHeadByItsWeight) {
  config::Config config;
  config.task = config::Task::kSegment;
  config.device = "cpu";
  config.train.precision = "fp32";
  config.model.aux_weight = 0.4;
  eval::Model model;
  model.config = config;
  model.classes = {"a", "b", "c"};
  model.runtime = eval::resolve_runtime(config);
  model.head = loss::head_spec(config.loss, 3);
  const auto network = std::make_shared<TwoHeads>();
  model.network = network;
  const loss::Loss loss(config.loss, {.classes = 3, .ignore_index = 255});

  const auto pictures = torch::zeros({2, 3, 4, 4});
  const auto targets = torch::randint(3, {2, 4, 4}, torch::kByte);
  const auto logits = network->main.detach().expand({2, 3, 2, 2}).clone().requires_grad_();
  const auto aux = network->aux.detach().expand({2, 3, 1, 1}).clone().requires_grad_();
  const auto expected = loss(logits, targets) + 0.4 * loss(aux, targets);
  expected.backward();

  train::Update update(model, loss);
  train::Sums sums(torch::kCPU, /*count_hits=*/false);
  network->train();
  data::Batch source;
  source.count = 2;
  eval::DeviceBatch batch{pictures, targets, std::make_shared<const data::Batch>(source)};
  ASSERT_TRUE(update.accumulate(batch, {}, 1, sums));
  EXPECT_NEAR(sums.read().epoch_loss, expected.item<float>(), 1e-6);
  EXPECT_TRUE(torch::allclose(network->main.grad(), logits.grad().sum(0, true)));
  EXPECT_TRUE(torch::allclose(network->aux.grad(), aux.grad().sum(0, true)));
}

/// A batch norm that sees what its pictures hold.
class Normed : public models::Network {
 public:
  Normed() {
    torch::manual_seed(3);
    norm = register_module("norm", torch::nn::BatchNorm2d(3));
    weight = register_parameter("weight", torch::randn({3, 3, 1, 1}));
  }
  models::Output forward(const torch::Tensor& pictures) override {
    return {torch::conv2d(norm->forward(pictures), weight)};
  }
  torch::Tensor features(const torch::Tensor& pictures) override { return pictures; }
  std::string head() const override { return "weight"; }

  torch::nn::BatchNorm2d norm{nullptr};
  torch::Tensor weight;
};

eval::Model normed_segmenter(const config::Config& config) {
  eval::Model model;
  model.config = config;
  model.classes = {"a", "b", "c"};
  model.runtime = eval::resolve_runtime(config);
  model.head = loss::head_spec(config.loss, 3);
  model.network = std::make_shared<Normed>();
  model.network->train();
  return model;
}

config::Config plain_sgd() {
  config::Config config;
  config.task = config::Task::kSegment;
  config.device = "cpu";
  config.train.precision = "fp32";
  config.optim.name = "sgd";
  config.optim.momentum = 0;
  return config;
}

eval::DeviceBatch batch_of(const torch::Tensor& pictures) {
  data::Batch source;
  source.count = static_cast<std::size_t>(pictures.size(0));
  const auto targets = torch::zeros({pictures.size(0), 4, 4}, torch::kByte);
  return {pictures, targets, std::make_shared<const data::Batch>(source)};
}

TEST(Update, WindowsThatLackBatchesTakeTheMeanOfThoseThatCame) {
  const auto config = plain_sgd();
  const loss::Loss loss(config.loss, {.classes = 3, .ignore_index = 255});
  const auto one = batch_of(torch::randn({2, 3, 4, 4})), two = batch_of(torch::randn({2, 3, 4, 4}));
  const auto weights_after = [&](int window) {
    auto model = normed_segmenter(config);
    train::Update update(model, loss);
    train::Sums sums(torch::kCPU, /*count_hits=*/false);
    EXPECT_TRUE(update.accumulate(one, {}, window, sums));
    EXPECT_TRUE(update.accumulate(two, {}, window, sums));
    update.apply(0.5, 0);
    return static_cast<Normed&>(*model.network).weight.detach().clone();
  };
  EXPECT_TRUE(torch::allclose(weights_after(4), weights_after(2), 1e-6, 1e-6));
}

TEST(Update, SkippedBatchesLeaveNoTrace) {
  auto config = plain_sgd();
  config.train.nan = "skip";
  const loss::Loss loss(config.loss, {.classes = 3, .ignore_index = 255});
  auto model = normed_segmenter(config);
  auto& network = static_cast<Normed&>(*model.network);
  train::Update update(model, loss);
  train::Sums sums(torch::kCPU, /*count_hits=*/false);
  const auto before = network.weight.detach().clone();
  EXPECT_FALSE(update.accumulate(batch_of(torch::full({2, 3, 4, 4}, NAN)), {}, 1, sums));
  update.apply(0.5, 0);
  EXPECT_TRUE(network.weight.equal(before));
  EXPECT_TRUE(network.norm->running_mean.equal(torch::zeros({3})));
  EXPECT_EQ(network.norm->num_batches_tracked.item<std::int64_t>(), 0);
  EXPECT_TRUE(std::isnan(sums.read().epoch_loss));
}

TEST(Update, SkipsOneBatchOfAWindowAndKeepsTheOthers) {
  auto config = plain_sgd();
  config.train.nan = "skip";
  const loss::Loss loss(config.loss, {.classes = 3, .ignore_index = 255});
  torch::manual_seed(5);
  const auto one = batch_of(torch::randn({2, 3, 4, 4})), two = batch_of(torch::randn({2, 3, 4, 4}));
  const auto bad = batch_of(torch::full({2, 3, 4, 4}, NAN));
  const auto state_after = [&](const std::vector<eval::DeviceBatch>& batches) {
    auto model = normed_segmenter(config);
    train::Update update(model, loss);
    train::Sums sums(torch::kCPU, /*count_hits=*/false);
    for (const auto& batch : batches) {
      const bool good = batch.pictures.isfinite().all().item<bool>();
      EXPECT_EQ(update.accumulate(batch, {}, 3, sums), good);
    }
    EXPECT_TRUE(update.apply(0.5, 0));
    auto& network = static_cast<Normed&>(*model.network);
    return torch::cat({network.weight.detach().flatten(), network.norm->running_mean,
                       network.norm->running_var,
                       network.norm->num_batches_tracked.to(torch::kFloat).view(1)});
  };
  const auto expected = state_after({one, two});
  EXPECT_TRUE(state_after({bad, one, two}).equal(expected));
  EXPECT_TRUE(state_after({one, bad, two}).equal(expected));
  EXPECT_TRUE(state_after({one, two, bad}).equal(expected));
}

/// A finite loss with an infinite gradient: the logits are roots of 0, behind a batch norm of which
/// only the statistics matter.
class Roots : public models::Network {
 public:
  Roots() {
    norm = register_module("norm", torch::nn::BatchNorm2d(3));
    weight = register_parameter("weight", torch::zeros({1, 3, 1, 1}));
  }
  models::Output forward(const torch::Tensor& pictures) override {
    norm->forward(pictures);
    return {weight.sqrt().expand({pictures.size(0), 3, 4, 4})};
  }
  torch::Tensor features(const torch::Tensor& pictures) override { return pictures; }
  std::string head() const override { return "weight"; }

  torch::nn::BatchNorm2d norm{nullptr};
  torch::Tensor weight;
};

TEST(Update, LeavesStepsOfAGradientThatIsNotFiniteOut) {
  auto config = plain_sgd();
  const loss::Loss loss(config.loss, {.classes = 3, .ignore_index = 255});
  for (const auto& [nan, max_norm] :
       {std::pair("skip", 0.0), std::pair("skip", 1.0), std::pair("stop", 1.0)}) {
    config.train.nan = nan;
    config.optim.clip_grad_norm = max_norm;
    auto model = normed_segmenter(config);
    const auto network = std::make_shared<Roots>();
    model.network = network;
    train::Update update(model, loss);
    train::Sums sums(torch::kCPU, /*count_hits=*/false);
    ASSERT_TRUE(update.accumulate(batch_of(torch::zeros({2, 3, 4, 4})), {}, 1, sums));
    EXPECT_FALSE(update.apply(0.5, 0));
    EXPECT_TRUE(network->weight.equal(torch::zeros({1, 3, 1, 1})));
    EXPECT_FALSE(network->weight.grad().defined());
  }
}

TEST(Update, StepsThatAreLeftOutDoNotMoveTheStatisticsOfTheirBatches) {
  auto config = plain_sgd();
  config.train.nan = "skip";
  const loss::Loss loss(config.loss, {.classes = 3, .ignore_index = 255});
  auto model = normed_segmenter(config);
  const auto network = std::make_shared<Roots>();
  model.network = network;
  train::Update update(model, loss);
  train::Sums sums(torch::kCPU, /*count_hits=*/false);
  for (int window = 0; window < 2; ++window) {
    for (int batch = 0; batch < 2; ++batch) {
      ASSERT_TRUE(update.accumulate(batch_of(torch::randn({2, 3, 4, 4})), {}, 2, sums));
    }
    EXPECT_EQ(network->norm->num_batches_tracked.item<std::int64_t>(), 2);
    EXPECT_FALSE(update.apply(0.5, window));
    EXPECT_TRUE(network->norm->running_mean.equal(torch::zeros({3})));
    EXPECT_TRUE(network->norm->running_var.equal(torch::ones({3})));
    EXPECT_EQ(network->norm->num_batches_tracked.item<std::int64_t>(), 0);
  }
}

}  // namespace
}  // namespace carica::test
