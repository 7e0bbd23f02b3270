#include "eval/evaluator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/functional/loss.h>
#include <torch/nn/functional/upsampling.h>

#include "core/random.h"
#include "small_models.h"

namespace carica::test {
namespace {

namespace F = torch::nn::functional;

std::shared_ptr<const data::Dataset> noises(bool with_masks) {
  std::vector<data::Sample> samples;
  // Two sizes in turn and an odd number: groups of masks and a last batch that is not full.
  for (std::uint64_t i = 0; i < 11; ++i) {
    samples.push_back(noise(i, i % 4 < 2 ? data::Size{40, 56} : data::Size{64, 48}, with_masks));
  }
  return std::make_shared<MemoryDataset>(std::move(samples));
}

eval::Evaluation evaluate(const eval::Model& model, std::size_t batch_size, std::size_t workers) {
  const auto loss = eval::evaluation_loss(model);
  eval::Evaluator::Options options;
  options.batch_size = batch_size;
  options.workers = workers;
  options.top_k = 2;
  options.keep_predictions = !model.segments();
  return eval::Evaluator(model, loss, noises(model.segments()), options).run();
}

// Logits of one sample, by hand: the picture through the pipeline and the network alone.
torch::Tensor logits_of(const eval::Model& model, data::Sample sample) {
  torch::NoGradGuard no_grad;
  RandomStream random(0, 0, 0);
  model.pipeline->apply(sample, random);
  auto picture = torch::from_blob(sample.picture.pixels.data(), {1, 32, 32, 3}, torch::kByte)
                     .permute({0, 3, 1, 2})
                     .to(torch::kFloat);
  const auto& rule = model.pipeline->normalization();
  const auto mean = torch::tensor({rule.mean[0], rule.mean[1], rule.mean[2]}).view({1, 3, 1, 1});
  const auto std = torch::tensor({rule.std[0], rule.std[1], rule.std[2]}).view({1, 3, 1, 1});
  return model.network->forward((picture / 255 - mean) / std).logits;
}

TEST(Evaluator, CountsSamplesAsOneByOne) {
  const auto model = small_model(config::Task::kClassify);
  const auto dataset = noises(false);
  metrics::Confusion expected(3);
  double loss = 0;
  for (std::size_t i = 0; i < dataset->size(); ++i) {
    const auto sample = dataset->load(i);
    const auto logits = logits_of(model, sample);
    const auto target = torch::full({1}, sample.label, torch::kLong);
    ++expected.at(static_cast<int>(sample.label), logits.argmax(1).item<int>());
    loss += F::cross_entropy(logits, target).item<double>() / double(dataset->size());
  }
  for (const std::size_t batch_size : {1, 4, 64}) {
    for (const std::size_t workers : {0, 3}) {
      SCOPED_TRACE(testing::Message() << batch_size << " with " << workers);
      const auto result = evaluate(model, batch_size, workers);
      EXPECT_EQ(result.confusion.counts, expected.counts);
      EXPECT_NEAR(result.loss, loss, 1e-5);
      EXPECT_EQ(result.samples, 11);
      ASSERT_EQ(result.predictions.size(), 11u);
      for (std::size_t i = 0; i < 11; ++i) {
        EXPECT_EQ(result.predictions[i].index, static_cast<std::int64_t>(i));
        EXPECT_EQ(result.predictions[i].top.size(), 2u);
      }
    }
  }
}

TEST(Evaluator, RanksSureClassesAsItCountsThem) {
  auto model = small_model(config::Task::kClassify);
  model.head.activation = loss::Activation::kOneVsRestSigmoid;
  torch::NoGradGuard no_grad;
  for (auto& item : model.network->named_parameters()) {
    if (item.key().starts_with("fc.bias")) item.value().copy_(torch::tensor({18.0, 25.0, -5.0}));
    if (item.key().starts_with("fc.weight")) item.value().zero_();
  }
  const auto evaluation = evaluate(model, 4, 1);
  std::int64_t predicted = 0;
  for (const auto& prediction : evaluation.predictions) {
    predicted += prediction.top.front().first == 1;
  }
  EXPECT_EQ(predicted, evaluation.samples);
  EXPECT_EQ(evaluation.confusion.predicted(1), evaluation.samples);
}

TEST(Evaluator, ScoresMasksAtTheirOwnSize) {
  const auto model = small_model(config::Task::kSegment);
  const auto dataset = noises(true);
  metrics::Confusion expected(3);
  double loss = 0;
  for (std::size_t i = 0; i < dataset->size(); ++i) {
    const auto sample = dataset->load(i);
    const auto [height, width] = sample.mask.size;
    const auto logits =
        F::interpolate(logits_of(model, sample), F::InterpolateFuncOptions()
                                                     .size(std::vector<std::int64_t>{height, width})
                                                     .mode(torch::kBilinear)
                                                     .align_corners(false));
    const auto guess = logits.argmax(1).flatten();
    auto values = sample.mask.values;
    const auto truth =
        torch::from_blob(values.data(), {1, height, width}, torch::kByte).to(torch::kLong);
    loss += F::cross_entropy(logits, truth,
                             F::CrossEntropyFuncOptions().ignore_index(255).reduction(torch::kSum))
                .item<double>();
    for (std::size_t p = 0; p < values.size(); ++p) {
      if (values[p] != 255)
        ++expected.at(values[p], guess[static_cast<std::int64_t>(p)].item<int>());
    }
  }
  for (const std::size_t batch_size : {1, 4, 64}) {
    SCOPED_TRACE(batch_size);
    const auto result = evaluate(model, batch_size, 1);
    EXPECT_EQ(result.confusion.total(), expected.total());
    // Batches of other sizes round differently: a handful of the 27,000 pixels stand at a tie.
    for (std::size_t i = 0; i < 9; ++i)
      EXPECT_NEAR(double(result.confusion.counts[i]), double(expected.counts[i]), 5);
    EXPECT_NEAR(result.loss, loss / double(expected.total()), 1e-5);
  }
}

TEST(Evaluator, LeavesTheNetworkInTheModeItWasIn) {
  const auto model = small_model(config::Task::kClassify);
  model.network->train();
  evaluate(model, 4, 0);
  EXPECT_TRUE(model.network->is_training());
  model.network->eval();
  evaluate(model, 4, 0);
  EXPECT_FALSE(model.network->is_training());
}

TEST(Evaluator, CallsBackBetweenBatchesAndStopsWhenThatThrows) {
  const auto model = small_model(config::Task::kClassify);
  const auto loss = eval::evaluation_loss(model);
  eval::Evaluator::Options options;
  options.batch_size = 4;
  eval::Evaluator evaluator(model, loss, noises(false), options);
  std::vector<std::size_t> seen;
  const auto whole = evaluator.run([&](std::size_t done, std::size_t all) {
    EXPECT_EQ(all, 3u);
    seen.push_back(done);
  });
  EXPECT_EQ(seen, (std::vector<std::size_t>{1, 2, 3}));
  EXPECT_THROW(evaluator.run([](std::size_t, std::size_t) { throw 7; }), int);
  EXPECT_EQ(evaluator.run().confusion.counts, whole.confusion.counts);  // nothing is left over
}

}  // namespace
}  // namespace carica::test
