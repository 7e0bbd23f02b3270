#include "eval/network_profile.h"

#include <ATen/Functions.h>
#include <c10/core/Allocator.h>
#include <torch/utils.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "eval/operator_log.h"

namespace carica::eval {
namespace {

using Cost = std::int64_t (*)(const OperatorCall& call);

std::int64_t none(const OperatorCall&) { return 0; }

// Of each output: a filter.
std::int64_t of_convolution(const OperatorCall& call) {
  const auto& weight = call.inputs[1];
  return call.outputs[0].numel() * (weight.numel() / weight.size(0));
}

// Of each input: a filter.
std::int64_t of_transposed_convolution(const OperatorCall& call) {
  const auto& weight = call.inputs[1];
  return call.inputs[0].numel() * (weight.numel() / weight.size(0));
}

std::int64_t of_linear(const OperatorCall& call) {
  return call.outputs[0].numel() * call.inputs[1].size(-1);
}

std::int64_t of_product(const OperatorCall& call) {
  return call.outputs[0].numel() * call.inputs[0].size(-1);
}

std::int64_t of_sum_and_product(const OperatorCall& call) {
  return call.outputs[0].numel() * call.inputs[1].size(-1);
}

// queries float[N,heads,L,D], keys float[N,heads,S,D]: q k' and the weighted sum of values.
std::int64_t of_attention(const OperatorCall& call) {
  return 2 * call.inputs[0].numel() * call.inputs[1].size(-2);
}

/// THE table of operators that are layers; others (additions, views) are not shown.
struct Kind {
  const char* operator_name;
  const char* kind;
  Cost cost;
};
constexpr std::array kKinds = {
    Kind{"aten::conv2d", "Conv2d", of_convolution},
    Kind{"aten::conv_transpose2d", "ConvTranspose2d", of_transposed_convolution},
    Kind{"aten::linear", "Linear", of_linear},
    Kind{"aten::addmm", "Linear", of_sum_and_product},
    Kind{"aten::matmul", "MatMul", of_product},
    Kind{"aten::bmm", "MatMul", of_product},
    Kind{"aten::scaled_dot_product_attention", "Attention", of_attention},
    Kind{"aten::batch_norm", "BatchNorm2d", none},
    Kind{"aten::layer_norm", "LayerNorm", none},
    Kind{"aten::group_norm", "GroupNorm", none},
    Kind{"aten::relu", "ReLU", none},
    Kind{"aten::relu_", "ReLU", none},
    Kind{"aten::relu6", "ReLU6", none},
    Kind{"aten::relu6_", "ReLU6", none},
    Kind{"aten::hardtanh", "ReLU6", none},
    Kind{"aten::hardtanh_", "ReLU6", none},
    Kind{"aten::hardswish", "Hardswish", none},
    Kind{"aten::hardswish_", "Hardswish", none},
    Kind{"aten::hardsigmoid", "Hardsigmoid", none},
    Kind{"aten::hardsigmoid_", "Hardsigmoid", none},
    Kind{"aten::silu", "SiLU", none},
    Kind{"aten::silu_", "SiLU", none},
    Kind{"aten::gelu", "GELU", none},
    Kind{"aten::sigmoid", "Sigmoid", none},
    Kind{"aten::softmax", "Softmax", none},
    Kind{"aten::max_pool2d", "MaxPool2d", none},
    Kind{"aten::max_pool2d_with_indices", "MaxPool2d", none},
    Kind{"aten::max_unpool2d", "MaxUnpool2d", none},
    Kind{"aten::avg_pool2d", "AvgPool2d", none},
    Kind{"aten::adaptive_avg_pool2d", "AdaptiveAvgPool2d", none},
    Kind{"aten::upsample_nearest2d", "Upsample", none},
    Kind{"aten::upsample_bilinear2d", "Upsample", none},
    Kind{"aten::cat", "Concatenate", none},
};

const Kind* find_kind(const std::string& name) {
  const auto found = std::ranges::find(kKinds, name, &Kind::operator_name);
  return found == kKinds.end() ? nullptr : &*found;
}

// Modules by their parameters; views of a parameter (its transpose) count as the parameter.
class Owners {
 public:
  explicit Owners(const models::Network& network) {
    for (const auto& item : network.named_parameters()) {
      const auto dot = item.key().rfind('.');
      const auto module = dot == std::string::npos ? item.key() : item.key().substr(0, dot);
      names_.emplace(item.value().const_data_ptr(), module);
      numbers_[module] += item.value().numel();
    }
  }

  /// The module whose parameter the operator takes, and all of its numbers at its first use.
  void name(const OperatorCall& call, LayerProfile& layer) {
    for (const auto& input : call.inputs) {
      const auto found = names_.find(input.const_data_ptr());
      if (found == names_.end()) continue;
      layer.name = found->second;
      layer.parameters = std::exchange(numbers_[layer.name], 0);
      return;
    }
  }

 private:
  std::unordered_map<const void*, std::string> names_;
  std::unordered_map<std::string, std::int64_t> numbers_;  // not shown yet
};

// What torch allocates in main memory on this thread while it stands.
class LiveBytes : public c10::MemoryReportingInfoBase {
 public:
  void reportMemoryUsage(void*, std::int64_t size, std::size_t, std::size_t,
                         c10::Device device) override {
    if (!device.is_cpu()) return;
    live_ += size;
    peak_ = std::max(peak_, live_);
  }
  bool memoryProfilingEnabled() const override { return true; }

  std::int64_t live() const { return live_; }
  std::int64_t peak() const { return peak_; }

 private:
  std::int64_t live_ = 0, peak_ = 0;
};

template <typename Run>
std::shared_ptr<const LiveBytes> count_bytes(const Run& run) {
  auto bytes = std::make_shared<LiveBytes>();
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, bytes);
  run(*bytes);
  return bytes;
}

std::int64_t numbers_in(const std::vector<torch::Tensor>& tensors) {
  std::int64_t sum = 0;
  for (const auto& tensor : tensors) sum += tensor.numel();
  return sum;
}

}  // namespace

NetworkProfile profile_network(models::Network& network, std::int64_t channels, std::int64_t height,
                               std::int64_t width) {
  NetworkProfile profile;
  profile.parameters = numbers_in(network.parameters());
  profile.buffers = numbers_in(network.buffers());
  const auto pictures = torch::randn({1, channels, height, width});
  Owners owners(network);
  network.eval();
  {
    torch::NoGradGuard no_grad;
    const auto pass = [&] { network.forward(pictures); };
    watch_operators(pass, [&](const OperatorCall& call) {
      const Kind* kind = find_kind(call.name);
      if (kind == nullptr || call.outputs.empty()) return;
      LayerProfile layer;
      layer.kind = kind->kind;
      layer.output = call.outputs[0].sizes().slice(1).vec();
      layer.multiply_adds = kind->cost(call);
      owners.name(call, layer);
      if (layer.kind == "MatMul" && !layer.name.empty()) layer.kind = "Linear";
      profile.multiply_adds += layer.multiply_adds;
      profile.layers.push_back(std::move(layer));
    });
    profile.features = network.features(pictures).size(1);
    profile.inference_bytes = count_bytes([&](LiveBytes&) { pass(); })->peak();
  }
  // Two pictures: norms over single numbers (of pooled maps) refuse one.
  network.train();
  const auto both = torch::randn({2, channels, height, width});
  count_bytes([&](const LiveBytes& bytes) {
    const auto output = network.forward(both);
    profile.training_bytes = bytes.live() / 2;
  });
  network.eval();
  return profile;
}

}  // namespace carica::eval
