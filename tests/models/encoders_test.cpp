#include "models/encoders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/describe.h"
#include "core/error.h"

namespace carica::models {
namespace {

/// The texts that the config allows for one key.
class Choices : public config::Visitor {
 public:
  explicit Choices(std::string_view key) : key_(key) {}
  std::vector<std::string> found;

 protected:
  void visit(std::string_view name, config::Slot, const config::Field& about) override {
    if (name == key_) found = about.choices;
  }
  void visit(std::string_view, config::Alternatives&, const config::AlternativesField&) override {}
  bool enter(std::string_view, std::string_view) override { return false; }
  void leave() override {}

 private:
  std::string_view key_;
};

TEST(Encoders, AreTheChoicesOfTheConfigButForThePlainOne) {
  Choices choices("encoder");
  config::ModelConfig config;
  describe(choices, config);
  std::vector<std::string> expected = {"plain"};
  for (const auto& info : encoders()) expected.push_back(info.name);
  EXPECT_EQ(choices.found, expected);
}

TEST(Encoders, GiveOneMapForEachHalvingDownToTheirDepth) {
  torch::NoGradGuard no_grad;
  for (const auto& info : encoders()) {
    for (const std::int64_t depth : {3, 5}) {
      const auto encoder = make_encoder(info.name, {.in_channels = 4, .depth = depth});
      encoder->eval();
      const auto channels = encoder->channels();
      ASSERT_EQ(channels.size(), depth + 1) << info.name;
      EXPECT_EQ(channels[0], 0) << info.name;
      EXPECT_EQ(encoder->stride(), 1 << depth) << info.name;
      const auto maps = encoder->pyramid(torch::randn({1, 4, 64, 96}));
      ASSERT_EQ(maps.size(), channels.size()) << info.name;
      for (std::size_t k = 1; k < maps.size(); ++k) {
        EXPECT_EQ(maps[k].sizes(), (std::vector<std::int64_t>{1, channels[k], 64 >> k, 96 >> k}))
            << info.name << " " << k;
      }
    }
  }
}

TEST(Encoders, OfUnknownNameAreRefused) {
  try {
    make_encoder("resnet", {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("model.encoder = resnet: unknown"));
  }
}

}  // namespace
}  // namespace carica::models
