// The layouts of known segmentation data sets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format_support.h"
#include "golden/masks_golden.h"

namespace carica::data {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

class Scenes : public ::testing::Test {
 protected:
  config::Config config(const std::string& format, const std::string& palette = "") {
    auto config = config_for(format, folder_, config::Task::kSegment);
    const std::string& name = palette.empty() ? format : palette;
    config.data.mask.palette =
        std::string(CARICA_SOURCE_DIR) + "/configs/palettes/" + name + ".yaml";
    return config;
  }
  void put(const std::string& picture, const std::string& mask, PixelBytes values) {
    const int width = static_cast<int>(values.size());
    put_bytes(folder_ / picture, encode_png(smooth_picture({1, width})));
    put_mask(folder_ / mask, {{1, width}, std::move(values)});
  }
  static PixelBytes values(const std::shared_ptr<const Dataset>& dataset, std::size_t i = 0) {
    return dataset->load(i).mask.values;
  }

  test::TempFolder folder_;
};

TEST_F(Scenes, OfCityscapes) {
  for (const std::string split : {"train", "val", "test"}) {
    const std::string city = split + "/zurich/zurich_000000_000019";
    put("leftImg8bit/" + city + "_leftImg8bit.png", "gtFine/" + city + "_gtFine_labelIds.png",
        {7, 8, 33, 0, 26});
    put_mask(folder_ / ("gtFine/" + city + "_gtFine_labelTrainIds.png"),
             {{1, 5}, {0, 1, 18, 255, 13}});
    put_mask(folder_ / ("gtFine/" + city + "_gtFine_instanceIds.png"), {{1, 5}, {7, 8, 33, 0, 1}});
  }
  auto settings = config("cityscapes");
  Datasets datasets = open_datasets(settings);
  EXPECT_EQ(datasets.classes.size(), 19u);
  EXPECT_EQ(datasets.classes[0], "road");
  EXPECT_EQ(datasets.colors[0], (config::Color{128, 64, 128}));
  EXPECT_THAT(names_of(*datasets.val),
              ElementsAre("leftImg8bit/val/zurich/zurich_000000_000019_leftImg8bit.png"));
  EXPECT_EQ(datasets.test->size(), 0u);  // its labels are not public
  EXPECT_THAT(values(datasets.train), ElementsAre(0, 1, 18, 255, 13));
  settings.data.variant = "train_ids";
  EXPECT_THAT(values(open_datasets(settings).train), ElementsAre(0, 1, 18, 255, 13));
  settings.data.variant = "trainids";
  EXPECT_EQ(open_error(settings).hint(), "did you mean train_ids?");
  settings = config("cityscapes");
  settings.data.mask.palette = "";
  EXPECT_THAT(open_error(settings).hint(), HasSubstr("configs/palettes/cityscapes.yaml"));
}

TEST_F(Scenes, OfIdd) {
  for (const std::string split : {"train", "val"}) {
    const std::string drive = split + "/201/frame0029";
    put("leftImg8bit/" + drive + "_leftImg8bit.jpg",
        "gtFine/" + drive + "_gtFine_labellevel3Ids.png", {0, 2, 25, 3, 255, 9});
  }
  const Datasets datasets = open_datasets(config("idd"));
  EXPECT_EQ(datasets.classes.size(), 18u);
  EXPECT_THAT(values(datasets.train), ElementsAre(0, 1, 17, 255, 255, 6));
  EXPECT_EQ(datasets.val->size(), 1u);
  put("leftImg8bit/train/1/a_leftImg8bit.png", "gtFine/train/1/a_gtFine_labellevel3Ids.png", {0});
  EXPECT_THAT(open_error(config("idd")).what(), HasSubstr("holds PNG and JPEG pictures"));
}

TEST_F(Scenes, OfIddAsJpegMasks) {
  // The layout of a copy that came with masks saved as JPEG, numbered like their pictures.
  put_picture(folder_ / "image_archive/image_7.jpg", {40, 48});
  put_bytes(folder_ / "mask_archive/mask_7.jpg", golden::kJpegMask);
  put_picture(folder_ / "image_archive/image_8.jpg", {40, 48});
  put_bytes(folder_ / "mask_archive/mask_8.jpg", golden::kJpegMask);
  auto settings = config("paired_masks", "idd");
  settings.data.images = "image_archive/image_{stem}.jpg";
  settings.data.masks = "mask_archive/mask_{stem}.jpg";
  settings.data.split.train = settings.data.split.val = 0.5;
  settings.data.split.test = 0;
  Datasets datasets = open_datasets(settings);
  EXPECT_THAT(error_of([&] { datasets.train->load(0); }).what(), HasSubstr("in a lossy format"));
  settings.data.mask.lossy = "ignore_strays";
  datasets = open_datasets(settings);
  const Mask mask = datasets.train->load(0).mask;
  const std::array<int, 4> classes = {0, 6, 15, 16};  // road, car, building, vegetation
  std::size_t same = 0;
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    const int expected = golden::kJpegMaskClasses[i];
    if (expected != 255) {
      EXPECT_EQ(mask.values[i], classes[static_cast<std::size_t>(expected)]);
      ++same;
    }
  }
  EXPECT_GT(same, mask.values.size() / 2);
}

