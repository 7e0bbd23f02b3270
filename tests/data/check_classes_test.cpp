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

// One small picture of each class, from memory: so many folders take a while to make.
class OneOfEach : public Dataset {
 public:
  explicit OneOfEach(std::size_t classes) : items_(classes) {
    for (std::size_t c = 0; c < classes; ++c) {
      items_[c].name = cat(c, "/a.png");
      items_[c].label = static_cast<std::int64_t>(c);
    }
  }
  std::size_t size() const override { return items_.size(); }
  const Item& item(std::size_t index) const override { return items_.at(index); }
  Sample load(std::size_t index) const override {
    return {scene(static_cast<unsigned>(index), {12, 12}), {}, item(index).label};
  }

 private:
  std::vector<Item> items_;
};

TEST_F(CheckClasses, MayBeTenThousand) {
  constexpr std::size_t kClasses = 10000;
  Datasets datasets;
  for (std::size_t c = 0; c < kClasses; ++c) datasets.classes.push_back(std::to_string(c));
  datasets.train = std::make_shared<OneOfEach>(kClasses);
  datasets.val = datasets.test = std::make_shared<OneOfEach>(0);
  const auto result = check(config_for("image_folder", folder_), datasets, 2, [](auto, auto) {});
  EXPECT_THAT(ids_of(result), ElementsAre("tiny_class"));
  EXPECT_EQ(result.findings[0].places.size(), kClasses);
}

TEST_F(CheckClasses, OfASinglePictureCanBeChecked) {
  auto config = config_for("image_folder", folder_);
  config.data.split = shares(1, 0);
  put_scene("cat/1.png", 1);
  const auto result = checked(config);
  EXPECT_THAT(ids_of(result), ElementsAre("single_class", "tiny_class"));
  EXPECT_EQ(result.findings[0].severity, Severity::kError);
  EXPECT_THAT(files_of(result.findings[0]), ElementsAre("cat"));
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
