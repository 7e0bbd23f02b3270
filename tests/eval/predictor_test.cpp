#include "eval/predictor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/random.h"
#include "data/images/image_io.h"
#include "small_models.h"
#include "support/temp_folder.h"
#include "support/text_file.h"

namespace carica::test {
namespace {

class Predictor : public testing::Test {
 protected:
  void SetUp() override {
    const data::Size sizes[] = {{40, 56}, {64, 48}, {40, 56}};
    for (std::uint64_t i = 0; i < 3; ++i) {
      const auto path = folder_ / (std::to_string(i) + ".png");
      data::write_picture(path, noise(i, sizes[i], false).picture);
      paths_.push_back(path);
    }
  }
  std::vector<eval::PictureResult> predict(const eval::Model& model, std::size_t batch_size = 16) {
    std::vector<eval::PictureResult> results;
    eval::predict(model, paths_, {.top_k = 2, .batch_size = batch_size},
                  [&](eval::PictureResult result) { results.push_back(std::move(result)); });
    return results;
  }
  TempFolder folder_;
  std::vector<std::filesystem::path> paths_;
};

TEST_F(Predictor, NamesTheMostLikelyClassesInOrder) {
  const auto model = small_model(config::Task::kClassify);
  const auto together = predict(model), alone = predict(model, 1);
  ASSERT_EQ(together.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(together[i].path, paths_[i]);
    ASSERT_EQ(together[i].top.size(), 2u);
    EXPECT_GE(together[i].top[0].second, together[i].top[1].second);
    EXPECT_EQ(together[i].top[0].first, alone[i].top[0].first);
    EXPECT_NEAR(together[i].top[0].second, alone[i].top[0].second, 1e-5);
  }
}

TEST_F(Predictor, GivesMasksOfThePicturesOwnSize) {
  const auto results = predict(small_model(config::Task::kSegment));
  ASSERT_EQ(results.size(), 3u);
  EXPECT_TRUE((results[0].mask.size == data::Size{40, 56}));
  EXPECT_TRUE((results[1].mask.size == data::Size{64, 48}));
  for (const auto& result : results) {
    double sum = 0;
    for (const double share : result.shares) sum += share;
    EXPECT_NEAR(sum, 1, 1e-12);
    EXPECT_TRUE(result.picture.size == result.mask.size);
  }
}

TEST_F(Predictor, ReportsABadPictureInItsPlace) {
  write_text(paths_[1], "not a picture");
  const auto results = predict(small_model(config::Task::kClassify));
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].error, "");
  EXPECT_THAT(results[1].error, testing::HasSubstr("1.png"));
  EXPECT_EQ(results[2].error, "");
  EXPECT_EQ(results[2].top.size(), 2u);
}

eval::Model without_resize(const std::string& name) {
  auto config = small_model(config::Task::kClassify).config;
  config.model.name = name;
  config.transforms.eval = {config::Normalize{}};
  auto model = eval::build_model(config, {"a", "b", "c"}, {32, 32}, eval::resolve_runtime(config));
  model.network->eval();
  return model;
}

TEST_F(Predictor, ReportsPicturesOfASizeThatTheNetworkRefuses) {
  data::write_picture(paths_[1], noise(1, {32, 32}, false).picture);
  const auto results = predict(without_resize("cnn"));
  ASSERT_EQ(results.size(), 3u);
  EXPECT_THAT(results[0].error, testing::HasSubstr("56x40 px; it was built for 32x32"));
  EXPECT_EQ(results[1].error, "");
  EXPECT_EQ(results[1].top.size(), 2u);
}

TEST_F(Predictor, WarnsOnceOfPicturesOfAnotherScaleThanTheNetworkHasLearned) {
  const auto warnings = [&](const eval::Model& model) {
    testing::internal::CaptureStderr();
    for (const auto& result : predict(model)) EXPECT_EQ(result.error, "");
    return testing::internal::GetCapturedStderr();
  };
  const auto model = without_resize("resnet18");
  EXPECT_EQ(warnings(model), "");
  for (const auto& path : paths_) {
    data::write_picture(path, noise(1, {40, 100}, false).picture);
  }
  const auto text = warnings(model);
  EXPECT_THAT(text, testing::HasSubstr("100x40 px, which has learned from 32x32"));
  EXPECT_EQ(text.find("which has learned"), text.rfind("which has learned"));
}

}  // namespace
}  // namespace carica::test
