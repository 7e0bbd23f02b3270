// Runs one network for compare_networks.py, which has the same one in Python. Not for users.
//
//     network_parity run NAME WEIGHTS PICTURES OUT [KEY=VALUE ...]
//     network_parity fresh NAME OUT [KEY=VALUE ...]
//
// run: loads WEIGHTS strictly, in float32; PICTURES holds `pictures`, float[N,C,H,W], and
// `grad_logits`, of a network with an auxiliary head `grad_aux` as well. OUT gets `state.*`, the
// network's own state as loaded; `logits` and `features` in evaluation; of one training step of
// sum(logits * grad_logits) + sum(aux * grad_aux), without dropout, `grad.*` of each parameter that
// trains and `buffer.*` after it. fresh: OUT gets `state.*` of a new network after
// torch.manual_seed(seed). Keys: task (classify, segment), outputs, height, width, seed, stem,
// encoder, dropout, drop_path, aux, output_stride.
#include <torch/nn/modules/dropout.h>
#include <torch/utils.h>

#include <cstdio>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "checkpoint/run_state.h"
#include "checkpoint/safetensors.h"
#include "core/error.h"
#include "models/registry.h"

namespace carica {
namespace {

std::shared_ptr<models::Network> build(const std::string& name, std::span<char*> pairs) {
  models::BuildOptions options;
  options.model.name = name;
  options.outputs = 1000;
  auto task = config::Task::kClassify;
  std::uint64_t seed = 0;
  for (const std::string pair : pairs) {
    const auto equals = pair.find('=');
    const std::string key = pair.substr(0, equals), value = pair.substr(equals + 1);
    if (key == "task") task = value == "segment" ? config::Task::kSegment : task;
    if (key == "outputs") options.outputs = std::stoi(value);
    if (key == "height") options.height = std::stoi(value);
    if (key == "width") options.width = std::stoi(value);
    if (key == "seed") seed = std::stoull(value);
    if (key == "stem") options.model.stem = value;
    if (key == "encoder") options.model.encoder = value;
    if (key == "dropout") options.model.dropout = std::stod(value);
    if (key == "drop_path") options.model.drop_path = std::stod(value);
    if (key == "aux") options.model.aux = value;
    if (key == "output_stride") options.model.output_stride = std::stoi(value);
  }
  torch::manual_seed(seed);
  return models::build(options, task);
}

void add_state(checkpoint::NamedTensors& out, const models::Network& network) {
  for (const auto& [name, tensor] : checkpoint::named_state(network)) {
    out.emplace_back("state." + name, tensor.detach().clone());
  }
}

/// Segmenters may leave logits at a lower resolution: at that of `size`, as the loss and the
/// evaluator see them.
torch::Tensor brought_to(const torch::Tensor& logits, const torch::Tensor& size) {
  if (logits.sizes() == size.sizes()) return logits;
  return torch::upsample_bilinear2d(logits, {size.size(2), size.size(3)}, /*align_corners=*/false);
}

template <typename Dropout>
void never_drop(torch::nn::Module& module) {
  if (auto* dropout = module.as<Dropout>()) dropout->options.p(0);
}

/// sum(tensor * grad), at grad's size.
torch::Tensor inner_product(const torch::Tensor& tensor, const torch::Tensor& grad) {
  return (brought_to(tensor, grad) * grad).sum();
}

checkpoint::NamedTensors run(models::Network& network, const std::string& weights,
                             const std::string& pictures_file) {
  checkpoint::NamedTensors out;
  checkpoint::copy_state(network, checkpoint::read_safetensors(weights).tensors, weights);
  add_state(out, network);
  const auto inputs = checkpoint::read_safetensors(pictures_file);
  const auto pictures = *inputs.find("pictures"), grad_logits = *inputs.find("grad_logits");
  network.eval();
  {
    torch::NoGradGuard no_grad;
    out.emplace_back("logits", brought_to(network.forward(pictures).logits, grad_logits));
    out.emplace_back("features", network.features(pictures));
  }
  network.train();
  for (const auto& module : network.modules()) {
    never_drop<torch::nn::DropoutImpl>(*module);
    never_drop<torch::nn::Dropout2dImpl>(*module);
  }
  const auto given = network.forward(pictures);
  auto loss = inner_product(given.logits, grad_logits);
  if (given.aux.defined()) loss = loss + inner_product(given.aux, *inputs.find("grad_aux"));
  loss.backward();
  for (const auto& item : network.named_parameters()) {
    if (!item.value().requires_grad()) continue;
    const auto& gradient = item.value().grad();
    out.emplace_back("grad." + item.key(),
                     gradient.defined() ? gradient : torch::zeros_like(item.value()));
  }
  for (const auto& item : network.named_buffers()) {
    out.emplace_back("buffer." + item.key(), item.value());
  }
  return out;
}

int main_of(std::span<char*> words) {
  const std::string command = words.size() > 3 ? words[1] : "";
  const bool runs = command == "run" && words.size() > 5;
  if (!runs && command != "fresh") {
    throw Error(ErrorCode::kUsage, "network_parity: see the first lines of its source");
  }
  const auto network = build(words[2], words.subspan(runs ? 6 : 4));
  checkpoint::NamedTensors out;
  if (runs) {
    out = run(*network, words[3], words[4]);
  } else {
    add_state(out, *network);
  }
  AtomicFile file(FileSystem::real(), words[runs ? 5 : 3]);
  checkpoint::write_safetensors(file, out, {});
  file.commit();
  return 0;
}

}  // namespace
}  // namespace carica

int main(int count, char** words) {
  try {
    return carica::main_of({words, static_cast<std::size_t>(count)});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
