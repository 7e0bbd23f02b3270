#include "train/update.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace carica::test