TEST_F(Scenes, OfCamvidAsTheSegNetTutorialHasThem) {
  for (const std::string split : {"train", "val", "test"}) {
    put(split + "/0001TP_1.png", split + "annot/0001TP_1.png", {0, 10, 11});
  }
  const Datasets datasets = open_datasets(config("camvid"));
  EXPECT_EQ(datasets.classes.size(), 11u);
  EXPECT_EQ(datasets.test->size(), 1u);
  EXPECT_THAT(values(datasets.train), ElementsAre(0, 10, 255));
}

TEST_F(Scenes, OfCamvidInColor) {
  Picture colors{{1, 3}, {128, 128, 128, 0, 128, 64, 0, 0, 0}};  // sky, bridge, void
  for (int i = 0; i < 10; ++i) {
    const std::string stem = "0001TP_" + std::to_string(i);
    put_bytes(folder_ / ("701_StillsRaw_full/" + stem + ".png"),
              encode_png(smooth_picture({1, 3})));
    put_bytes(folder_ / ("LabeledApproved_full/" + stem + "_L.png"), encode_png(colors));
  }
  auto settings = config("camvid");
  EXPECT_THAT(open_error(settings).what(), HasSubstr("are colours; must be rgb"));
  settings.data.mask.encoding = "rgb";
  const Datasets datasets = open_datasets(settings);
  EXPECT_EQ(datasets.train->size(), 7u);
  EXPECT_THAT(values(datasets.train), ElementsAre(0, 1, 255));
}

TEST_F(Scenes, OfAde20k) {
  for (const std::string split : {"training", "validation"}) {
    put("images/" + split + "/ADE_1.jpg", "annotations/" + split + "/ADE_1.png", {0, 1, 150});
  }
  const Datasets datasets = open_datasets(config("ade20k"));
  EXPECT_EQ(datasets.classes.size(), 150u);
  EXPECT_THAT(values(datasets.train), ElementsAre(255, 0, 149));
  // The same by names alone.
  auto settings = config("ade20k");
  settings.data.mask.palette = "";
  settings.data.classes = datasets.classes;
  EXPECT_THAT(values(open_datasets(settings).val), ElementsAre(255, 0, 149));
}

