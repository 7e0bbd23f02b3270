#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/nn/functional/loss.h>

#include <functional>

#include "core/error.h"
#include "loss/loss.h"

namespace carica::loss {
namespace {

namespace F = torch::nn::functional;
using testing::HasSubstr;

Loss loss_of(const std::vector<config::LossTerm>& terms, int classes) {
  return {terms, {.classes = classes, .several_labels = true}};
}

Error refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was refused";
  return Error(ErrorCode::kUsage, "");
}

TEST(LabelSetLoss, IsTorchsBinaryCrossEntropyOfEachLabel) {
  torch::manual_seed(4);
  for (const int classes : {1, 2, 5}) {
    SCOPED_TRACE(classes);
    auto logits = torch::randn({7, classes}).mul(4).requires_grad_();
    const auto sets = torch::randint(2, {7, classes}, torch::kByte);
    const auto value = loss_of({config::BceLoss{}}, classes)(logits, sets);
    const auto expected = F::binary_cross_entropy_with_logits(logits, sets.to(torch::kFloat));
    EXPECT_NEAR(value.item<float>(), expected.item<float>(), 1e-6);
    const auto own = torch::autograd::grad({value}, {logits})[0];
    EXPECT_TRUE(torch::allclose(own, torch::autograd::grad({expected}, {logits})[0]));
  }
}

TEST(LabelSetLoss, SmoothsTowardsOneHalf) {
  const auto logits = torch::tensor({{2.0F, -1.0F}, {0.5F, 3.0F}});
  const auto sets = torch::tensor({{1, 0}, {0, 0}}, torch::kByte);
  const auto soft = torch::tensor({{0.9F, 0.1F}, {0.1F, 0.1F}});
  const auto value = loss_of({config::BceLoss{.label_smoothing = 0.2}}, 2)(logits, sets);
  EXPECT_NEAR(value.item<float>(), F::binary_cross_entropy_with_logits(logits, soft).item<float>(),
              1e-6);
}

TEST(LabelSetLoss, HasALogitForEachOfTwoClasses) {
  const std::vector<config::LossTerm> bce = {config::BceLoss{}};
  EXPECT_EQ(head_spec(bce, 2, /*several_labels=*/true).outputs, 2);
  EXPECT_EQ(head_spec(bce, 2, true).activation, Activation::kOneVsRestSigmoid);
}

TEST(LabelSetLoss, TakesNoTermForOneLabel) {
  const std::pair<config::LossTerm, const char*> terms[] = {
      {config::CrossEntropyLoss{}, "cross_entropy"},
      {config::DiceLoss{}, "dice"},
      {config::FocalLoss{}, "focal"},
      {config::BceLoss{.head = "binary"}, "bce.head = binary"}};
  for (const auto& [term, name] : terms) {
    const auto error = refusal([&] { loss_of({config::BceLoss{}, term}, 2); });
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    EXPECT_THAT(error.what(), HasSubstr(name));
    EXPECT_THAT(error.what(), HasSubstr("takes one label, and samples have several; must be bce"));
  }
}

TEST(LabelSetLoss, RefusesTensorsThatDoNotFit) {
  const auto loss = loss_of({config::BceLoss{}}, 3);
  for (const auto& sets : {torch::zeros({2}, torch::kLong), torch::zeros({2, 3}),
                           torch::zeros({2, 4}, torch::kByte)}) {
    const auto error = refusal([&] { loss(torch::zeros({2, 3}), sets); });
    EXPECT_EQ(error.code(), ErrorCode::kShape);
    EXPECT_THAT(error.what(), HasSubstr("must be a float type and uint8[N,3]"));
  }
}

}  // namespace
}  // namespace carica::loss
