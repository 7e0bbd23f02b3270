#include "data/recognition/recognize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text.h"
#include "data/generated/stand_ins.h"
#include "data/recognition/mask_contents.h"
#include "data/recognition/mask_patterns.h"
#include "data/recognition/name_files.h"
#include "format_support.h"
#include "support/text_file.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Recognize : public ::testing::Test {
 protected:
  void pictures(const std::vector<std::string>& names) const {
    for (const auto& name : names) put_picture(folder_ / name);
  }
  // What is recognised can be opened.
  Datasets opened(const Recognized& found) const {
    config::Config config;
    config.task = found.task;
    config.data = found.data;
    if (found.data.train_dir.empty()) config.data.split = {.train = 1, .val = 0, .test = 0};
    if (config.task == config::Task::kSegment) config.data.classes = {"a", "b", "c"};
    return open_datasets(config);
  }
  test::TempFolder folder_;
};

TEST_F(Recognize, ClassFolders) {
  pictures({"cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/2.jpg"});
  const auto found = recognize(folder_.path(), std::nullopt);
  EXPECT_EQ(found.task, config::Task::kClassify);
  EXPECT_EQ(found.data.format, "image_folder");
  EXPECT_EQ(found.data.root, folder_.path().string());
  EXPECT_EQ(found.data.train_dir, "");
  EXPECT_THAT(opened(found).classes, ElementsAre("cat", "dog"));
}

TEST_F(Recognize, ClassFoldersBelowSplits) {
  pictures({"Train/cat/1.jpg", "Train/dog/1.jpg", "valid/cat/2.jpg", "valid/dog/2.jpg"});
  const auto found = recognize(folder_.path(), std::nullopt);
  EXPECT_EQ(found.data.format, "image_folder");
  EXPECT_EQ(found.data.train_dir, "Train");
  EXPECT_EQ(found.data.val_dir, "valid");
  EXPECT_EQ(found.data.test_dir, "");
  EXPECT_EQ(opened(found).val->size(), 2u);
}

TEST_F(Recognize, SplitsThatAreCalledSets) {
  pictures({"training_set/cat/1.jpg", "training_set/dog/1.jpg", "test-set/cat/2.jpg",
            "test-set/dog/2.jpg", "ValSet/cat/3.jpg", "ValSet/dog/3.jpg"});
  const auto found = recognize(folder_.path(), std::nullopt);
  EXPECT_EQ(found.data.train_dir, "training_set");
  EXPECT_EQ(found.data.val_dir, "ValSet");
  EXPECT_EQ(found.data.test_dir, "test-set");
  EXPECT_THAT(opened(found).classes, ElementsAre("cat", "dog"));
}

TEST_F(Recognize, ClassFoldersBelowTheFolderOfAnArchive) {
  pictures({"archive/pets/cat/1.jpg", "archive/pets/dog/1.jpg"});
  fs::create_directories(folder_ / "__MACOSX/archive");
  test::write_text(folder_ / "readme.txt", "pets\n");
  const auto found = recognize(folder_.path(), std::nullopt);
  EXPECT_EQ(found.data.root, (folder_ / "archive/pets").string());
  EXPECT_THAT(opened(found).classes, ElementsAre("cat", "dog"));
}

TEST_F(Recognize, OneFolderOfPicturesIsNoClassifier) {
  pictures({"Bilder/1.jpg", "Bilder/2.jpg"});
  test::write_text(folder_ / "labels.csv", "id,breed\r\n1,cat\r\n");
  const Error error = error_of([&] { recognize(folder_.path(), std::nullopt); });
  EXPECT_THAT(error.what(), HasSubstr("there: folders Bilder; files labels.csv"));
  EXPECT_THAT(error.hint(),
              HasSubstr("labels.csv has the columns id, breed; must have path and label"));
}

TEST_F(Recognize, PicturesAndMasksAreNoClasses) {
  pictures({"images/a.jpg", "images/b.jpg", "masks/c.png", "masks/d.png"});
  EXPECT_THAT(error_of([&] { recognize(folder_.path(), std::nullopt); }).what(),
              HasSubstr("holds no data set that is known"));
}

TEST_F(Recognize, MasksInFormatsThatAreNotRead) {
  pictures({"images/a.jpg", "images/b.jpg"});
  fs::create_directories(folder_ / "masks");
  test::write_text(folder_ / "masks/a_mask.gif", "GIF89a");
  const Error error = error_of([&] { recognize(folder_.path(), std::nullopt); });
  EXPECT_THAT(error.hint(), HasSubstr("masks/a_mask.gif: pictures and masks of this kind are not"));
}

