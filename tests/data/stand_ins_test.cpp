#include "data/generated/stand_ins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "data/dataset.h"
#include "data/generated/animal.h"
#include "data/generated/road_scene.h"
#include "support/temp_folder.h"

namespace carica::data {
namespace {

config::Config config_of(const std::string& file, const std::filesystem::path& root) {
  const std::vector<std::string> overrides = {
      "data.root=" + root.string(),
      "data.mask.palette=" CARICA_SOURCE_DIR "/configs/palettes/" +
          std::string(file.starts_with("cityscapes") ? "cityscapes_as_idd.yaml" : "idd.yaml")};
  const bool masks = !file.starts_with("wildlife");
  return config::load(std::string(CARICA_SOURCE_DIR "/configs/") + file,
                      std::span(overrides).first(masks ? 2 : 1));
}

const StandIn& stand_in(const std::string& name) {
  return *std::ranges::find(stand_ins(), name, &StandIn::name);
}

TEST(StandIns, OfWildlifeAreReadByTheStudysConfigWithoutStrayFolders) {
  const test::TempFolder folder;
  stand_in("wildlife").make({.count = 60, .side = 40, .seed = 1}, folder.path(), 2);
  const auto datasets = open_datasets(config_of("wildlife/cnn.yaml", folder.path()));
  EXPECT_EQ(datasets.classes.size(), 10U);
  EXPECT_EQ(datasets.classes[0], "amur_leopard");
  EXPECT_EQ(datasets.classes[9], "people");
  EXPECT_EQ(datasets.train->size() + datasets.val->size() + datasets.test->size(), 60U);
  auto grouped = config_of("wildlife/cnn.yaml", folder.path());
  grouped.data.split.group_by = "^(.*)_crop[0-9]+";
  const auto apart = open_datasets(grouped);
  std::set<std::string> train;
  for (std::size_t i = 0; i < apart.train->size(); ++i) {
    train.insert(apart.train->item(i).name.substr(0, apart.train->item(i).name.find("_crop")));
  }
  for (std::size_t i = 0; i < apart.test->size(); ++i) {
    const auto& name = apart.test->item(i).name;
    EXPECT_FALSE(train.contains(name.substr(0, name.find("_crop")))) << name;
  }
}

TEST(StandIns, OfStreetsAreReadByTheStudysConfigs) {
  const test::TempFolder folder;
  stand_in("idd_archive").make({.count = 10, .side = 64, .seed = 1}, folder / "idd", 2);
  const auto idd = open_datasets(config_of("idd/deeplabv3plus_resnet101.yaml", folder / "idd"));
  EXPECT_EQ(idd.classes.size(), 18U);
  ASSERT_EQ(idd.test->size(), 3U);
  const auto sample = idd.test->load(0);
  EXPECT_EQ(sample.mask.size, sample.picture.size);
  for (const auto value : sample.mask.values) EXPECT_TRUE(value < 18 || value == 255);

  stand_in("cityscapes").make({.count = 10, .side = 64, .seed = 1}, folder / "city", 2);
  const auto city =
      open_datasets(config_of("cityscapes/deeplabv3plus_resnet101.yaml", folder / "city"));
  EXPECT_EQ(city.classes, idd.classes);
  EXPECT_EQ(city.val->size(), 2U);

  stand_in("idd").make({.count = 10, .side = 64, .seed = 1}, folder / "official", 2);
  auto official = config_of("idd/unet.yaml", folder / "official");
  official.data.format = "idd";
  official.data.mask.lossy = "refuse";
  official.data.split = {};
  EXPECT_EQ(open_datasets(official).train->size(), 8U);
}

TEST(RoadScene, HoldsManyClassesAndIsAFunctionOfItsSeed) {
  std::set<int> classes;
  for (std::uint64_t i = 0; i < 40; ++i) {
    const auto scene = make_road_scene({64, 112}, 3, i);
    classes.insert(scene.mask.values.begin(), scene.mask.values.end());
  }
  for (int k = 0; k < kRoadClasses; ++k) EXPECT_TRUE(classes.contains(k)) << k;
  const auto one = make_road_scene({64, 112}, 3, 0), again = make_road_scene({64, 112}, 3, 0);
  EXPECT_EQ(one.picture.pixels, again.picture.pixels);
  EXPECT_NE(one.picture.pixels, make_road_scene({64, 112}, 4, 0).picture.pixels);
}

TEST(Animal, CropsOfOnePhotographAreAlikeAndNotEqual) {
  const auto difference = [](const Picture& a, const Picture& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
    return sum / static_cast<double>(a.pixels.size());
  };
  const Size size{48, 64};
  const auto one = make_animal(size, 3, 0, 5, 0), crop = make_animal(size, 3, 0, 5, 1);
  const auto other = make_animal(size, 3, 0, 6, 0);
  EXPECT_GT(difference(one, crop), 0);
  EXPECT_LT(difference(one, crop), difference(one, other));
}

}  // namespace
}  // namespace carica::data
