#include "train/starting_weights.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include "checkpoint/run_state.h"
#include "eval/model.h"
#include "models/vision_transformer.h"
#include "support/temp_folder.h"

namespace carica::train {
namespace {

eval::Model transformer(int side, const std::string& weights, std::uint64_t seed) {
  config::Config config;
  config.device = "cpu";
  config.train.precision = "fp32";
  config.model.name = "vit_b_16";
  config.model.weights = weights;
  config.transforms.eval = {config::Normalize{}};
  torch::manual_seed(seed);
  return eval::build_model(config, {"a", "b"}, {side, side}, eval::resolve_runtime(config));
}

// resize_pos_embedding itself is compared with torchvision's in tests/models.
TEST(SlowStartingWeights, OfATransformerAreBroughtToTheSizeOfThePictures) {
  const test::TempFolder folder;
  const auto file = folder / "large.safetensors";
  const auto large = transformer(64, "", 1);
  const auto weights = checkpoint::named_state(*large.network);
  checkpoint::save_weights(FileSystem::real(), file, weights, eval::describe(large), {});
  auto small = transformer(32, file.string(), 2);
  load_starting_weights(small);
  const auto parameters = small.network->named_parameters();
  const auto given = large.network->named_parameters();
  EXPECT_TRUE(
      torch::equal(parameters["encoder.pos_embedding"],
                   models::resize_pos_embedding(given["encoder.pos_embedding"], 4, 4, 2, 2)));
  EXPECT_TRUE(torch::equal(parameters["conv_proj.weight"], given["conv_proj.weight"]));
}

}  // namespace
}  // namespace carica::train
