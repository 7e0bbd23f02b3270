// Weights into networks: what fits, what is said, what is refused.
#include "weights/load.h"

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include <limits>

#include "checkpoint/run_state.h"
#include "golden/weights_golden.h"
#include "samples.h"
#include "weights/first_layer.h"
#include "weights/rename.h"
#include "weights/state_dict.h"

namespace carica::weights {
namespace {

using checkpoint::NamedTensors;
using testing::ElementsAre;
using testing::HasSubstr;

/// conv1, bn1, fc: a small classifier, or without fc its trunk.
class Tiny : public torch::nn::Module {
 public:
  explicit Tiny(int classes, int channels = 3) {
    register_module("conv1", torch::nn::Conv2d(channels, 4, 3));
    register_module("bn1", torch::nn::BatchNorm2d(4));
    if (classes > 0) register_module("fc", torch::nn::Linear(4, classes));
  }
};

/// encoder.*, segmentation_head.*
class Segmenter : public torch::nn::Module {
 public:
  Segmenter() {
    register_module("encoder", std::make_shared<Tiny>(0));
    register_module("segmentation_head", torch::nn::Conv2d(4, 2, 1));
  }
};

/// backbone.*, classifier.*, aux_classifier.*
class TwoHeads : public torch::nn::Module {
 public:
  explicit TwoHeads(bool aux) {
    register_module("backbone", std::make_shared<Tiny>(0));
    register_module("classifier", torch::nn::Conv2d(4, 2, 1));
    if (aux) register_module("aux_classifier", torch::nn::Conv2d(4, 2, 1));
  }
};

NamedTensors copies(const torch::nn::Module& network) {
  NamedTensors result;
  for (const auto& [name, tensor] : checkpoint::named_state(network)) {
    result.emplace_back(name, tensor.detach().clone());
  }
  return result;
}
/// The tensors of a network whose numbers are all `value`, names behind `prefix`.
NamedTensors filled(const torch::nn::Module& network, double value,
                    const std::string& prefix = "") {
  NamedTensors result;
  for (const auto& [name, tensor] : checkpoint::named_state(network)) {
    result.emplace_back(prefix + name, torch::full_like(tensor, value).detach());
  }
  return result;
}
torch::Tensor& at(NamedTensors& tensors, const std::string& name) {
  for (auto& [key, tensor] : tensors) {
    if (key == name) return tensor;
  }
  throw std::out_of_range(name);
}
bool all_equal(const torch::nn::Module& network, const std::string& name, double value) {
  auto state = checkpoint::named_state(network);
  return at(state, name).eq(value).all().item<bool>();
}
WeightsFile file_of(NamedTensors tensors) {
  WeightsFile file;
  file.tensors = std::move(tensors);
  return file;
}
LoadReport load(torch::nn::Module& network, NamedTensors tensors, const LoadOptions& options = {}) {
  return load(network, file_of(std::move(tensors)), options, "x.pth");
}
/// Refused, and the network is as it was.
std::string refused(torch::nn::Module& network, NamedTensors tensors,
                    const LoadOptions& options = {}) {
  const auto before = copies(network);
  const auto message = refusal([&] { load(network, std::move(tensors), options); });
  const auto after = copies(network);
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_TRUE(same_bits(before[i].second, after[i].second)) << before[i].first;
  }
  return message;
}

TEST(Load, SetsEveryTensorAndSaysSo) {
  Tiny network(5);
  const auto report = load(network, filled(network, 2));
  for (const auto& [name, tensor] : checkpoint::named_state(network)) {
    EXPECT_TRUE(all_equal(network, name, 2)) << name;
  }
  EXPECT_EQ(report.summary(), "9 of 9 tensors, 100 % of the parameters, 3 of 3 buffers");
  EXPECT_TRUE(report.notes.empty());
}

TEST(Load, TakesOffPrefixesOfWrappersOneAfterTheOther) {
  Tiny network(5);
  const auto report = load(network, filled(network, 2, "module._orig_mod.model."));
  EXPECT_TRUE(all_equal(network, "fc.bias", 2));
  EXPECT_THAT(report.notes, ElementsAre("prefix 'module.' taken off 9 names",
                                        "prefix '_orig_mod.' taken off 9 names",
                                        "prefix 'model.' taken off 9 names"));
  // Not where one name is without it.
  auto tensors = filled(network, 2, "module.");
  tensors[0].first = "conv1.weight";
  EXPECT_THAT(refused(network, tensors), HasSubstr("7 missing (\"conv1.bias\", "));
}

TEST(Load, LeavesOutTheCounterOfAveragedModels) {
  Tiny network(5);
  auto tensors = filled(network, 2, "module.");
  tensors.emplace_back("n_averaged", torch::tensor(7));
  const auto report = load(network, tensors);
  EXPECT_TRUE(all_equal(network, "fc.bias", 2));
  EXPECT_THAT(report.notes,
              ElementsAre("n_averaged left out", "prefix 'module.' taken off 9 names"));
}

TEST(Load, ListsWhatIsMissingUnexpectedAndWrong) {
  Tiny network(5);
  auto tensors = filled(network, 2);
  tensors[0].first = "conv.weight";
  at(tensors, "fc.bias") = torch::zeros({6});
  at(tensors, "bn1.bias") = torch::zeros({4}, torch::kInt64);
  EXPECT_EQ(refused(network, tensors),
            "x.pth: tensors that do not fit: 1 missing (\"conv1.weight\"); 1 unexpected "
            "(\"conv.weight\"); 2 of wrong shape or type (\"bn1.bias\": Long, expected Float, "
            "\"fc.bias\": [6], expected [5]); every name and shape must match");
}

TEST(Load, LeavesTheHeadOnlyWhereTheOptionsSaySo) {
  Tiny network(5);
  const Tiny imagenet(1000);
  try {
    load(network, filled(imagenet, 2), {.key = "", .heads = {"fc."}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("\"fc.weight\": [1000, 4], expected [5, 4]"));
    EXPECT_THAT(error.hint(), HasSubstr("model.head=reinit"));
  }
  auto state = checkpoint::named_state(network);
  at(state, "fc.bias").detach().fill_(0.5);
  const auto report =
      load(network, filled(imagenet, 2), {.key = "", .heads = {"fc."}, .reinit_head = true});
  EXPECT_TRUE(all_equal(network, "fc.bias", 0.5));
  EXPECT_TRUE(all_equal(network, "conv1.weight", 2));
  EXPECT_THAT(report.notes, ElementsAre("head (fc.): 2 tensors keep new weights"));
  EXPECT_EQ(report.summary(), "7 of 9 tensors, 82.8 % of the parameters, 3 of 3 buffers");
  // Nothing else may differ, not even then.
  auto tensors = filled(imagenet, 2);
  at(tensors, "conv1.bias") = torch::zeros({3});
  EXPECT_THAT(refused(network, tensors, {.key = "", .heads = {"fc."}, .reinit_head = true}),
              HasSubstr("conv1.bias"));
}

TEST(Load, PutsAClassifierIntoTheEncoderOfASegmenter) {
  Segmenter network;
  const Tiny classifier(1000);
  const auto before = copies(network);
  const auto report =
      load(network, filled(classifier, 2), {.key = "", .heads = {"segmentation_head."}});
  EXPECT_TRUE(all_equal(network, "encoder.conv1.weight", 2));
  EXPECT_FALSE(all_equal(network, "segmentation_head.weight", 2));
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_THAT(report.notes[0], HasSubstr("for 'encoder.' alone"));
  auto tensors = filled(classifier, 2);
  tensors.emplace_back("layer9.weight", torch::zeros({1}));
  EXPECT_THAT(refused(network, tensors), HasSubstr("1 unexpected (\"encoder.layer9.weight\")"));
}

TEST(Load, TakesAFileWithAnAuxiliaryHeadMoreOrLess) {
  for (const bool wanted : {false, true}) {
    TwoHeads network(wanted);
    auto before = copies(network);
    const auto report = load(network, filled(TwoHeads(!wanted), 2));
    EXPECT_TRUE(all_equal(network, "backbone.conv1.weight", 2));
    EXPECT_TRUE(all_equal(network, "classifier.bias", 2));
    EXPECT_THAT(report.notes,
                ElementsAre(wanted ? "auxiliary head (aux_classifier.): 2 tensors keep new weights"
                                   : "auxiliary head (aux_classifier.): 2 tensors left out"));
    EXPECT_EQ(report.tensors, before.size());
    if (wanted) {
      EXPECT_FALSE(all_equal(network, "aux_classifier.weight", 2));
    }
    // Nothing else may differ.
    auto tensors = filled(TwoHeads(!wanted), 2);
    at(tensors, "classifier.bias") = torch::zeros({3});
    EXPECT_THAT(refused(network, tensors),
                HasSubstr("1 of wrong shape or type (\"classifier.bias"));
  }
}

TEST(Load, KnowsTheFirstConvolutionOfAnotherStem) {
  Tiny network(5);
  const auto hint = [&](const Tiny& file) {
    auto tensors = filled(file, 2);
    at(tensors, "conv1.weight") = torch::zeros({4, 3, 7, 7});
    try {
      load(network, tensors, {.key = "", .heads = {"fc."}});
    } catch (const Error& error) {
      return error.hint();
    }
    return std::string("loaded");
  };
  EXPECT_EQ(hint(Tiny(5)), "the first convolution is that of model.stem=imagenet; all else fits");
  EXPECT_EQ(hint(Tiny(6)),
            "the first convolution is that of model.stem=imagenet; the head (fc.) differs: "
            "model.head=reinit gives it new weights");
}

TEST(Load, AdaptsTheFirstConvolutionToOtherChannels) {
  Tiny network(5, 1);
  const Tiny colors(5);
  const auto report = load(network, filled(colors, 2));
  EXPECT_TRUE(all_equal(network, "conv1.weight", 6));
  EXPECT_THAT(report.notes, ElementsAre("first convolution adapted from 3 to 1 channels"));
}

TEST(Load, TakesMissingCountsOfBatchesAsZero) {
  Tiny network(5);
  auto tensors = filled(network, 2);
  std::erase_if(tensors,
                [](const auto& named) { return named.first == "bn1.num_batches_tracked"; });
  const auto report = load(network, tensors);
  EXPECT_TRUE(all_equal(network, "bn1.num_batches_tracked", 0));
  EXPECT_THAT(report.notes, ElementsAre("1 num_batches_tracked missing: 0"));
}

TEST(Load, RefusesNumbersThatCannotBe) {
  Tiny network(5);
  for (const double value :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    auto tensors = filled(network, 2);
    at(tensors, "conv1.weight")[0][0][0][0] = value;
    EXPECT_THAT(refused(network, tensors), HasSubstr("\"conv1.weight\" has a value that is not"));
  }
  auto tensors = filled(network, 2);
  at(tensors, "bn1.running_var")[1] = -1;
  EXPECT_THAT(refused(network, tensors), HasSubstr("a variance below 0"));
  at(tensors, "bn1.running_var")[1] = 0;
  EXPECT_THAT(load(network, tensors).notes, ElementsAre("1 variances of batch norms are 0"));
}

TEST(Load, ConvertsOtherFloatTypes) {
  Tiny network(5);
  auto tensors = filled(network, 2);
  for (auto& [name, tensor] : tensors) {
    if (tensor.is_floating_point()) tensor = tensor.to(torch::kBFloat16);
  }
  load(network, tensors);
  EXPECT_TRUE(all_equal(network, "conv1.weight", 2));
}

TEST(FirstLayer, IsAdaptedAsTimmDoes) {
  const auto weights = torch::tensor(golden::kFirstLayer).view({2, 3, 1, 2});
  for (const auto& [channels, values] : golden::kAdaptedFirstLayer) {
    const auto adapted = adapt_first_layer(weights, channels);
    EXPECT_EQ(adapted.sizes(), (std::vector<std::int64_t>{2, channels, 1, 2}));
    EXPECT_TRUE(torch::allclose(adapted.flatten(), torch::tensor(values), 1e-6, 1e-7)) << channels;
  }
  EXPECT_THROW(adapt_first_layer(torch::zeros({2, 4, 1, 1}), 3), Error);
}

TEST(StateDicts, AreChosenByRuleOrByKey) {
  const auto weights = [](double) {
    return pickle::dict({{"w", pickle::tensor(pickle::storage("0", 4), 0, {4}, {1})}});
  };
  const auto path = [&](const std::vector<std::pair<std::string, std::string>>& items,
                        const std::string& key = "") {
    const TorchFile file = parse(torch_zip(pickle::dict(items)).bytes());
    return find_state_dict(file.tree(), key, "x.pth").path;
  };
  EXPECT_EQ(path({{"w", pickle::tensor(pickle::storage("0", 4), 0, {4}, {1})}}), "");
  EXPECT_EQ(path({{"epoch", "K\x05"}, {"whatever", weights(1)}}), "whatever");
  EXPECT_EQ(path({{"run", pickle::dict({{"model", weights(1)}})}, {"stats", weights(2)}}),
            "run.model");
  EXPECT_EQ(path({{"model", weights(1)}, {"model_ema", weights(2)}}, "model_ema"), "model_ema");
  EXPECT_THAT(refusal([&] {
                path({{"model", weights(1)}, {"model_ema", weights(2)}});
              }),
              HasSubstr("several dicts of weights: model, model_ema; one is needed"));
  EXPECT_THAT(refusal([&] {
                path({{"one", weights(1)}, {"two", weights(2)}});
              }),
              HasSubstr("several dicts of weights: one, two"));
  EXPECT_THAT(refusal([&] {
                path({{"model", weights(1)}}, "ema");
              }),
              HasSubstr("no weights under 'ema'; there are some under model"));
  EXPECT_THAT(refusal([&] { path({{"epoch", "K\x05"}}); }), HasSubstr("no dict of named tensors"));
  const auto twice = pickle::tensor(pickle::storage("0", 4), 0, {4}, {1});
  EXPECT_THAT(refusal([&] { path({{"w", twice}, {"w", twice}}); }), HasSubstr("'w' occurs twice"));
}

TEST(Rename, ChangesNamesOnlyWhereTheNetworkHasTheNewOnes) {
  NamedTensors network = {{"denseblock1.denselayer1.norm1.weight", torch::zeros({2})},
                          {"layer_scale", torch::zeros({2, 1, 1})}};
  NamedTensors file = {{"denseblock1.denselayer1.norm.1.weight", torch::ones({2})},
                       {"pos_embed", torch::ones({2})}};
  EXPECT_THAT(rename_known(file, network),
              ElementsAre("torchvision's older names of densenets: 1 names changed to the "
                          "network's"));
  EXPECT_EQ(file[0].first, "denseblock1.denselayer1.norm1.weight");
  EXPECT_EQ(file[1].first, "pos_embed");
  EXPECT_TRUE(rename_known(file, network).empty());
}

}  // namespace
}  // namespace carica::weights
