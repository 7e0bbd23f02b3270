#include "models/registry.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/text.h"
#include "models/cnn.h"
#include "models/resnet.h"
#include "models/unet.h"

namespace carica::models {
namespace {

using config::Task;

Error config_error(const std::string& message, std::string hint = "") {
  return Error(ErrorCode::kConfig, message, std::move(hint));
}

/// "model.stem = cifr: unknown; nearest: cifar; known: imagenet, cifar".
Error unknown(const std::string& key, const std::string& value,
              const std::vector<std::string>& known) {
  const auto near = nearest(value, known);
  return config_error(cat(key, " = ", value, ": unknown; ",
                          near ? cat("nearest: ", *near, "; ") : "", "known: ", join(known)));
}

/// A key that is set but has no meaning for the network is refused: nothing explicit is dropped in
/// silence.
void refuse(bool is_set, const BuildOptions& options, const std::string& key,
            const std::string& who_has_one) {
  if (is_set) {
    throw config_error(cat("model.", key, ": has no meaning for ", options.model.name,
                           "; leave it out (", who_has_one, ")"));
  }
}

void refuse_unet_keys(const BuildOptions& options) {
  refuse(!options.model.encoder.empty(), options, "encoder", "unet has one");
  refuse(!options.model.widths.empty(), options, "widths", "unet with the plain encoder has them");
}

void refuse_stem(const BuildOptions& options) {
  refuse(options.model.stem != "imagenet", options, "stem", "the resnet classifiers have one");
}

Stem parse_stem(const std::string& stem) {
  if (stem == "imagenet") return Stem::kImagenet;
  if (stem == "cifar") return Stem::kCifar;
  throw unknown("model.stem", stem, {"imagenet", "cifar"});
}

std::shared_ptr<Network> build_cnn(const BuildOptions& options) {
  refuse_unet_keys(options);
  refuse_stem(options);
  return std::make_shared<Cnn>(CnnOptions{.outputs = options.outputs,
                                          .in_channels = options.in_channels,
                                          .height = options.height,
                                          .width = options.width,
                                          .dropout = options.model.dropout});
}

const ResNetShape* find_shape(const std::string& name) {
  const auto shapes = resnet_shapes();
  const auto found = std::ranges::find(shapes, name, &ResNetShape::name);
  return found == shapes.end() ? nullptr : &*found;
}

std::shared_ptr<Network> build_resnet(const BuildOptions& options) {
  refuse_unet_keys(options);
  return std::make_shared<ResNet>(ResNetOptions{.shape = *find_shape(options.model.name),
                                                .stem = parse_stem(options.model.stem),
                                                .outputs = options.outputs,
                                                .in_channels = options.in_channels,
                                                .dropout = options.model.dropout});
}

std::vector<std::int64_t> plain_widths(const std::vector<int>& widths) {
  if (widths.empty()) return {32, 64, 128, 256, 512};
  const auto in_range = [](int width) { return width >= 1 && width <= 4096; };
  if (widths.size() < 2 || widths.size() > 8 || !std::ranges::all_of(widths, in_range)) {
    std::vector<std::string> texts;
    for (const int width : widths) texts.push_back(std::to_string(width));
    throw config_error(
        cat("model.widths = [", join(texts), "]: must be 2 to 8 numbers in [1, 4096]"));
  }
  return {widths.begin(), widths.end()};
}

std::shared_ptr<Network> build_unet(const BuildOptions& options) {
  refuse_stem(options);
  refuse(options.model.dropout > 0, options, "dropout", "the classifiers have one");
  const std::string& encoder = options.model.encoder;
  if (encoder.empty() || encoder == "plain") {
    return make_plain_unet(plain_widths(options.model.widths), options.in_channels,
                           options.outputs);
  }
  const ResNetShape* shape = find_shape(encoder);
  if (shape == nullptr) {
    std::vector<std::string> known = {"plain"};
    for (const auto& each : resnet_shapes()) known.push_back(each.name);
    throw unknown("model.encoder", encoder, known);
  }
  if (!options.model.widths.empty()) {
    throw config_error(cat("model.widths: has no meaning for the encoder ", encoder,
                           "; leave it out, or choose encoder: plain"));
  }
  return make_resnet_unet(*shape, options.in_channels, options.outputs);
}

const std::array<ModelInfo, 5> kRegistry = {{
    {.name = "cnn",
     .task = Task::kClassify,
     .help = "three convolutions and a linear layer, to train from scratch on pictures of one size",
     .build = build_cnn},
    {.name = "resnet18",
     .task = Task::kClassify,
     .help = "residual network, 11.7 M parameters with 1000 classes (He et al. 2016)",
     .build = build_resnet},
    {.name = "resnet34",
     .task = Task::kClassify,
     .help = "residual network, 21.8 M parameters with 1000 classes",
     .build = build_resnet},
    {.name = "resnet50",
     .task = Task::kClassify,
     .help = "residual network with bottlenecks, 25.6 M parameters with 1000 classes",
     .build = build_resnet},
    {.name = "unet",
     .task = Task::kSegment,
     .help =
         "encoder-decoder with skip connections; encoder: plain (default), resnet18, resnet34 or "
         "resnet50 (Ronneberger et al. 2015)",
     .build = build_unet},
}};

std::string task_word(Task task) { return task == Task::kClassify ? "classify" : "segment"; }

}  // namespace

std::span<const ModelInfo> registry() { return kRegistry; }

const ModelInfo& find_model(const std::string& name, config::Task task) {
  std::vector<std::string> all, of_task;
  for (const auto& info : registry()) {
    if (info.name == name && info.task == task) return info;
    all.push_back(info.name);
    if (info.task == task) of_task.push_back(info.name);
  }
  const auto found = std::ranges::find(registry(), name, &ModelInfo::name);
  if (found == registry().end()) throw unknown("model.name", name, all);
  throw config_error(cat("model.name = ", name, ": is for task: ", task_word(found->task),
                         ", and the task is ", task_word(task), "; for ", task_word(task), ": ",
                         join(of_task)));
}

std::shared_ptr<Network> build(const BuildOptions& options, config::Task task) {
  const ModelInfo& info = find_model(options.model.name, task);
  if (options.outputs < 1) {
    throw config_error(cat(info.name, ": ", options.outputs, " outputs; at least 1"),
                       "outputs are the classes of the data: check data.classes");
  }
  if (options.in_channels < 1) {
    throw config_error(cat(info.name, ": ", options.in_channels, " input channels; at least 1"));
  }
  if (!(options.model.dropout >= 0 && options.model.dropout < 1)) {
    throw config_error(cat("model.dropout = ", options.model.dropout, ": must be in [0, 1)"));
  }
  return info.build(options);
}

std::int64_t parameter_count(const Network& network) {
  std::int64_t count = 0;
  for (const auto& parameter : network.parameters()) {
    if (parameter.requires_grad()) count += parameter.numel();
  }
  return count;
}

}  // namespace carica::models
