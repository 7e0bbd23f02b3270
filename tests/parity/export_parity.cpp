// Writes one network as ONNX, and what it gives itself, for compare_onnx.py. Not for users.
//
//     export_parity NAME FOLDER SIDE [KEY=VALUE ...]
//
// FOLDER gets model.onnx and cases.safetensors: for each case, `K.pictures` and `K.logits` (of
// segmenters at the pictures' size). Weights are those of a fresh network, batch norm's statistics
// random. Keys: task, outputs, encoder, fixed_size.
#include <ATen/Functions.h>
#include <torch/utils.h>

#include <cstdio>
#include <span>
#include <string>

#include "checkpoint/safetensors.h"
#include "core/error.h"
#include "core/text.h"
#include "eval/model.h"
#include "onnx/export.h"

namespace carica {
namespace {

struct Request {
  config::Config config;
  int outputs = 10, side = 64;
  bool fixed_size = false;
};

Request request_of(std::span<char*> words) {
  Request request;
  request.config.device = "cpu";
  request.config.train.precision = "fp32";
  request.config.train.channels_last = "off";
  request.config.model.name = words[1];
  request.config.transforms.eval = {config::Normalize{}};
  request.side = std::stoi(words[3]);
  for (const std::string pair : words.subspan(4)) {
    const auto equals = pair.find('=');
    const std::string key = pair.substr(0, equals), value = pair.substr(equals + 1);
    if (key == "task" && value == "segment") request.config.task = config::Task::kSegment;
    if (key == "outputs") request.outputs = std::stoi(value);
    if (key == "encoder") request.config.model.encoder = value;
    if (key == "fixed_size") request.fixed_size = value == "true";
  }
  return request;
}

// What is 0 in a fresh network (biases, the head of vit) is random as well.
void randomize_statistics(torch::nn::Module& network) {
  torch::NoGradGuard no_grad;
  for (auto& parameter : network.parameters()) {
    if (parameter.count_nonzero().item<std::int64_t>() == 0) parameter.normal_(0, 0.1);
  }
  for (auto& item : network.named_buffers()) {
    if (item.key().ends_with("running_mean")) item.value().normal_(0, 0.1);
    if (item.key().ends_with("running_var")) item.value().uniform_(0.5, 1.5);
  }
}

checkpoint::NamedTensors cases_of(const eval::Model& model, const onnx::Exported& exported) {
  struct Case {
    std::int64_t count, height, width;
  };
  const std::int64_t side = model.size.height, multiple = exported.size_multiple;
  std::vector<Case> cases = {{2, side, side}, {1, side, side}};
  if (exported.any_size) {
    const auto fit = [&](std::int64_t size) { return (size + multiple - 1) / multiple * multiple; };
    cases = {{2, fit(side), fit(side)}, {1, fit(side + 33), fit(side + 5)}};
  }
  checkpoint::NamedTensors tensors;
  torch::NoGradGuard no_grad;
  for (std::size_t k = 0; k < cases.size(); ++k) {
    const auto pictures = torch::randn({cases[k].count, 3, cases[k].height, cases[k].width});
    auto logits = model.network->forward(pictures).logits;
    if (model.segments()) {
      logits = at::upsample_bilinear2d(logits, {cases[k].height, cases[k].width}, false);
    }
    tensors.emplace_back(cat(k, ".pictures"), pictures);
    tensors.emplace_back(cat(k, ".logits"), logits.contiguous());
  }
  return tensors;
}

void run(std::span<char*> words) {
  if (words.size() < 4) {
    throw Error(ErrorCode::kUsage, "export_parity: see the first lines of its source");
  }
  const auto request = request_of(words);
  std::vector<std::string> classes;
  for (int c = 0; c < request.outputs; ++c) classes.push_back(cat("class ", c));
  torch::manual_seed(1);
  const auto model = eval::build_model(request.config, classes, {request.side, request.side},
                                       eval::resolve_runtime(request.config));
  randomize_statistics(*model.network);
  const auto exported = onnx::export_graph(model, {.fixed_size = request.fixed_size});
  const std::filesystem::path folder = words[2];
  onnx::write_model(FileSystem::real(), folder / "model.onnx", model, exported);
  AtomicFile file(FileSystem::real(), folder / "cases.safetensors");
  checkpoint::write_safetensors(file, cases_of(model, exported),
                                {{"size_multiple", cat(exported.size_multiple)}});
  file.commit();
}

}  // namespace
}  // namespace carica

int main(int count, char** words) {
  try {
    carica::run({words, static_cast<std::size_t>(count)});
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
