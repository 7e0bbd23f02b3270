#include "analysis/grad_cam_pictures.h"

#include <torch/utils.h>

#include "analysis/grad_cam.h"
#include "eval/device_batch.h"

namespace carica::analysis {

std::vector<data::Picture> grad_cam_pictures(const eval::Model& model, data::Picture picture,
                                             const std::vector<std::int64_t>& labels) {
  data::Sample sample;
  sample.picture = std::move(picture);
  RandomStream random(model.config.seed, 0, 0);
  model.pipeline->apply(sample, random);
  const auto input = eval::normalized(sample.picture.pixels.data(), 1, sample.picture.size,
                                      model.runtime, model.pipeline->normalization())
                         .to(torch::kFloat);
  std::vector<data::Picture> result = {sample.picture};
  for (const auto label : labels) {
    const auto map = grad_cam(*model.network, input,
                              torch::tensor({label}, torch::kLong).to(model.runtime.device));
    if (!map) return {};
    result.push_back(heat_overlay(sample.picture, (*map)[0]));
  }
  return result;
}

}  // namespace carica::analysis