TEST_F(Recognize, OutlinesOfOtherProgramsAreNoMasks) {
  pictures({"train/1.jpg", "valid/2.jpg"});
  test::write_text(folder_ / "train/_annotations.coco.json", "{}");
  const Error error = error_of([&] { recognize(folder_.path(), std::nullopt); });
  EXPECT_THAT(error.hint(), HasSubstr("train/_annotations.coco.json and its like are boxes or"));
}

TEST_F(Recognize, TablesByTheirColumns) {
  pictures({"scans/1.jpg", "scans/2.jpg"});
  test::write_text(folder_ / "notes.csv", "who,when\na,b\n");
  test::write_text(folder_ / "table.csv", "path,label\nscans/1.jpg,ill\nscans/2.jpg,healthy\n");
  const auto found = recognize(folder_.path(), std::nullopt);
  EXPECT_EQ(found.task, config::Task::kClassify);
  EXPECT_EQ(found.data.format, "csv");
  EXPECT_EQ(found.data.csv, "table.csv");
  EXPECT_THAT(opened(found).classes, ElementsAre("healthy", "ill"));
}

// One layout of pictures and masks, and the keys that read it.
struct Layout {
  const char* name;
  std::vector<std::string> pictures, masks;
  MaskPatterns expected;
  std::size_t train;
};

void PrintTo(const Layout& layout, std::ostream* out) { *out << layout.name; }

class Masks : public Recognize, public ::testing::WithParamInterface<Layout> {};

TEST_P(Masks, AreFoundBesideTheirPictures) {
  const auto& layout = GetParam();
  pictures(layout.pictures);
  fs::create_directories(folder_ / "Annotations");  // of boxes
  test::write_text(folder_ / "Annotations/a.xml", "<annotation/>");
  for (const auto& mask : layout.masks) put_mask(folder_ / mask, counting_mask({8, 8}, 3));
  const auto found = recognize(folder_.path(), std::nullopt);
  EXPECT_EQ(found.task, config::Task::kSegment);
  EXPECT_EQ(found.data.format, "paired_masks");
  EXPECT_EQ(found.data.images, layout.expected.images);
  EXPECT_EQ(found.data.masks, layout.expected.masks);
  EXPECT_EQ(found.data.train_dir, layout.expected.train_dir);
  EXPECT_EQ(found.data.val_dir, layout.expected.val_dir);
  EXPECT_EQ(found.data.test_dir, layout.expected.test_dir);
  EXPECT_EQ(opened(found).train->size(), layout.train);
}

INSTANTIATE_TEST_SUITE_P(
    Layouts, Masks,
    ::testing::Values(
        Layout{"two folders",
               {"images/a.jpg", "images/b.jpg", "images/c.jpg"},
               {"masks/a.png", "masks/b.png", "masks/c.png"},
               {"images/{stem}.jpg", "masks/{stem}.png"},
               3},
        Layout{"pictures of several kinds",
               {"Images/a.jpg", "Images/b.JPG", "Images/c.jpeg"},
               {"Labels/a.png", "Labels/b.png", "Labels/c.png"},
               {"Images/{stem}.*", "Labels/{stem}.png"},
               3},
        Layout{
            "masks with an ending of their own",
            {"images/a.jpg", "images/a_1.jpg", "images/c.jpg"},
            {"masks/a_segmentation.png", "masks/a_1_segmentation.png", "masks/c_segmentation.png"},
            {"images/{stem}.jpg", "masks/{stem}_segmentation.png"},
            3},
        Layout{"names with a text of their own around them",
               {"images/img_1.jpg", "images/img_2.jpg", "images/img_13.jpg"},
               {"masks/mask_1_gt.png", "masks/mask_2_gt.png", "masks/mask_13_gt.png"},
               {"images/img_{stem}.jpg", "masks/mask_{stem}_gt.png"},
               3},
        Layout{"both with an ending of their own",
               {"images/a1_left.png", "images/b2_left.png"},
               {"masks/a1_ids.png", "masks/b2_ids.png"},
               {"images/{stem}_left.png", "masks/{stem}_ids.png"},
               2},
        Layout{"VOC's folders without its lists",
               {"JPEGImages/a.jpg", "JPEGImages/b.jpg", "JPEGImages/c.jpg"},
               {"SegmentationClass/a.png", "SegmentationClass/b.png", "SegmentationClass/c.png"},
               {"JPEGImages/{stem}.jpg", "SegmentationClass/{stem}.png"},
               3},
        Layout{"splits above",
               {"train/images/a.jpg", "train/images/b.jpg", "val/images/c.jpg"},
               {"train/masks/a.png", "train/masks/b.png", "val/masks/c.png"},
               {"images/{stem}.jpg", "masks/{stem}.png", "train", "val", ""},
               2},
        Layout{"splits below",
               {"img_dir/train/a.jpg", "img_dir/train/x/b.jpg", "img_dir/val/c.jpg",
                "img_dir/test/d.jpg"},
               {"ann_dir/train/a.png", "ann_dir/train/x/b.png", "ann_dir/val/c.png"},
               {"img_dir/{split}/{stem}.jpg", "ann_dir/{split}/{stem}.png", "train", "val", ""},
               2},
        Layout{"side by side",
               {"one/a.jpg", "one/b.jpg", "two/a.jpg"},
               {"one/a_mask.png", "one/b_mask.png", "two/a_mask.png"},
               {"{stem}.jpg", "{stem}_mask.png"},
               3}));

