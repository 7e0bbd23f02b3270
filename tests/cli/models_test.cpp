#include <gmock/gmock.h>

#include "carica_program.h"
#include "last_line.h"

namespace carica::test {
namespace {

using testing::HasSubstr;

class ModelsCommand : public CaricaProgram {};

TEST_F(ModelsCommand, ListsWhatEachNetworkCosts) {
  const auto result = carica({"models", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(carica({"models"}).out, HasSubstr("mult-adds"));
  const auto models = last_line(result.out)["models"];
  EXPECT_EQ(models.size(), 51U);
  for (const auto& model : models) {
    EXPECT_GT(model["multiply_adds"].get<std::int64_t>(), 0) << model["name"];
    EXPECT_GT(model["features"].get<std::int64_t>(), 0) << model["name"];
  }
}

TEST_F(ModelsCommand, ShowsTheLayersOfAClassifierAndOfASegmenter) {
  const auto classifier = carica({"models", "lenet5", "--json"});
  ASSERT_EQ(classifier.exit_code, 0) << classifier.err;
  EXPECT_THAT(carica({"models", "lenet5"}).out,
              HasSubstr("lenet5, 1000 classes, pictures 3x32x32"));
  const auto json = last_line(classifier.out);
  EXPECT_EQ(json["parameters"], 146156);
  EXPECT_EQ(json["features"], 84);
  const auto segmenter =
      carica({"models", "unet", "model.widths=[4, 8]", "--input", "3x32x48", "--classes", "5"});
  ASSERT_EQ(segmenter.exit_code, 0) << segmenter.err;
  EXPECT_THAT(segmenter.out, HasSubstr("unet, 5 classes, pictures 3x32x48"));
}

TEST_F(ModelsCommand, RefusesNamesAndSizesThatItDoesNotKnow) {
  const auto name = carica({"models", "resnet19"});
  EXPECT_EQ(name.exit_code, 2);
  EXPECT_THAT(name.err, HasSubstr("resnet18"));
  EXPECT_EQ(carica({"models", "resnet18", "--input", "3x224"}).exit_code, 2);
  EXPECT_EQ(carica({"models", "resnet18", "model.widths=[4]"}).exit_code, 2);
}

TEST_F(ModelsCommand, ListsNothingForOptionsOfOneNetwork) {
  for (const auto& [option, value] : {std::pair{"--input", "3x64x64"}, {"--classes", "5"}}) {
    const auto result = carica({"models", option, value});
    EXPECT_EQ(result.exit_code, 2) << option;
    EXPECT_THAT(result.err, HasSubstr(std::string("models ") + option + ": goes with one network"));
  }
}

}  // namespace
}  // namespace carica::test