TEST_F(Scenes, OfVoc) {
  for (const std::string stem : {"2007_1", "2007_2", "2007_3"}) {
    put_picture(folder_ / ("JPEGImages/" + stem + ".jpg"), {3, 4});
    put_bytes(folder_ / ("SegmentationClass/" + stem + ".png"), golden::kVocMask);
  }
  const std::string lists = "ImageSets/Segmentation/";
  auto settings = config("voc");
  EXPECT_THAT(open_error(settings).what(), HasSubstr("holds neither train.txt and val.txt nor"));
  test::write_text(folder_ / (lists + "train.txt"), "2007_1\n2007_3\n");
  test::write_text(folder_ / (lists + "val.txt"), "2007_2\n");
  test::write_text(folder_ / (lists + "test.txt"), "2008_1\n");
  const Datasets datasets = open_datasets(settings);
  EXPECT_THAT(names_of(*datasets.train),
              ElementsAre("JPEGImages/2007_1.jpg", "JPEGImages/2007_3.jpg"));
  EXPECT_EQ(datasets.val->size(), 1u);
  EXPECT_EQ(datasets.test->size(), 0u);  // without masks
  EXPECT_THAT(values(datasets.train), ElementsAreArray(golden::kVocMaskValues));
  settings.data.lists.train = "ImageSets/Segmentation/val.txt";
  EXPECT_EQ(open_datasets(settings).train->size(), 1u);
  test::write_text(folder_ / (lists + "train.txt"), "2007_1\n../x\n");
  settings.data.lists = {};
  EXPECT_THAT(open_error(settings).what(),
              HasSubstr("ImageSets/Segmentation/train.txt:2: JPEGImages/../x.jpg"));
}

TEST_F(Scenes, OfCocoStuff) {
  for (const std::string split : {"train2017", "val2017"}) {
    put("images/" + split + "/000000000139.jpg", "stuffthingmaps/" + split + "/000000000139.png",
        {0, 181, 255});
  }
  const Datasets datasets = open_datasets(config("coco", "coco_stuff"));
  EXPECT_EQ(datasets.classes.size(), 171u);
  EXPECT_THAT(values(datasets.val), ElementsAre(0, 170, 255));
}

class PanopticCoco : public Scenes {
 protected:
  PanopticCoco() : config_(config_for("coco", folder_, config::Task::kSegment)) {
    config_.data.variant = "panoptic";
    put(encode_jpeg(smooth_picture({1, 3})));
  }
  void put(const FileBytes& picture) {
    for (const std::string split : {"train2017", "val2017"}) {
      put_bytes(folder_ / (split + "/000000000139.jpg"), picture);
      put_bytes(folder_ / ("annotations/panoptic_" + split + "/000000000139.png"),
                encode_png(ids_));
      test::write_text(folder_ / ("annotations/panoptic_" + split + ".json"), json_);
    }
  }

  const std::string json_ =
      R"({"info": {"id": 5}, "images": [{"id": 1, "file_name": "x.jpg"}],
          "annotations": [{"segments_info": [{"id": 3226956, "category_id": 1, "bbox": [1, 2, 3, 4]},
            {"id": 258, "category_id": 200}], "file_name": "000000000139.png", "image_id": 139}],
          "categories": [{"id": 1, "name": "person", "isthing": 1}, {"id": 200, "name": "rug"}]})";
  // 3226956 = 76 + 256 * 61 + 65536 * 49; 258 = 2 + 256 * 1.
  const Picture ids_{{1, 3}, {76, 61, 49, 2, 1, 0, 0, 0, 0}};
  config::Config config_;
};

TEST_F(PanopticCoco, HasTheClassesOfItsSegments) {
  const Datasets datasets = open_datasets(config_);
  EXPECT_THAT(datasets.classes, ElementsAre("person", "rug"));
  EXPECT_THAT(values(datasets.val), ElementsAre(0, 1, 255));
  config_.data.classes = {"rug"};
  EXPECT_THAT(error_of([&] { open_datasets(config_).val->load(0); }).what(),
              HasSubstr("segment 3226956: its category is none of data.classes"));
  config_.data.mask.others = "ignore";
  EXPECT_THAT(values(open_datasets(config_).val), ElementsAre(255, 0, 255));
}