TEST_F(Recognize, PublishedDataSetsByTheirFolders) {
  for (const auto& each : stand_ins()) {
    if (each.name != "cityscapes" && each.name != "idd") continue;
    auto how = each.usual;
    how.count = 8;
    how.side = 64;
    each.make(how, folder_ / each.name, 1);
    const auto found = recognize(folder_ / each.name, std::nullopt);
    EXPECT_EQ(found.data.format, each.name);
    EXPECT_EQ(found.data.mask.palette, "configs/palettes/" + std::string(each.name) + ".yaml");
  }
}

TEST_F(Recognize, VocsFoldersWithListsOfOtherNamesAreNotVoc) {
  pictures({"JPEGImages/a.jpg"});
  put_mask(folder_ / "SegmentationClass/a.png", counting_mask({8, 8}, 3));
  fs::create_directories(folder_ / "ImageSets/Segmentation");
  test::write_text(folder_ / "ImageSets/Segmentation/default.txt", "a\n");
  EXPECT_EQ(recognize(folder_.path(), std::nullopt).data.format, "paired_masks");
  test::write_text(folder_ / "ImageSets/Segmentation/trainval.txt", "a\n");
  EXPECT_EQ(recognize(folder_.path(), std::nullopt).data.format, "voc");
}

TEST_F(Recognize, DataSetsBesideEachOtherAreNoClasses) {
  pictures({"one/images/a.jpg", "two/images/a.jpg", "three/a.jpg"});
  for (const char* name : {"one", "two"}) {
    put_mask(folder_ / name / "masks/a.png", counting_mask({8, 8}, 3));
  }
  for (const auto& task : {std::optional<config::Task>{}, std::optional{config::Task::kClassify}}) {
    const Error error = error_of([&] { recognize(folder_.path(), task); });
    EXPECT_EQ(error.code(), ErrorCode::kData);
    EXPECT_THAT(error.hint(), HasSubstr(cat("one, two hold pictures with masks: carica config new ",
                                            (folder_ / "one").string())));
  }
}

