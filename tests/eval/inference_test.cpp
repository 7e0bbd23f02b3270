#include "eval/inference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "small_models.h"

namespace carica::eval {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

torch::Tensor pictures(std::int64_t side) {
  torch::manual_seed(5);
  return torch::randn({2, 3, side, side});
}

torch::Tensor probabilities(const Model& model, const torch::Tensor& logits) {
  return loss::probabilities(logits, model.head.activation);
}

TEST(WindowStarts, CoverTheSideAndEndAtItsEnd) {
  EXPECT_THAT(window_starts(10, 4, 0.5), ElementsAre(0, 2, 4, 6));
  EXPECT_THAT(window_starts(11, 4, 0.5), ElementsAre(0, 1, 3, 5, 7));
  EXPECT_THAT(window_starts(8, 4, 0), ElementsAre(0, 4));
  EXPECT_THAT(window_starts(9, 4, 0), ElementsAre(0, 2, 5));
  EXPECT_THAT(window_starts(4, 4, 0.5), ElementsAre(0));
  EXPECT_THAT(window_starts(3, 4, 0.5), ElementsAre(0));
}

TEST(Infer, IsThePlainPassWhereNothingIsAskedFor) {
  torch::NoGradGuard no_grad;
  for (const auto task : {config::Task::kClassify, config::Task::kSegment}) {
    const auto model = test::small_model(task);
    const auto x = pictures(32);
    EXPECT_TRUE(torch::equal(infer(model, x, {}), model.network->forward(x).logits));
  }
}

TEST(Infer, TakesTheMeanWithTheMirrorImage) {
  torch::NoGradGuard no_grad;
  Inference flip;
  flip.flip = true;
  const auto x = pictures(32);

  const auto classifier = test::small_model(config::Task::kClassify);
  const auto plain = [&](const Model& model, const torch::Tensor& each) {
    return probabilities(model, model.network->forward(each).logits);
  };
  const auto expected = (plain(classifier, x) + plain(classifier, x.flip({3}))) / 2;
  EXPECT_TRUE(torch::allclose(probabilities(classifier, infer(classifier, x, flip)), expected));

  const auto segmenter = test::small_model(config::Task::kSegment);
  const auto maps = (plain(segmenter, x) + plain(segmenter, x.flip({3})).flip({3})) / 2;
  const auto given = probabilities(segmenter, infer(segmenter, x, flip));
  EXPECT_TRUE(torch::allclose(given, maps, 1e-5, 1e-6));
  // A picture and its mirror image get maps that mirror each other.
  EXPECT_TRUE(torch::allclose(infer(segmenter, x.flip({3}), flip).flip({3}),
                              infer(segmenter, x, flip), 1e-4, 1e-5));
}

TEST(Infer, TakesTheMeanOverSizes) {
  torch::NoGradGuard no_grad;
  const auto model = test::small_model(config::Task::kSegment);
  const auto x = pictures(32);
  Inference twice;
  twice.scales = {1, 1.5};
  const auto large = torch::upsample_bilinear2d(x, {48, 48}, false);
  const auto shrunk =
      torch::upsample_bilinear2d(model.network->forward(large).logits, {32, 32}, false);
  const auto expected =
      (probabilities(model, model.network->forward(x).logits) + probabilities(model, shrunk)) / 2;
  EXPECT_TRUE(torch::allclose(probabilities(model, infer(model, x, twice)), expected, 1e-5, 1e-6));
}

TEST(Infer, SlidesOverLargePictures) {
  torch::NoGradGuard no_grad;
  const auto model = test::small_model(config::Task::kSegment);
  const auto x = pictures(48);
  Inference windows;
  windows.window = 32;
  windows.window_overlap = 0.5;  // begins at 0 and 16
  const auto given = infer(model, x, windows);
  ASSERT_EQ(given.sizes(), (std::vector<std::int64_t>{2, 3, 48, 48}));
  const auto part = [&](std::int64_t y, std::int64_t x0) {
    return model.network->forward(x.slice(2, y, y + 32).slice(3, x0, x0 + 32).contiguous()).logits;
  };
  // A corner is seen by one window, the middle by four.
  EXPECT_TRUE(torch::allclose(given.slice(2, 0, 16).slice(3, 0, 16),
                              part(0, 0).slice(2, 0, 16).slice(3, 0, 16)));
  const auto middle =
      (part(0, 0).slice(2, 16, 32).slice(3, 16, 32) + part(0, 16).slice(2, 16, 32).slice(3, 0, 16) +
       part(16, 0).slice(2, 0, 16).slice(3, 16, 32) +
       part(16, 16).slice(2, 0, 16).slice(3, 0, 16)) /
      4;
  EXPECT_TRUE(torch::allclose(given.slice(2, 16, 32).slice(3, 16, 32), middle, 1e-5, 1e-6));
  Inference larger;
  larger.window = 64;
  EXPECT_TRUE(torch::allclose(infer(model, x, larger), model.network->forward(x).logits));
}

config::Config with_outputs(std::vector<std::string> outputs) {
  auto config = test::small_model(config::Task::kSegment).config;
  config.model.outputs = std::move(outputs);
  return config;
}

TEST(Outputs, OfOtherClassesFollowTheDatas) {
  torch::NoGradGuard no_grad;
  const auto config = with_outputs({"b", "tree", "a", "c"});
  const auto model = build_model(config, {"a", "b", "c"}, {32, 32}, resolve_runtime(config));
  model.network->eval();
  EXPECT_TRUE(model.has_other_outputs());
  EXPECT_EQ(model.head.outputs, 4);
  const auto x = pictures(32);
  const auto raw = model.network->forward(x).logits;
  const auto ordered = infer(model, x, {});
  for (const auto& [place, output] :
       {std::pair(0, 2), std::pair(1, 0), std::pair(2, 3), std::pair(3, 1)}) {
    EXPECT_TRUE(torch::equal(ordered.select(1, place), raw.select(1, output)));
  }
}

TEST(Outputs, ThatLackAClassAreRefused) {
  for (const auto& [outputs, what] :
       {std::pair(std::vector<std::string>{"a", "b"}, "lacks the class c"),
        std::pair(std::vector<std::string>{"a", "b", "c", "a"}, "names twice the class a")}) {
    const auto config = with_outputs(outputs);
    try {
      build_model(config, {"a", "b", "c"}, {32, 32}, resolve_runtime(config));
      ADD_FAILURE() << "not refused";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kConfig);
      EXPECT_THAT(error.what(), HasSubstr(what));
    }
  }
}

