#include "analysis/scores.h"

#include <ATen/Functions.h>
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/inference_text.h"

namespace carica::analysis {
namespace {

// Two pictures of which logits rank the wrong class first, though float32 sigmoids are equal.
Collected tied() {
  Collected collected;
  collected.split = "test";
  collected.classes = {"a", "b", "c"};
  collected.names = {"1", "2"};
  collected.truth = {0, 0};
  collected.predicted = {2, 1};
  collected.probabilities = torch::ones({2, 3});
  return collected;
}

ClassifierScores scored(const Collected& collected, loss::Activation activation) {
  eval::Evaluation evaluation;
  evaluation.k = 2;
  evaluation.top_k = 0.5;
  return score(collected, evaluation, activation);
}

TEST(ClassifierScores, AreOfTheRankingOfTheEvaluationWhereProbabilitiesTie) {
  const auto collected = tied();
  const auto scores = scored(collected, loss::Activation::kOneVsRestSigmoid);
  EXPECT_EQ(scores.top1, 0);
  EXPECT_EQ(scores.calibration.expected_error, 1);
  const auto json = Page::Json::parse(scores_json(collected, scores, {}));
  EXPECT_EQ(json["top2"], 0.5);
  EXPECT_FALSE(json.contains("top5"));
  EXPECT_FALSE(json.contains("inference"));
}

TEST(ClassifierScores, HaveNoLikelihoodOfSigmoidsThatDoNotSumToOne) {
  auto collected = tied();
  const auto scores = scored(collected, loss::Activation::kOneVsRestSigmoid);
  EXPECT_TRUE(std::isnan(scores.nll) && std::isnan(scores.brier));
  collected.probabilities = torch::full({2, 3}, 1.0 / 3);
  const auto softmax = scored(collected, loss::Activation::kSoftmax);
  EXPECT_NEAR(softmax.nll, std::log(3.0), 1e-6);
  EXPECT_NEAR(softmax.brier, 2.0 / 3, 1e-6);
}

TEST(ClassifierScores, SayHowTheNetworkLookedAtThePictures) {
  const auto collected = tied();
  const auto scores = scored(collected, loss::Activation::kSoftmax);
  const eval::Inference how{.flip = true, .scales = {0.75, 1}};
  const auto json = Page::Json::parse(scores_json(collected, scores, how));
  EXPECT_EQ(inference_text(json), "with flips, scales 0.75, 1");
  Page page;
  add_inference_fact(json, "test", page);
  EXPECT_EQ(page["facts"][0]["items"][0][1], "with flips, scales 0.75, 1");
  EXPECT_EQ(inference_text(Page::Json::object()), "plain");
  EXPECT_EQ(
      inference_text({{"inference", {{"scales", {1}}, {"window", 32}, {"window_overlap", 0.5}}}}),
      "with windows of 32 px that overlap by 0.5");
}

}  // namespace
}  // namespace carica::analysis
