#include <gmock/gmock.h>
<<<<<<< HEAD
#include <torch/nn.h>
    == == ==
    =
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
        >>>>>>> ckpt

#include "samples.h"

        namespace carica::checkpoint {
  namespace {

  using testing::HasSubstr;

  /// Registers a buffer between layers, has a layer without bias, and one inside another.
  struct SampleNetwork : torch::nn::Module {
    SampleNetwork() {
      conv =
          register_module("conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(3, 4, 3).bias(false)));
      block = register_module(
          "block", torch::nn::Sequential(torch::nn::BatchNorm2d(4), torch::nn::Linear(4, 2)));
      scale = register_parameter("scale", torch::ones({1}));
      steps = register_buffer("steps", torch::zeros({}, torch::kInt64));
    }
    torch::nn::Conv2d conv = nullptr;
    torch::nn::Sequential block = nullptr;
    torch::Tensor scale, steps;
  };

  std::vector<std::string> names_of(const NamedTensors& tensors) {
    std::vector<std::string> names;
    for (const auto& [name, tensor] : tensors) names.push_back(name);
    return names;
  }

  NamedTensors copies(const NamedTensors& tensors) {
    NamedTensors result;
    for (const auto& [name, tensor] : tensors) result.emplace_back(name, tensor.detach().clone());
    return result;
  }

  TEST(NamedState, HasTheNamesAndOrderOfPythonsStateDict) {
    EXPECT_THAT(
        names_of(named_state(SampleNetwork())),
        testing::ElementsAre("scale", "steps", "conv.weight", "block.0.weight", "block.0.bias",
                             "block.0.running_mean", "block.0.running_var",
                             "block.0.num_batches_tracked", "block.1.weight", "block.1.bias"));
  }

  TEST(NamedState, GivesTheNetworksOwnTensors) {
    SampleNetwork network;
    named_state(network)[1].second.fill_(3);
    EXPECT_EQ(network.steps.item<int>(), 3);
  }

  TEST(CopyState, FillsANetworkThroughAFile) {
    const test::TempFolder folder;
    const SampleNetwork source;
    source.steps.fill_(5);
    SampleNetwork target;
    save_weights(FileSystem::real(), folder / "w", named_state(source), {}, {});
    copy_state(target, load_weights(folder / "w").tensors, "w");
    EXPECT_TRUE(same_tensors(named_state(source), named_state(target)));
    EXPECT_TRUE(target.scale.requires_grad());
  }

  TEST(CopyState, ConvertsBetweenFloatTypes) {
    SampleNetwork target;
    auto tensors = copies(named_state(target));
    tensors[0].second = torch::full({1}, 0.5, torch::kBFloat16);
    copy_state(target, tensors, "w");
    EXPECT_EQ(target.scale.item<float>(), 0.5F);
    EXPECT_EQ(target.scale.scalar_type(), torch::kFloat32);
  }

  TEST(CopyState, ListsAllThatDoesNotFitAndChangesNothing) {
    SampleNetwork network;
    const auto before = copies(named_state(network));
    auto tensors = copies(before);
    for (auto& [name, tensor] : tensors) tensor = tensor + 1;
    tensors[2].second = torch::ones({4, 3, 5, 5});
    tensors[9].second = torch::ones({10});
    tensors[1].second = torch::ones({});
    tensors.erase(tensors.begin() + 3, tensors.begin() + 5);
    tensors.emplace_back("head.weight", torch::ones({1}));
    tensors.emplace_back("head.bias\n", torch::ones({1}));
    EXPECT_EQ(message_of(ErrorCode::kCorrupt, [&] { copy_state(network, tensors, "best"); }),
              "best: tensors that do not fit: 2 missing (\"block.0.weight\", \"block.0.bias\"); "
              "2 unexpected (\"head.bias\\n\", \"head.weight\"); "
              "2 of wrong shape (\"conv.weight\": [4, 3, 5, 5], expected [4, 3, 3, 3], "
              "\"block.1.bias\": [10], expected [2]); "
              "1 of wrong type (\"steps\": Float, expected Long); every name and shape must match");
    EXPECT_TRUE(same_tensors(named_state(network), before));
  }

  TEST(CopyTensors, RefusesANameGivenTwice) {
    const NamedTensors into = {{"a", torch::zeros({1})}};
    const NamedTensors from = {{"a", torch::ones({1})}, {"a", torch::ones({1})}};
    EXPECT_THAT(message_of(ErrorCode::kCorrupt, [&] { copy_tensors(into, from, "x"); }),
                HasSubstr("unexpected (\"a\")"));
    EXPECT_EQ(into[0].second.item<float>(), 0);
  }

  TEST(CopyTensors, LeavesNoGraph) {
    const NamedTensors into = {{"a", torch::zeros({1})}};
    copy_tensors(into, {{"a", torch::ones({1}, torch::requires_grad())}}, "x");
    EXPECT_FALSE(into[0].second.requires_grad());
    EXPECT_EQ(into[0].second.item<float>(), 1);
  }

  }  // namespace
}  // namespace carica::checkpoint
