#include "train/starting_weights.h"

#include <gmock/gmock.h>
#include <torch/utils.h>

#include "checkpoint/run_state.h"
#include "core/error.h"
#include "core/text.h"
#include "eval/model.h"
#include "models/registry.h"
#include "models/unfilled.h"
#include "models/vision_transformer.h"
#include "support/temp_folder.h"
#include "weights/fit.h"

namespace carica::train {
namespace {

using testing::HasSubstr;
using Classes = std::vector<std::string>;

config::Config config_of(const std::string& network, const std::string& weights) {
  config::Config config;
  config.device = "cpu";
  config.train.precision = "fp32";
  config.data.format = "papaya";
  config.data.root = "papaya";
  config.model.name = network;
  config.model.weights = weights;
  config.transforms.train = config.transforms.eval = {config::Normalize{}};
  return config;
}

eval::Model transformer(data::Size size, const std::string& weights, std::uint64_t seed) {
  const auto config = config_of("vit_b_16", weights);
  torch::manual_seed(seed);
  return eval::build_model(config, {"a", "b"}, size, eval::resolve_runtime(config));
}

void save(const eval::Model& model, const std::filesystem::path& file) {
  checkpoint::save_weights(FileSystem::real(), file, checkpoint::named_state(*model.network),
                           eval::describe(model), {});
}

torch::Tensor places(const eval::Model& model) {
  return model.network->named_parameters()["encoder.pos_embedding"].detach().clone();
}

// resize_pos_embedding itself is compared with torchvision's in tests/models.
TEST(SlowStartingWeights, OfATransformerAreBroughtToTheSizeOfThePictures) {
  const test::TempFolder folder;
  const auto file = folder / "large.safetensors";
  const auto large = transformer({64, 64}, "", 1);
  save(large, file);
  auto small = transformer({32, 32}, file.string(), 2);
  load_starting_weights(small);
  const auto parameters = small.network->named_parameters();
  const auto given = large.network->named_parameters();
  EXPECT_TRUE(
      torch::equal(parameters["encoder.pos_embedding"],
                   models::resize_pos_embedding(given["encoder.pos_embedding"], 4, 4, 2, 2)));
  EXPECT_TRUE(torch::equal(parameters["conv_proj.weight"], given["conv_proj.weight"]));
}

// 4x4, 2x8 and 8x2 patches are equally many.
TEST(SlowStartingWeights, OfATransformerAreBroughtToAnotherGridOfAsManyPatches) {
  const test::TempFolder folder;
  const auto square_file = folder / "square.safetensors", wide_file = folder / "wide.safetensors";
  const auto square = transformer({64, 64}, "", 1);
  save(square, square_file);
  auto wide = transformer({32, 128}, square_file.string(), 2);
  load_starting_weights(wide);
  EXPECT_TRUE(torch::equal(places(wide), models::resize_pos_embedding(places(square), 4, 4, 2, 8)));
  // A source that is no square although its count would allow it; its own grid stays as it is.
  save(wide, wide_file);
  {
    auto high = transformer({128, 32}, wide_file.string(), 3);
    load_starting_weights(high);
    EXPECT_TRUE(torch::equal(places(high), models::resize_pos_embedding(places(wide), 2, 8, 8, 2)));
  }
  auto same = transformer({32, 128}, wide_file.string(), 4);
  load_starting_weights(same);
  EXPECT_TRUE(torch::equal(places(same), places(wide)));
}

checkpoint::NamedTensors state_of(const std::string& name, config::Task task,
                                  const std::string& encoder = "") {
  models::BuildOptions options;
  options.model.name = name;
  options.model.encoder = encoder;
  options.outputs = 5;
  checkpoint::NamedTensors state;
  for (const auto& [key, tensor] : checkpoint::named_state(*models::build(options, task))) {
    state.emplace_back(key, tensor);
  }
  return state;
}

// Names and shapes of what every segmenter stands on, beside those of the classifier.
TEST(PretrainedClassifiers, FitTheSegmentersThatStandOnThem) {
  struct Case {
    const char *segmenter, *encoder, *classifier;
  };
  std::vector<Case> cases = {
      {"fcn_resnet50", "", "resnet50"},
      {"fcn_resnet101", "", "resnet101"},
      {"deeplabv3_resnet50", "", "resnet50"},
      {"deeplabv3_resnet101", "", "resnet101"},
      {"deeplabv3plus_resnet50", "", "resnet50"},
      {"deeplabv3plus_resnet101", "", "resnet101"},
      {"deeplabv3plus_mobilenet", "", "mobilenet_v2"},
      {"deeplabv3_mobilenet_v3_large", "", "mobilenet_v3_large"},
      {"lraspp_mobilenet_v3_large", "", "mobilenet_v3_large"},
      {"segnet", "", "vgg16_bn"},
  };
  for (const char* encoder : {"resnet18", "resnet34", "resnet50", "resnet101", "resnext50_32x4d",
                              "vgg16_bn", "densenet121", "mobilenet_v2"}) {
    cases.push_back({"linknet", encoder, encoder});
  }
  for (const char* segmenter : {"unet", "unetplusplus", "fpn", "manet"}) {
    cases.push_back({segmenter, "resnet34", "resnet34"});
  }
  const models::Unfilled unfilled;
  for (const auto& [segmenter, encoder, classifier] : cases) {
    SCOPED_TRACE(cat(segmenter, " ", encoder));
    const auto network = state_of(segmenter, config::Task::kSegment, encoder);
    auto file = state_of(classifier, config::Task::kClassify);
    const auto trunk = weights::move_into_trunk(network, file);
    EXPECT_FALSE(trunk.empty());
    const auto fit = weights::fit(network, file, {.heads = {}, .trunk = trunk});
    EXPECT_THAT(fit.missing, testing::IsEmpty());
    EXPECT_THAT(fit.unexpected, testing::IsEmpty());
    EXPECT_THAT(fit.wrong, testing::IsEmpty());
  }
}

TEST(PretrainedClassifiers, AreTakenByTheirPublishedNamesAndRefusedWithoutOne) {
  const test::TempFolder folder;
  ::setenv("CARICA_WEIGHTS", folder.path().c_str(), 1);
  const auto build = [](const config::Config& config) {
    return eval::build_model(config, {"a", "b"}, {32, 32}, eval::resolve_runtime(config));
  };
  const auto classifier = build(config_of("mobilenet_v3_large", ""));
  save(classifier, folder / "mobilenet_v3_large-8738ca79.pth");
  auto config = config_of("lraspp_mobilenet_v3_large", "");
  config.task = config::Task::kSegment;
  config.model.pretrained = "imagenet";
  auto segmenter = build(config);
  load_starting_weights(segmenter);
  EXPECT_TRUE(torch::equal(segmenter.network->named_parameters()["backbone.0.0.weight"],
                           classifier.network->named_parameters()["features.0.0.weight"]));

  config.model.name = "unet";
  config.model.encoder = "efficientnet-b0";
  auto unpublished = build(config);
  try {
    load_starting_weights(unpublished);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    EXPECT_THAT(error.what(), HasSubstr("no published weights for the encoder of unet, "
                                        "'efficientnet-b0'"));
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("nearest")));
  }
  ::unsetenv("CARICA_WEIGHTS");
}

