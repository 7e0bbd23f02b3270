#pragma once

#include "core/random.h"
#include "eval/model.h"
#include "support/memory_dataset.h"

namespace carica::test {

/// A network with random weights on the CPU in float32, for three classes.
inline eval::Model small_model(config::Task task) {
  config::Config config;
  config.task = task;
  config.device = "cpu";
  config.train.precision = "fp32";
  config.model.name = task == config::Task::kClassify ? "cnn" : "unet";
  if (task == config::Task::kSegment) {
    config.model.encoder = "plain";
    config.model.widths = {4, 8};
    config.data.mask.ignore_index = 255;
  }
  config.transforms.eval = {config::Resize{.size = {32, 32}}, config::Normalize{}};
  torch::manual_seed(3);
  auto model = eval::build_model(config, {"a", "b", "c"}, {32, 32}, eval::resolve_runtime(config));
  model.network->eval();
  return model;
}

/// A picture of noise; a mask of noise too, with one value in eight ignored, and a label.
inline data::Sample noise(std::uint64_t seed, data::Size size, bool with_mask) {
  data::Sample sample;
  RandomStream random(seed, 0, 0);
  const auto pixels = static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width);
  sample.picture.size = size;
  for (std::size_t i = 0; i < 3 * pixels; ++i)
    sample.picture.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
  sample.label = with_mask ? -1 : static_cast<std::int64_t>(random.below(3));
  if (!with_mask) return sample;
  sample.mask.size = size;
  for (std::size_t i = 0; i < pixels; ++i) {
    sample.mask.values.push_back(random.below(8) == 0 ? 255
                                                      : static_cast<std::uint8_t>(random.below(3)));
  }
  return sample;
}

}  // namespace carica::test
