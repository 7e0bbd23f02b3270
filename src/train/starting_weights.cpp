#include "train/starting_weights.h"

#include <cmath>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "models/vision_transformer.h"
#include "weights/load.h"
#include "weights/pretrained.h"

namespace carica::train {

namespace {

// The classifier whose published weights are meant: the network, or what a segmenter stands on,
// e.g. resnet50 of deeplabv3_resnet50.
std::string classifier_of(const config::Config& config) {
  if (config.task == config::Task::kClassify) return config.model.name;
  if (!config.model.encoder.empty()) return config.model.encoder;
  const std::string& name = config.model.name;
  if (name == "unet") return "plain";
  if (name == "segnet") return "vgg16_bn";
  const auto underscore = name.find('_');
  return underscore == std::string::npos ? "resnet34" : name.substr(underscore + 1);
}

// The embedding of places of a transformer that was made for pictures of another size, square ones
// as published weights are.
torch::Tensor resized_places(const eval::Model& model, const std::string& name,
                             const torch::Tensor& tensor) {
  constexpr std::int64_t kPatch = 16;
  if (name != "encoder.pos_embedding" || tensor.dim() != 3 || tensor.size(1) < 2) return {};
  const auto side = std::llround(std::sqrt(static_cast<double>(tensor.size(1) - 1)));
  if (side * side != tensor.size(1) - 1) return {};
  return models::resize_pos_embedding(tensor, side, side, model.size.height / kPatch,
                                      model.size.width / kPatch);
}

}  // namespace

void load_starting_weights(eval::Model& model) {
  const auto& config = model.config.model;
  std::filesystem::path file = config.weights;
  if (!config.pretrained.empty()) {
    file = weights::require_pretrained(classifier_of(model.config), config.pretrained);
  }
  if (file.empty()) return;
  const auto report = weights::load(*model.network, file,
                                    {.key = config.weights_key,
                                     .heads = model.network->heads(),
                                     .reinit_head = config.head == "reinit",
                                     .reshape = [&](const auto& name, const auto& tensor) {
                                       return resized_places(model, name, tensor);
                                     }});
  for (const auto& note : report.notes) log_info(cat("weights: ", note));
  log_info(cat("weights: started from ", file.string(), ": ", report.summary()));
}

}  // namespace carica::train