TEST_F(Recognize, NothingAndSaysWhatIsThere) {
  pictures({"1.jpg", "2.jpg"});
  const Error error = error_of([&] { recognize(folder_.path(), std::nullopt); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("files 1.jpg, 2.jpg"));
  EXPECT_THAT(error.hint(), HasSubstr("cat/1.jpg"));
  EXPECT_THAT(error_of([&] { recognize(folder_ / "none", std::nullopt); }).what(),
              HasSubstr("no such folder"));
}

TEST_F(Recognize, BoxesOfDetectorsAreNoMasks) {
  pictures({"images/train/1.jpg"});
  fs::create_directories(folder_ / "labels/train");
  test::write_text(folder_ / "labels/train/1.txt", "0 0.5 0.5 0.1 0.1\n");
  const Error error = error_of([&] { recognize(folder_.path(), config::Task::kSegment); });
  EXPECT_THAT(error.hint(), HasSubstr("boxes"));
}

// data.mask and data.classes for masks of these values.
config::DataConfig described(const std::vector<std::uint8_t>& values,
                             const std::vector<std::string>& names = {}) {
  const test::TempFolder folder;
  Mask mask{{1, static_cast<int>(values.size())}, {values.begin(), values.end()}};
  put_mask(folder / "mask.png", mask);
  config::DataConfig data;
  const std::string file = (folder / "mask.png").string();
  describe_numbers(look_at_masks({&file, 1}), names, data);
  return data;
}

TEST(MaskContents, NumbersInARowAreClasses) {
  EXPECT_THAT(described({0, 2, 1, 255}).classes, ElementsAre("class_0", "class_1", "class_2"));
  EXPECT_THAT(described({0, 2, 1}, {"sky", "road", "car"}).classes,
              ElementsAre("sky", "road", "car"));
}

TEST(MaskContents, NumbersFromOneOnAreClassesToo) {
  const auto data = described({2, 3, 1, 255});
  EXPECT_TRUE(data.mask.reduce_zero_label);
  EXPECT_THAT(data.classes, ElementsAre("class_1", "class_2", "class_3"));
  EXPECT_THAT(described({2, 1}, {"sky", "road"}).classes, ElementsAre("sky", "road"));
  const auto named = described({2, 1}, {"nothing", "sky", "road"});
  EXPECT_FALSE(named.mask.reduce_zero_label);
  EXPECT_THAT(named.classes, ElementsAre("nothing", "sky", "road"));
  EXPECT_FALSE(described({1}).mask.reduce_zero_label);
}

TEST(MaskContents, ZeroAnd255AreBackgroundAndObject) {
  const auto data = described({0, 255, 0});
  EXPECT_EQ(data.mask.encoding, "binary");
  EXPECT_THAT(data.classes, ElementsAre("background", "object"));
}

TEST(MaskContents, NumbersWithGapsAreMapped) {
  const auto data = described({0, 85, 170, 255});
  EXPECT_EQ(data.mask.map, (std::map<int, int>{{0, 0}, {85, 1}, {170, 2}}));
  EXPECT_THAT(data.classes, ElementsAre("class_0", "class_85", "class_170"));
}

TEST(MaskContents, ColoursMakeAPalette) {
  const test::TempFolder folder;
  Picture picture{{1, 3}, {}};
  for (const int value : {255, 0, 0, 0, 0, 0, 0, 128, 0}) {
    picture.pixels.push_back(static_cast<std::uint8_t>(value));
  }
  put_bytes(folder / "mask.png", encode_png(picture));
  const std::string file = (folder / "mask.png").string();
  const auto contents = look_at_masks({&file, 1});
  const auto palette = config::parse_palette(palette_text(contents.colors, {}), "palette");
  EXPECT_THAT(palette.names(), ElementsAre("class_0", "class_1", "class_2"));
  EXPECT_THAT(palette.classes[0].colors, ElementsAre(config::Color{0, 0, 0}));
  EXPECT_THAT(palette.classes[2].colors, ElementsAre(config::Color{255, 0, 0}));
}

TEST(MaskContents, NamesComeFromWhatProgramsExport) {
  const test::TempFolder folder;
  const std::set<config::Color> colors = {{0, 0, 0}, {1, 2, 3}, {128, 64, 128}};
  EXPECT_TRUE(names_of_colors(folder.path(), colors).empty());
  EXPECT_TRUE(listed_class_names(folder.path()).empty());
  test::write_text(folder / "labelmap.txt",
                   "# label:color_rgb:parts:actions\r\nroad:128,64,128::\r\nvoid:0,0,0::\r\n");
  EXPECT_THAT(names_of_colors(folder.path(), colors), ElementsAre("void", "class_1", "road"));
  test::write_text(folder / "train/_classes.csv", "Pixel Value, Class\n0, background\n1, car\n");
  EXPECT_THAT(listed_class_names(folder.path()), ElementsAre("background", "car"));
  test::write_text(folder / "train/_classes.csv", "Pixel Value, Class\n0, background\n2, car\n");
  EXPECT_TRUE(listed_class_names(folder.path()).empty());
}

TEST(MaskContents, PhotographsAreNoMasks) {
  const test::TempFolder folder;
  put_bytes(folder / "photo.png", encode_png(smooth_picture({32, 32})));
  const std::string file = (folder / "photo.png").string();
  const Error error = error_of([&] { look_at_masks({&file, 1}); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("more than 64 colours"));
}

TEST(MaskContents, JpegOfTwoLevelsIsBinary) {
  const test::TempFolder folder;
  Picture picture{{16, 16}, {}};
  for (int i = 0; i < 16 * 16; ++i) {
    for (int c = 0; c < 3; ++c) picture.pixels.push_back(i % 16 < 8 ? 0 : 255);
  }
  put_bytes(folder / "mask.jpg", encode_jpeg(picture));
  config::DataConfig data;
  const std::string file = (folder / "mask.jpg").string();
  describe_numbers(look_at_masks({&file, 1}), {}, data);
  EXPECT_EQ(data.mask.encoding, "binary");
  EXPECT_EQ(data.mask.lossy, "ignore_strays");
}

}  // namespace
}  // namespace carica::data