TEST(Infer, OfViewsThatAreSureHasFiniteLogits) {
  torch::NoGradGuard no_grad;
  auto model = test::small_model(config::Task::kClassify);
  model.head.activation = loss::Activation::kOneVsRestSigmoid;
  for (auto& item : model.network->named_parameters()) {
    if (item.key().starts_with("fc.bias")) item.value().copy_(torch::tensor({30.0, -120.0, 0.0}));
    if (item.key().starts_with("fc.weight")) item.value().zero_();
  }
  Inference flip;
  flip.flip = true;
  const auto logits = infer(model, pictures(32), flip);
  EXPECT_TRUE(logits.isfinite().all().item<bool>()) << logits;
  EXPECT_TRUE(logits.argmax(1).eq(0).all().item<bool>());
}

TEST(RankingScores, TellClearCasesApart) {
  const auto logits = torch::tensor({{18.0F, 25.0F, -5.0F}});
  const auto p = loss::probabilities(logits, loss::Activation::kOneVsRestSigmoid);
  EXPECT_EQ(p[0][0].item<float>(), p[0][1].item<float>());  // both 1
  const auto scores = ranking_scores(logits, loss::Activation::kOneVsRestSigmoid);
  EXPECT_EQ(scores.argmax(1).item<int>(), 1);
  EXPECT_EQ(ranking_scores(torch::tensor({{-2.0F}}), loss::Activation::kBinarySigmoid).size(1), 2);
}

}  // namespace
}  // namespace carica::eval
