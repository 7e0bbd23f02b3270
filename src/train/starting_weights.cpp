#include "train/starting_weights.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "checkpoint/run_json.h"
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
  if (name == "deeplabv3plus_mobilenet") return "mobilenet_v2";
  const auto underscore = name.find('_');
  return underscore == std::string::npos ? "resnet34" : name.substr(underscore + 1);
}

// Of a segmenter; no other network's weights could take the place of its encoder's.
void require_published(const std::string& encoder, const config::ModelConfig& model) {
  const auto is_its = [&](const weights::Pretrained& row) { return row.model == encoder; };
  if (std::ranges::any_of(weights::pretrained(), is_its)) return;
  throw Error(
      ErrorCode::kConfig,
      cat("model.pretrained = ", model.pretrained, ": torchvision has no published weights ",
          "for the encoder of ", model.name, ", '", encoder, "'; must be left out"),
      "`carica weights pretrained` lists those that there are; model.weights names a file");
}

// What a file says of its network; none where carica did not write it.
std::optional<checkpoint::Description> description_of(const weights::WeightsFile& file,
                                                      const std::string& where) {
  const char* key = "carica.description";
  const auto found = file.metadata.find(key);
  if (file.format != "safetensors" || found == file.metadata.end()) return {};
  return checkpoint::description_from_json(found->second, cat(where, ": ", key));
}

// What the outputs of a file's head stand for, in their order.
std::vector<std::string> outputs_of(const checkpoint::Description& description) {
  try {
    const auto config = config::parse(description.config_yaml, "", {});
    if (!config.model.outputs.empty()) return config.model.outputs;
  } catch (const Error&) {
    // The config of another version: the classes can still be told.
  }
  return description.classes;
}

// What can be done about a head for other classes. Only segmenters have model.outputs.
std::string hint_for(const std::vector<std::string>& outputs, const eval::Model& model) {
  const std::string new_head = "model.head=reinit learns a new head";
  const auto names = cat("[", join_few(outputs), "]");
  if (model.segments()) return cat(new_head, "; carica eval takes model.outputs=", names);
  const bool same = std::ranges::is_permutation(outputs, model.classes);
  return same ? cat(new_head, "; data.classes=", names, " is the file's order") : new_head;
}

void require_same_classes(const std::vector<std::string>& outputs, const eval::Model& model,
                          const std::string& where) {
  const auto& classes = model.classes;
  if (outputs == classes) return;
  const auto place = std::ranges::mismatch(outputs, classes).in1 - outputs.begin();
  const auto name = [&](const std::vector<std::string>& names) {
    const auto at = static_cast<std::size_t>(place);
    return at < names.size() ? cat("'", readable(names[at]), "'") : std::string("missing");
  };
  throw Error(ErrorCode::kCorrupt,
              cat(where, ": its head knows other classes than the data's, or in another order: ",
                  place, " is ", name(outputs), ", of the data ", name(classes),
                  "; must be the same ones in one order"),
              hint_for(outputs, model));
}

struct Grid {
  std::int64_t height = 0, width = 0;
  bool operator==(const Grid&) const = default;
};

Grid grid_of(std::int64_t height, std::int64_t width) {
  constexpr auto kPatch = models::VisionTransformer::kPatch;
  return {height / kPatch, width / kPatch};
}

// The grid of `places` patches of a file's network: as the file says, else a square, as of
// published weights.
std::optional<Grid> grid_of(const std::optional<checkpoint::Description>& said,
                            std::int64_t places) {
  if (said) {
    const auto grid = grid_of(said->height, said->width);
    if (grid.height * grid.width == places) return grid;
  }
  const auto side = std::llround(std::sqrt(static_cast<double>(places)));
  if (side * side != places) return {};
  return Grid{side, side};
}

// The embedding of places of a transformer that was made for another grid of patches. Grids are
// compared, not shapes: 4x4 and 2x8 patches are as many.
torch::Tensor resized_places(const eval::Model& model, const std::string& name,
                             const torch::Tensor& tensor,
                             const std::optional<checkpoint::Description>& said) {
  if (name != "encoder.pos_embedding" || tensor.dim() != 3 || tensor.size(1) < 2) return {};
  const auto from = grid_of(said, tensor.size(1) - 1);
  const auto to = grid_of(model.size.height, model.size.width);
  if (!from || *from == to) return {};
  log_info(cat("weights: ", name, ": places of a grid of ", from->height, "x", from->width,
               " brought to ", to.height, "x", to.width));
  return models::resize_pos_embedding(tensor, from->height, from->width, to.height, to.width);
}

}  // namespace

void load_starting_weights(eval::Model& model) {
  const auto& config = model.config.model;
  std::filesystem::path file = config.weights;
  if (!config.pretrained.empty()) {
    const auto classifier = classifier_of(model.config);
    if (model.segments()) require_published(classifier, config);
    file = weights::require_pretrained(classifier, config.pretrained);
  }
  if (file.empty()) return;
  auto given = weights::read_weights(file, config.weights_key);
  const auto said = description_of(given, file.string());
  const auto report = weights::load(
      *model.network, std::move(given),
      {.key = config.weights_key,
       .heads = model.network->heads(),
       .reinit_head = config.head == "reinit",
       .reshape = [&](const auto& name,
                      const auto& tensor) { return resized_places(model, name, tensor, said); }},
      file.string());
  if (said && report.of_heads > 0 && config.outputs.empty()) {
    require_same_classes(outputs_of(*said), model, file.string());
  }
  for (const auto& note : report.notes) log_info(cat("weights: ", note));
  log_info(cat("weights: started from ", file.string(), ": ", report.summary()));
}

}  // namespace carica::train
