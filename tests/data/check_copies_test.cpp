#include "check_support.h"
#include "data/checks/rules.h"

namespace carica::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CheckCopies : public CheckedFolder {
 protected:
  void SetUp() override { put_pets(); }
  void put(const std::string& name, std::span<const std::uint8_t> bytes) {
    put_bytes(folder_ / name, bytes);
  }
};

TEST_F(CheckCopies, InAnotherSplitAreErrors) {
  put_scene("train/cat/zoe.png", 1);
  put_scene("val/cat/tom.png", 1);
  const auto result = checked(pets());
  const auto finding = expect_finding(result, "copy_between_splits", "val");
  EXPECT_EQ(finding.severity, Severity::kError);
  EXPECT_EQ(finding.places[0].file, "val/cat/tom.png");
  EXPECT_EQ(finding.places[0].detail, "is train/cat/zoe.png (train)");
  EXPECT_EQ(result.findings.size(), 1u);
}

TEST_F(CheckCopies, AreToldByPixelsNotByBytes) {
  put("train/cat/zoe.png", encode_png(scene(1)));
  auto other = encode_png(scene(1));
  other.insert(other.end(), 7, 0);  // bytes behind the end
  put("val/cat/tom.png", other);
  expect_finding(checked(pets()), "copy_between_splits", "val");
}

TEST_F(CheckCopies, InOneSplitAreWarnings) {
  for (const char* name : {"a", "b", "c"}) put_scene(cat("train/dog/", name, ".png"), 1);
  const auto finding = expect_finding(checked(pets()), "copy_in_split", "train");
  EXPECT_EQ(finding.severity, Severity::kWarning);
  EXPECT_THAT(files_of(finding), ElementsAre("train/dog/b.png", "train/dog/c.png"));
}

TEST_F(CheckCopies, WithTwoLabelsContradictEachOther) {
  put_scene("train/cat/zoe.png", 1);
  put_scene("train/dog/rex.png", 1);
  const auto finding = expect_finding(checked(pets()), "label_conflict", "train");
  EXPECT_EQ(finding.severity, Severity::kError);
  EXPECT_EQ(finding.places[0].file, "train/dog/rex.png");
  EXPECT_EQ(finding.places[0].detail, "is dog; as train/cat/zoe.png (train) it is cat");
}

TEST_F(CheckCopies, SavedAnewAreNear) {
  put("train/cat/zoe.png", encode_png(scene(1)));
  put("val/cat/tom.jpg", encode_jpeg(scene(1), 60));
  const auto finding = expect_finding(checked(pets()), "near_copy_between_splits", "val");
  EXPECT_EQ(finding.severity, Severity::kWarning);
  EXPECT_EQ(finding.places[0].file, "val/cat/tom.jpg");
  EXPECT_THAT(finding.places[0].detail, HasSubstr("is like train/cat/zoe.png (train), "));
}

TEST_F(CheckCopies, ResizedAreNearAndTheirLabelsAreCompared) {
  put("train/cat/zoe.png", encode_png(scene(1, {192, 256})));
  put("train/dog/rex.png", encode_png(resize_bilinear(scene(1, {192, 256}), {77, 90})));
  const auto result = checked(pets());
  EXPECT_THAT(files_of(expect_finding(result, "near_copy_in_split", "train")),
              ElementsAre("train/dog/rex.png"));
  EXPECT_EQ(expect_finding(result, "near_label_conflict", "train").places[0].detail,
            "is dog; train/cat/zoe.png (train) is cat");
  EXPECT_EQ(result.concerned(Severity::kError), 0u);
}

TEST_F(CheckCopies, OfOneColourAreBlankPicturesAndNoLeak) {
  const Picture white{{48, 64}, PixelBytes(48 * 64 * 3, 255)};
  put("train/cat/white.png", encode_png(white));
  put("val/dog/white.png", encode_png(white));
  const auto result = checked(pets());
  EXPECT_THAT(ids_of(result), ElementsAre("blank_picture", "blank_picture"));
}

TEST_F(CheckCopies, OfAGroupInTwoSplitsAreTold) {
  put_scene("train/cat/zoe_1.png", 1);
  put_scene("val/cat/zoe_2.png", 2);
  put_scene("val/cat/zoe_3.png", 3);
  auto config = pets();
  const auto datasets = open_datasets(config);
  config.data.split.group_by = "/([a-z]+)_[0-9]+";
  const auto result = check(config, datasets, 1, [](std::size_t, std::size_t) {});
  const auto finding = expect_finding(result, "group_between_splits", "val");
  ASSERT_EQ(finding.places.size(), 1u);
  EXPECT_EQ(finding.places[0].detail, "is of group zoe as train/cat/zoe_1.png (train)");
}

}  // namespace
}  // namespace carica::data
