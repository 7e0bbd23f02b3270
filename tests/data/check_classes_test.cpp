#include "check_support.h"

namespace carica::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CheckClasses : public CheckedFolder {};

TEST_F(CheckClasses, MissingInASplitAreTold) {
  put_pets();
  auto config = pets();
  // Not stratified, so that a class of two can miss the validation split.
  config.data.train_dir = config.data.val_dir = "";
  config.data.root = (folder_ / "train").string();
  put_scenes("train/emu/", 1);
  config.data.split = shares(0.5, 0.5);
  const auto result = checked(config);
  bool missing = false;
  for (const char* split : {"train", "val"}) {
    if (const auto* finding = find(result, "missing_class", split)) {
      missing = true;
      EXPECT_THAT(files_of(*finding), ElementsAre("emu"));
      EXPECT_EQ(finding->severity, Severity::kWarning);
    }
  }
  EXPECT_TRUE(missing);
}

TEST_F(CheckClasses, WhoseOnlyPictureIsBadAreMissing) {
  put_pets();
  put_bytes(folder_ / "train/emu/1.png", FileBytes{});
  put_scenes("val/emu/", 5);
  const auto result = checked(pets());
  EXPECT_THAT(files_of(expect_finding(result, "missing_class", "train")), ElementsAre("emu"));
}

TEST_F(CheckClasses, WithFewPicturesAreTold) {
  put_pets();
  put_scenes("train/emu/", 4);
  put_scenes("val/emu/", 1);
  const auto result = checked(pets());
  EXPECT_EQ(expect_finding(result, "tiny_class", "train").places[0].detail, "4 pictures");
  EXPECT_EQ(expect_finding(result, "tiny_class", "val").places[0].detail, "1 picture");
}

TEST_F(CheckClasses, MayBeTenThousand) {
  auto config = config_for("image_folder", folder_);
  config.data.split = shares(1, 0);
  const auto bytes = encode_png(scene(1, {1, 1}));
  for (int i = 0; i < 10000; ++i) {
    const auto name = std::to_string(i) + "/a.png";
    std::filesystem::create_directories((folder_ / name).parent_path());
    put_bytes(folder_ / name, bytes);
  }
  const auto result = checked(config);
  EXPECT_EQ(expect_finding(result, "tiny_class", "train").places.size(), 10000u);
  EXPECT_EQ(expect_finding(result, "blank_picture", "train").places.size(), 10000u);
}

TEST_F(CheckClasses, OfASinglePictureCanBeChecked) {
  auto config = config_for("image_folder", folder_);
  config.data.split = shares(1, 0);
  put_scene("cat/1.png", 1);
  EXPECT_THAT(ids_of(checked(config)), ElementsAre("tiny_class"));
}

TEST_F(CheckClasses, PicturesOfUnusualSizeAreTold) {
  put_pets();
  put_scene("train/cat/dot.png", 1, {5, 7});
  put_scene("train/cat/wide.png", 2, {40, 200});
  put_scene("train/cat/huge.png", 3, {800, 800});
  const auto result = checked(pets());
  EXPECT_THAT(files_of(expect_finding(result, "small_picture", "train")),
              ElementsAre("train/cat/dot.png"));
  EXPECT_THAT(files_of(expect_finding(result, "extreme_aspect", "train")),
              ElementsAre("train/cat/wide.png"));
  const auto huge = expect_finding(result, "huge_picture", "train");
  EXPECT_EQ(huge.places[0].detail, "800x800; the median of the shorter sides is 48");
}

TEST_F(CheckClasses, GreyPicturesAmongColourOnesAreTold) {
  put_pets();
  Picture grey = scene(1);
  for (std::size_t i = 0; i < grey.pixels.size(); i += 3) {
    grey.pixels[i + 1] = grey.pixels[i + 2] = grey.pixels[i];
  }
  put_bytes(folder_ / "val/dog/old.png", encode_png(grey));
  const auto finding = expect_finding(checked(pets()), "grey_picture", "val");
  EXPECT_EQ(finding.severity, Severity::kInfo);
  EXPECT_THAT(files_of(finding), ElementsAre("val/dog/old.png"));
}

}  // namespace
}  // namespace carica::data