TEST_F(PanopticCoco, TurnsMasksAsOtherFormatsDo) {
  put(with_orientation(encode_jpeg(smooth_picture({1, 3})), 3, true));
  EXPECT_THAT(error_of([&] { open_datasets(config_).train->load(0); }).what(),
              HasSubstr("its picture has EXIF orientation 3, and the size does not tell"));
  config_.data.mask.orientation = "stored";
  EXPECT_THAT(values(open_datasets(config_).train), ElementsAre(255, 1, 0));
  config_.data.mask.orientation = "shown";
  EXPECT_THAT(values(open_datasets(config_).train), ElementsAre(0, 1, 255));
  config_.data.mask.orientation = "auto";
  put(with_orientation(encode_jpeg(smooth_picture({1, 3})), 6, false));
  const Sample turned = open_datasets(config_).val->load(0);
  EXPECT_EQ(turned.mask.size, (Size{3, 1}));
  EXPECT_THAT(turned.mask.values, ElementsAre(0, 1, 255));
  put(encode_jpeg(smooth_picture({2, 3})));
  EXPECT_THAT(error_of([&] { open_datasets(config_).val->load(0); }).what(),
              HasSubstr("mask of 3x1; must be 3x2 as its picture"));
}

TEST_F(PanopticCoco, RefusesJsonThatIsCutOrNestedTooDeeply) {
  for (std::size_t end = 0; end < json_.size(); end += 7) {
    test::write_text(folder_ / "annotations/panoptic_val2017.json", json_.substr(0, end));
    EXPECT_EQ(open_error(config_).code(), ErrorCode::kData) << end;
  }
  test::write_text(folder_ / "annotations/panoptic_val2017.json", std::string(1 << 20, '['));
  EXPECT_THAT(open_error(config_).what(), HasSubstr("nested too deeply"));
}

class OxfordPet : public ::testing::Test {
 protected:
  OxfordPet() {
    std::string both = "";
    for (int i = 0; i < 10; ++i) {
      const bool cat = i % 2 == 0;
      const std::string name = (cat ? "Abyssinian_" : "american_bulldog_") + std::to_string(i);
      put_picture(folder_ / ("images/" + name + ".jpg"), {1, 3});
      put_mask(folder_ / ("annotations/trimaps/" + name + ".png"), {{1, 3}, {1, 2, 3}});
      both += name + (cat ? " 1 1 1\n" : " 2 2 1\n");
    }
    test::write_text(folder_ / "annotations/trainval.txt", both);
    put_picture(folder_ / "images/Abyssinian_20.jpg", {1, 3});
    put_mask(folder_ / "annotations/trimaps/Abyssinian_20.png", {{1, 3}, {1, 2, 3}});
    test::write_text(folder_ / "annotations/test.txt", "Abyssinian_20 1 1 1\n");
  }

  test::TempFolder folder_;
};

TEST_F(OxfordPet, ClassifiesBreedsOrSpecies) {
  auto config = config_for("oxford_pet", folder_);
  Datasets datasets = open_datasets(config);
  EXPECT_THAT(datasets.classes, ElementsAre("Abyssinian", "american_bulldog"));
  EXPECT_THAT(labels_of(*datasets.test), ElementsAre(0));
  EXPECT_EQ(datasets.train->size() + datasets.val->size(), 10u);
  config.data.variant = "species";
  EXPECT_THAT(open_datasets(config).classes, ElementsAre("cat", "dog"));
  test::write_text(folder_ / "annotations/test.txt", "Abyssinian_20 1 3 1\n");
  EXPECT_THAT(open_error(config).what(), HasSubstr("annotations/test.txt:1: Abyssinian_20 1 3 1"));
}

TEST_F(OxfordPet, SegmentsTrimaps) {
  auto config = config_for("oxford_pet", folder_, config::Task::kSegment);
  Datasets datasets = open_datasets(config);
  EXPECT_THAT(datasets.classes, ElementsAre("background", "pet"));
  EXPECT_THAT(datasets.test->load(0).mask.values, ElementsAre(1, 0, 255));
  config.data.variant = "border";
  datasets = open_datasets(config);
  EXPECT_THAT(datasets.classes, ElementsAre("background", "pet", "border"));
  EXPECT_THAT(datasets.test->load(0).mask.values, ElementsAre(1, 0, 2));
}

}  // namespace
}  // namespace carica::data
