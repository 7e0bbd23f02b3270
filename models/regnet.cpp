#include "models/regnet.h"

#include <array>

#include "models/conv_norm_activation.h"
#include "models/initialize.h"
#include "models/pooled_classifier.h"
#include "models/squeeze_excitation.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

struct Stage {
  std::int64_t width;
  int blocks;
};
// What the rule gives for depth 16, w_0 48, w_a 27.89, w_m 2.09.
constexpr std::array<Stage, 4> kStages = {{{48, 1}, {104, 3}, {208, 6}, {440, 6}}};
constexpr std::int64_t kGroupWidth = 8;
constexpr std::int64_t kFirst = 32;  // channels of the stem

ConvNormActivation make_layer(const ConvOptions& conv, Activation activation = Activation::kRelu) {
  return ConvNormActivation(ConvNormActivationOptions{.conv = conv, .activation = activation});
}

/// float[N,in,H,W] -> float[N,out,H/stride,W/stride], rounded up. Names: proj (where the shape
/// changes), f.a, f.b, f.se, f.c.
class RegNetBlockImpl : public nn::Module {
 public:
  RegNetBlockImpl(std::int64_t in, std::int64_t out, std::int64_t stride) : proj_(nullptr) {
    if (in != out || stride != 1) {
      const ConvOptions shortcut{.in = in, .out = out, .kernel = 1, .stride = stride};
      proj_ = register_module("proj", make_layer(shortcut, Activation::kNone));
    }
    f_->push_back("a", make_layer({.in = in, .out = out, .kernel = 1}));
    f_->push_back(
        "b", make_layer({.in = out, .out = out, .stride = stride, .groups = out / kGroupWidth}));
    f_->push_back("se",
                  SqueezeExcitation(SqueezeExcitationOptions{.channels = out, .squeezed = in / 4}));
    f_->push_back("c", make_layer({.in = out, .out = out, .kernel = 1}, Activation::kNone));
    register_module("f", f_);
  }

  torch::Tensor forward(const torch::Tensor& x) {
    const auto y = f_->forward(x);
    return y.add_(proj_.is_empty() ? x : proj_->forward(x)).relu_();
  }

 private:
  ConvNormActivation proj_;
  Chain f_;
};
TORCH_MODULE(RegNetBlock);

Chain make_trunk_output() {
  Chain trunk;
  std::int64_t in = kFirst;
  for (std::size_t i = 0; i < kStages.size(); ++i) {
    const std::string name = "block" + std::to_string(i + 1);
    Chain stage;
    for (int k = 0; k < kStages[i].blocks; ++k) {
      stage->push_back(name + "-" + std::to_string(k),
                       RegNetBlock(in, kStages[i].width, k == 0 ? 2 : 1));
      in = kStages[i].width;
    }
    trunk->push_back(std::string(name), stage);
  }
  return trunk;
}

}  // namespace

std::shared_ptr<Network> make_regnet(const ClassifierOptions& options) {
  const bool imagenet = options.stem == Stem::kImagenet;
  ClassifierParts parts;
  parts.rule = {
      .network = options.name, .channels = options.in_channels, .stride = imagenet ? 32 : 16};
  parts.trunk->push_back(
      "stem", make_layer({.in = options.in_channels, .out = kFirst, .stride = imagenet ? 2 : 1}));
  parts.trunk->push_back("trunk_output", make_trunk_output());
  parts.dropout = options.dropout.value_or(0);
  parts.head = nn::Linear(kStages.back().width, options.outputs);
  parts.head_name = "fc";
  const auto network = std::make_shared<PooledClassifier>(std::move(parts));
  initialize_backbone(*network);
  initialize_linears(*network, 0.01);
  return network;
}

}  // namespace carica::models
