#include "models/vision_transformer.h"

#include <gtest/gtest.h>

#include "models/golden.h"
#include "models/unfilled.h"

namespace carica::models {
namespace {

TEST(PosEmbedding, IsInterpolatedAsByTorchvision) {
  // interpolate_embeddings(48, 16, {"encoder.pos_embedding": torch.arange(10.).view(1, 5, 2)**2})
  const auto expected = torch::tensor({0.,  1.,  4.,  9.,  10., 17., 16., 25., 20., 29.,
                                       30., 41., 40., 53., 36., 49., 50., 65., 64., 81.});
  const auto embedding = torch::arange(10, torch::kFloat32).view({1, 5, 2}).square();
  const auto resized = resize_pos_embedding(embedding, 2, 2, 3, 3);
  EXPECT_EQ(resized.sizes(), (std::vector<std::int64_t>{1, 10, 2}));
  EXPECT_TRUE(torch::allclose(resized.flatten(), expected.to(torch::kFloat32)));
}

TEST(PosEmbedding, OfTheSameGridStays) {
  const auto embedding = torch::randn({1, 1 + 6, 4});
  EXPECT_TRUE(torch::allclose(resize_pos_embedding(embedding, 2, 3, 2, 3), embedding));
}

TEST(VisionTransformer, HasAnEmbeddingForEachPatchOfPicturesThatAreNoSquares) {
  const Unfilled unfilled;
  auto options = options_for("vit_b_16", 2);
  options.height = 32;
  options.width = 80;
  const auto network = build(options, config::Task::kClassify);
  EXPECT_EQ(network->named_parameters()["encoder.pos_embedding"].size(1), 1 + 2 * 5);
  torch::NoGradGuard no_grad;
  EXPECT_EQ(network->forward(torch::zeros({1, 3, 32, 80})).logits.size(1), 2);
}

}  // namespace
}  // namespace carica::models
