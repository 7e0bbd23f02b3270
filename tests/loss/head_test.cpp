#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "core/error.h"
#include "loss/loss.h"

namespace carica::loss {
namespace {

using Terms = std::vector<config::LossTerm>;
using testing::HasSubstr;

void expect_head(const Terms& terms, int classes, int outputs, Activation activation) {
  const auto head = head_spec(terms, classes);
  EXPECT_EQ(head.outputs, outputs);
  EXPECT_EQ(head.activation, activation);
}

std::string refusal(const Terms& terms, int classes) {
  try {
    head_spec(terms, classes);
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kConfig);
    return e.what();
  }
  return "";
}

TEST(Head, FollowsTheTerms) {
  const config::CrossEntropyLoss ce;
  const config::DiceLoss dice;
  const config::BceLoss bce;
  expect_head({ce}, 5, 5, Activation::kSoftmax);
  expect_head({config::FocalLoss{}, ce, dice}, 2, 2, Activation::kSoftmax);
  expect_head({dice}, 4, 4, Activation::kSoftmax);
  expect_head({bce}, 2, 1, Activation::kBinarySigmoid);
  expect_head({dice, bce}, 2, 1, Activation::kBinarySigmoid);
  expect_head({bce}, 5, 5, Activation::kOneVsRestSigmoid);
  expect_head({config::BceLoss{.head = "one_vs_rest"}}, 2, 2, Activation::kOneVsRestSigmoid);
  expect_head({config::BceLoss{.head = "binary"}}, 2, 1, Activation::kBinarySigmoid);
}

TEST(Head, RefusesWhatCannotBe) {
  const config::BceLoss binary{.head = "binary"};
  EXPECT_THAT(refusal({binary}, 5), HasSubstr("bce.head = binary: there are 5 classes"));
  EXPECT_THAT(refusal({config::CrossEntropyLoss{}, config::BceLoss{}}, 5),
              HasSubstr("cross_entropy wants softmax, bce wants one sigmoid per class"));
  EXPECT_THAT(refusal({binary, config::BceLoss{.head = "one_vs_rest"}}, 2),
              HasSubstr("bce wants one sigmoid, bce wants one sigmoid per class"));
  EXPECT_THAT(refusal({config::BceLoss{.head = "both"}}, 2), HasSubstr("bce.head = both"));
  EXPECT_THAT(refusal({}, 2), HasSubstr("no terms"));
}

TEST(Head, TurnsLogitsIntoProbabilities) {
  const auto x = torch::tensor({{1.0, -2.0, 0.5}, {0.0, 3.0, 2.0}});
  EXPECT_TRUE(torch::allclose(probabilities(x, Activation::kSoftmax), x.softmax(1)));
  EXPECT_TRUE(torch::allclose(probabilities(x, Activation::kOneVsRestSigmoid), x.sigmoid()));
  const auto one = torch::tensor({{-3.0}, {0.0}, {50.0}});
  const auto two = probabilities(one, Activation::kBinarySigmoid);
  EXPECT_TRUE(torch::allclose(two.select(1, 1), one.sigmoid().squeeze(1)));
  EXPECT_TRUE(torch::allclose(two.sum(1), torch::ones({3})));
  EXPECT_GT(two[2][0].item<float>(), 0);  // 1 - sigmoid(50) would be 0
  const auto half = probabilities(x.to(torch::kBFloat16), Activation::kSoftmax);
  EXPECT_EQ(half.scalar_type(), torch::kFloat);
}

TEST(Head, PredictsTheMostLikelyClass) {
  const auto x = torch::randn({2, 3, 4, 5});
  for (const auto activation : {Activation::kSoftmax, Activation::kOneVsRestSigmoid}) {
    EXPECT_TRUE(
        torch::equal(predicted_class(x, activation), probabilities(x, activation).argmax(1)));
  }
  const auto one = torch::randn({2, 1, 4, 5});
  const auto predicted = predicted_class(one, Activation::kBinarySigmoid);
  EXPECT_EQ(predicted.scalar_type(), torch::kLong);
  EXPECT_TRUE(torch::equal(predicted, probabilities(one, Activation::kBinarySigmoid).argmax(1)));
}

}  // namespace
}  // namespace carica::loss
