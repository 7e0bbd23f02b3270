#include "models/unet.h"

#include <gtest/gtest.h>
#include <torch/nn.h>

#include "models/golden.h"
#include "models/plain_encoder.h"
#include "models/resnet_trunk.h"

namespace carica::models {
namespace {

std::shared_ptr<Network> unet(const std::string& encoder) {
  auto options = options_for("unet", 5);
  options.model.encoder = encoder;
  if (encoder == "plain") options.model.widths = {4, 8, 16, 24, 32};
  const auto network = build(options, config::Task::kSegment);
  network->eval();
  return network;
}

TEST(UNet, GivesLogitsOfThePicturesSizeWhateverItIs) {
  torch::NoGradGuard no_grad;
  for (const auto* encoder : {"plain", "resnet18"}) {
    const auto network = unet(encoder);
    for (const auto& [h, w] : {std::pair{37, 53}, {1, 1}, {64, 64}, {33, 16}}) {
      const auto logits = network->forward(torch::randn({2, 3, h, w})).logits;
      EXPECT_EQ(logits.sizes(), (std::vector<std::int64_t>{2, 5, h, w})) << encoder;
      EXPECT_TRUE(logits.isfinite().all().item<bool>());
    }
  }
}

TEST(UNet, SeesTheLastRowAndColumnRepeatedBeyondThePicture) {
  torch::NoGradGuard no_grad;
  const auto network = unet("plain");
  const auto pictures = torch::randn({1, 3, 37, 53});
  namespace F = torch::nn::functional;
  const auto padded =
      F::pad(pictures, F::PadFuncOptions({0, 64 - 53, 0, 48 - 37}).mode(torch::kReplicate));
  const auto expected = network->forward(padded).logits.slice(2, 0, 37).slice(3, 0, 53);
  EXPECT_TRUE(torch::equal(network->forward(pictures).logits, expected));
}

TEST(UNet, TrainsOnOddSizes) {
  const auto network = unet("plain");
  network->train();
  network->forward(torch::randn({1, 3, 37, 53})).logits.square().mean().backward();
  for (const auto& p : network->parameters()) EXPECT_TRUE(p.grad().isfinite().all().item<bool>());
}

TEST(UNet, TakesGreyAndMultispectralPictures) {
  torch::NoGradGuard no_grad;
  for (const auto* encoder : {"plain", "resnet18"}) {
    for (const int channels : {1, 4}) {
      auto options = options_for("unet", 2);
      options.model.encoder = encoder;
      options.in_channels = channels;
      const auto network = build(options, config::Task::kSegment);
      EXPECT_EQ(network->forward(torch::randn({2, channels, 32, 33})).logits.size(1), 2);
    }
  }
}

TEST(UNet, HasThePlainEncoderAndFiveLevelsByDefault) {
  const auto parameters =
      build(options_for("unet", 11), config::Task::kSegment)->named_parameters();
  EXPECT_EQ(parameters["encoder.levels.0.conv1.0.weight"].size(0), 32);
  EXPECT_EQ(parameters["encoder.levels.4.conv2.0.weight"].size(0), 512);
  EXPECT_EQ(parameters["decoder.blocks.3.reduce.weight"].sizes(),
            (std::vector<std::int64_t>{32, 64, 1, 1}));
}

TEST(Pyramid, OfAResidualEncoderIsThePictureAndFiveMaps) {
  torch::NoGradGuard no_grad;
  ResNetEncoder encoder(*find_resnet("resnet50"), {});
  const auto maps = encoder.pyramid(torch::randn({1, 3, 64, 96}));
  const std::vector<std::int64_t> channels = {3, 64, 256, 512, 1024, 2048};
  ASSERT_EQ(maps.size(), channels.size());
  for (std::size_t k = 0; k < maps.size(); ++k) {
    EXPECT_EQ(maps[k].sizes(), (std::vector<std::int64_t>{1, channels[k], 64 >> k, 96 >> k}));
  }
  EXPECT_EQ(encoder.stride(), 32);
  EXPECT_EQ(encoder.channels(), (std::vector<std::int64_t>{0, 64, 256, 512, 1024, 2048}));
}

TEST(Pyramid, OfAPlainEncoderStartsAtThePicturesResolution) {
  torch::NoGradGuard no_grad;
  PlainEncoder encoder(3, {4, 8, 16});
  const auto maps = encoder.pyramid(torch::randn({1, 3, 32, 48}));
  ASSERT_EQ(maps.size(), 3u);
  EXPECT_EQ(maps[0].sizes(), (std::vector<std::int64_t>{1, 4, 32, 48}));
  EXPECT_EQ(maps[2].sizes(), (std::vector<std::int64_t>{1, 16, 8, 12}));
  EXPECT_EQ(encoder.stride(), 4);
}

}  // namespace
}  // namespace carica::models
