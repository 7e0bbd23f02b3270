// Layers of the networks of the registry, by the names that their parameters have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "models/registry.h"
#include "models/unfilled.h"
#include "optim/layers.h"

namespace carica::optim {
namespace {

struct Numbers {
  NamedTensors parameters;
  std::vector<std::size_t> layers;

  std::size_t count() const { return std::set(layers.begin(), layers.end()).size(); }
  /// Those of the parameters whose names begin so.
  std::set<std::size_t> of(const std::string& prefix) const {
    std::set<std::size_t> found;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (parameters[i].first.starts_with(prefix)) found.insert(layers[i]);
    }
    return found;
  }
};

Numbers numbers_of(const std::string& name, config::Task task, const std::string& aux = "auto") {
  const models::Unfilled unfilled;
  models::BuildOptions options;
  options.model.name = name;
  options.model.aux = aux;
  options.outputs = 10;
  Numbers numbers;
  for (const auto& item : models::build(options, task)->named_parameters()) {
    numbers.parameters.emplace_back(item.key(), item.value());
  }
  numbers.layers = layers_of(numbers.parameters);
  return numbers;
}

TEST(NetworkLayers, OfClassifiersAreTheirBlocksInOrder) {
  const std::vector<std::pair<const char*, std::size_t>> counts = {
      {"resnet18", 1 + 8 + 1},        {"resnet50", 1 + 16 + 1},
      {"regnet_y_400mf", 1 + 16 + 1}, {"mobilenet_v2", 19 + 1},
      {"mobilenet_v3_large", 17 + 2}, {"shufflenet_v2_x1_0", 1 + 16 + 1 + 1},
      {"efficientnet_b0", 9 + 1},     {"convnext_tiny", 8 + 1},
      {"densenet121", 1 + 4 + 3 + 1}, {"vgg16_bn", 13 + 3},
      {"squeezenet1_1", 1 + 8 + 1},   {"vit_b_16", 1 + 12 + 1},
  };
  for (const auto& [name, count] : counts) {
    SCOPED_TRACE(name);
    const auto numbers = numbers_of(name, config::Task::kClassify);
    EXPECT_EQ(numbers.count(), count);
    EXPECT_TRUE(std::ranges::is_sorted(numbers.layers));
  }
}

TEST(NetworkLayers, OfARegNetAreItsBlocks) {
  const auto numbers = numbers_of("regnet_y_400mf", config::Task::kClassify);
  EXPECT_THAT(numbers.of("stem."), testing::ElementsAre(0));
  EXPECT_THAT(numbers.of("trunk_output.block1.block1-0."), testing::ElementsAre(1));
  EXPECT_THAT(numbers.of("trunk_output.block4.block4-5."), testing::ElementsAre(16));
  EXPECT_THAT(numbers.of("fc."), testing::ElementsAre(17));
}

TEST(NetworkLayers, OfAnAuxiliaryHeadDoNotCount) {
  for (const char* name : {"fcn_resnet50", "deeplabv3_mobilenet_v3_large"}) {
    SCOPED_TRACE(name);
    const auto with = numbers_of(name, config::Task::kSegment);
    const auto without = numbers_of(name, config::Task::kSegment, "off");
    const auto last = *std::ranges::max_element(with.layers);
    EXPECT_EQ(last, *std::ranges::max_element(without.layers));
    EXPECT_THAT(with.of("classifier.4."), testing::ElementsAre(last));
    EXPECT_THAT(with.of("aux_classifier."), testing::ElementsAre(last));
  }
}

TEST(NetworkLayers, OfBranchesSideBySideAreOne) {
  const std::vector<std::pair<const char*, const char*>> branches = {
      {"deeplabv3_resnet50", "classifier.0.convs."},
      {"deeplabv3plus_mobilenet", "classifier.aspp.convs."},
      {"pspnet", "decoder.psp.blocks."},
      {"fpn", "decoder.seg_blocks."},
  };
  for (const auto& [name, prefix] : branches) {
    EXPECT_EQ(numbers_of(name, config::Task::kSegment).of(prefix).size(), 1u) << name;
  }
}

TEST(NetworkLayers, OfAWayPastOthersIsTheOneThatItMeets) {
  const auto plus = numbers_of("deeplabv3plus_resnet50", config::Task::kSegment);
  const auto last = *std::ranges::max_element(plus.layers);
  const auto layer = [&](std::size_t before_last) {
    return testing::ElementsAre(last - before_last);
  };
  EXPECT_THAT(plus.of("classifier.classifier.3."), layer(0));
  EXPECT_THAT(plus.of("classifier.classifier.0."), layer(1));
  EXPECT_THAT(plus.of("classifier.aspp.project."), layer(2));
  EXPECT_THAT(plus.of("classifier.project."), layer(2));
  EXPECT_THAT(plus.of("classifier.aspp.convs."), layer(3));
  EXPECT_THAT(plus.of("backbone.layer4.2."), layer(4));
}

TEST(NetworkLayers, OfLrasppAreTwoBehindItsBackbone) {
  const auto lraspp = numbers_of("lraspp_mobilenet_v3_large", config::Task::kSegment);
  const auto last = *std::ranges::max_element(lraspp.layers);
  for (const char* head : {"classifier.low_classifier.", "classifier.high_classifier."}) {
    EXPECT_THAT(lraspp.of(head), testing::ElementsAre(last)) << head;
  }
  for (const char* branch : {"classifier.cbr.", "classifier.scale."}) {
    EXPECT_THAT(lraspp.of(branch), testing::ElementsAre(last - 1)) << branch;
  }
  EXPECT_THAT(lraspp.of("backbone.16."), testing::ElementsAre(last - 2));
}

}  // namespace
}  // namespace carica::optim
