#include "onnx/export.h"

#include <ATen/Functions.h>
#include <torch/utils.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/atomic_file.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "core/version.h"
#include "onnx/answers.h"
#include "onnx/translator.h"

namespace carica::onnx {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kChannels = 3;

at::Tensor pictures(std::int64_t count, std::int64_t height, std::int64_t width) {
  return torch::randn({count, kChannels, height, width});
}

bool calls_the_same(const Trace& a, const Trace& b) {
  return std::ranges::equal(a.calls, b.calls,
                            [](const auto& x, const auto& y) { return x.name == y.name; });
}

// Sizes that differ by it are worked on by the same operators: no padding for some of them.
std::int64_t size_multiple(models::Network& network, const Trace& first) {
  const auto height = first.pictures.size(2), width = first.pictures.size(3);
  for (const std::int64_t multiple : {1, 2, 4, 8, 16, 32}) {
    const auto other = trace(network, pictures(1, height + multiple, width + multiple));
    if (calls_the_same(first, other)) return multiple;
  }
  return 64;
}

std::int64_t rounded_up(std::int64_t size) { return (size + 63) / 64 * 64; }

// Two sizes that are as odd as the network allows, so that maps whose sizes are rounded differ from
// those that only happen to have the same size.
Exported of_any_size(const eval::Model& model) {
  auto& network = *model.network;
  const auto height = rounded_up(model.size.height), width = rounded_up(model.size.width);
  const auto multiple = size_multiple(network, trace(network, pictures(1, height, width)));
  const auto odd = [multiple](std::int64_t pixels) {
    return multiple * std::max<std::int64_t>(1, pixels / multiple);
  };
  const auto first = trace(network, pictures(2, height + odd(37), width + odd(43)));
  const auto second = trace(network, pictures(3, height + odd(101), width + odd(181)));
  return {Translator(network, first, second).translate(), true, multiple};
}

Exported of_one_size(const eval::Model& model) {
  auto& network = *model.network;
  const auto first = trace(network, pictures(2, model.size.height, model.size.width));
  const auto second = trace(network, pictures(3, model.size.height, model.size.width));
  return {Translator(network, first, second).translate(), false, 0};
}

Exported of_the_most_sizes(const eval::Model& model, bool fixed_size) {
  if (fixed_size) return of_one_size(model);
  std::string reason;
  try {
    return of_any_size(model);
  } catch (const Error& error) {
    reason = error.what();
  } catch (const c10::Error& error) {
    reason = error.what_without_backtrace();
  }
  log_info(cat("pictures of ", model.size.width, "x", model.size.height,
               " only: ", reason.substr(0, reason.find('\n'))));
  return of_one_size(model);
}

// The classes, and behind them what else the network names.
std::vector<std::string> output_names(const eval::Model& model) {
  auto names = model.classes;
  for (std::size_t i = names.size(); i < model.output_order.size(); ++i) {
    const auto place = static_cast<std::size_t>(model.output_order[i]);
    names.push_back(model.config.model.outputs.at(place));
  }
  return names;
}

}  // namespace

Exported export_graph(const eval::Model& model, const ExportOptions& options) {
  model.network->eval();
  auto exported = of_the_most_sizes(model, options.fixed_size);
  exported.graph.name = model.config.model.name;
  append_answers(exported.graph, model, options.answers);
  return exported;
}

std::map<std::string, std::string> export_metadata(const eval::Model& model,
                                                   const Exported& exported) {
  const auto& normalization = model.pipeline->normalization();
  const auto activation = [&] {
    switch (model.head.activation) {
      case loss::Activation::kSoftmax:
        return "softmax";
      case loss::Activation::kBinarySigmoid:
        return "one sigmoid, of the second class";
      case loss::Activation::kOneVsRestSigmoid:
        return "one sigmoid per class";
    }
    return "";
  };
  return {{"carica.version", kVersion},
          {"carica.task", std::string(config::task_name(model.config.task))},
          {"carica.classes", Json(output_names(model)).dump()},
          {"carica.mean", Json(normalization.mean).dump()},
          {"carica.std", Json(normalization.std).dump()},
          {"carica.channels", "RGB in 0..1, then minus mean, over std"},
          {"carica.height", cat(model.size.height)},
          {"carica.width", cat(model.size.width)},
          {"carica.size_multiple", cat(exported.size_multiple)},
          {"carica.activation", activation()},
          {"carica.config", config::dump(model.config)}};
}

ModelSummary write_model(FileSystem& fs, const std::filesystem::path& file,
                         const eval::Model& model, const Exported& exported) {
  const auto bytes = model_bytes(exported.graph, export_metadata(model, exported));
  auto summary = check_model(bytes, file.string());
  AtomicFile to(fs, file);
  to.append(bytes);
  to.commit();
  return summary;
}

}  // namespace carica::onnx