/// A small segmenter of red and blue, saved, and what becomes of its weights elsewhere.
class StartingWeights : public testing::Test {
 protected:
  void SetUp() override { save(network({"red", "blue"}, small()), file()); }
  std::string file() const { return (folder_ / "colors.safetensors").string(); }
  static config::Config small(const std::string& weights = "") {
    auto config = config_of("unet", weights);
    config.task = config::Task::kSegment;
    config.model.encoder = "plain";
    config.model.widths = {4, 8};
    return config;
  }
  static eval::Model network(const Classes& classes, const config::Config& config) {
    return eval::build_model(config, classes, {32, 32}, eval::resolve_runtime(config));
  }
  /// Empty when they are taken.
  static std::string refusal(const Classes& classes, const config::Config& config) {
    auto model = network(classes, config);
    try {
      load_starting_weights(model);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kCorrupt);
      return cat(error.what(), "; hint: ", error.hint());
    }
    return "";
  }
  std::string refusal(const Classes& classes) const { return refusal(classes, small(file())); }
  const test::TempFolder folder_;
};

TEST_F(StartingWeights, OfOtherClassesOrAnotherOrderAreRefused) {
  EXPECT_EQ(refusal({"red", "blue"}), "");
  const auto order = refusal({"blue", "red"});
  EXPECT_THAT(order, HasSubstr("colors.safetensors: "));
  EXPECT_THAT(order, HasSubstr("0 is 'red', of the data 'blue'"));
  EXPECT_THAT(order, HasSubstr("model.head=reinit"));
  EXPECT_THAT(order, HasSubstr("model.outputs=[red, blue]"));
  EXPECT_THAT(refusal({"red", "green"}), HasSubstr("1 is 'blue', of the data 'green'"));
}

TEST_F(StartingWeights, OfAClassifierAreRefusedWithWhatHelpsThere) {
  save(network({"red", "blue"}, config_of("cnn", "")), file());
  const auto config = config_of("cnn", file());
  EXPECT_EQ(refusal({"red", "blue"}, config), "");
  EXPECT_THAT(refusal({"blue", "red"}, config), HasSubstr("data.classes=[red, blue]"));
  EXPECT_THAT(refusal({"red", "green"}, config), testing::EndsWith("learns a new head"));
}

TEST_F(StartingWeights, OfOtherClassesAreTakenWithoutTheirHeadOrByTheirNames) {
  auto config = small(file());
  config.model.head = "reinit";
  EXPECT_EQ(refusal({"blue", "red"}, config), "");
  config.model.head = "load";
  config.model.outputs = {"red", "blue"};
  EXPECT_EQ(refusal({"blue", "red"}, config), "");
}

// What was evaluated with model.outputs keeps the order of its outputs.
TEST_F(StartingWeights, KnowTheOutputsThatTheirConfigNames) {
  auto config = small(file());
  config.model.outputs = {"red", "blue"};
  save(network({"blue", "red"}, config), file());
  EXPECT_THAT(refusal({"blue", "red"}), HasSubstr("0 is 'red', of the data 'blue'"));
  EXPECT_EQ(refusal({"red", "blue"}), "");
}

}  // namespace
}  // namespace carica::train
