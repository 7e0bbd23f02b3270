#include "check_support.h"
#include "golden/images_golden.h"

namespace carica::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

class CheckMasks : public CheckedFolder {
 protected:
  void SetUp() override {
    for (const char* split : {"train/", "val/"}) {
      for (int i = 0; i < 6; ++i) {
        const auto stem = std::to_string(i);
        put_scene(split + ("images/" + stem) + ".png", ++fresh_);
        put_mask(folder_ / split / "masks" / (stem + ".png"), counting_mask({48, 64}, 3));
      }
    }
  }
  Mask constant(int value) const {
    return {{48, 64}, PixelBytes(48 * 64, static_cast<std::uint8_t>(value))};
  }
  Mask zero_and_255() const {
    Mask mask = constant(0);
    for (std::size_t i = 0; i < 1000; ++i) mask.values[i] = 255;
    return mask;
  }
  std::string bad() const { return (folder_ / "train/masks/0.png").string(); }
  /// What is found when train/masks/0.png is `bytes`.
  Finding finding_for(const std::string& id, std::span<const std::uint8_t> bytes) {
    put_bytes(bad(), bytes);
    const auto finding = expect_finding(checked(abc()), id, "train");
    EXPECT_THAT(files_of(finding), ElementsAre(bad()));
    return finding;
  }
  config::Config abc() const { return scenes({"a", "b", "c"}); }
};

TEST_F(CheckMasks, FindNothingWhereAllIsWell) {
  const auto result = checked(abc());
  EXPECT_THAT(ids_of(result), testing::IsEmpty());
  EXPECT_THAT(result.splits[0].counts, ElementsAre(6144, 6144, 6144));
  EXPECT_THAT(result.splits[0].pictures, ElementsAre(6, 6, 6));
}

TEST_F(CheckMasks, TellWrongValuesWithTheirSharesOverTheSplit) {
  Mask mask = counting_mask({48, 64}, 3);
  for (std::size_t i = 0; i < 300; ++i) mask.values[i] = 77;
  for (std::size_t i = 300; i < 330; ++i) mask.values[i] = 9;
  put_mask(bad(), mask);
  const auto finding = expect_finding(checked(abc()), "mask_values", "train");
  // 6 masks of 3,072 pixels.
  EXPECT_THAT(finding.message,
              HasSubstr("77 (300 pixels, 1.63%), 9 (30 pixels, 0.16%) of the split's mask pixels"));
  EXPECT_THAT(finding.hint, HasSubstr("data.mask.map"));
}

// "Add samples" would be the wrong advice: nothing is known of the classes.
TEST_F(CheckMasks, ThatAreAllWrongSayNothingOfClasses) {
  for (int i = 0; i < 6; ++i) {
    put_mask(folder_ / "train/masks" / (std::to_string(i) + ".png"), constant(9));
  }
  EXPECT_THAT(ids_of(checked(abc())), ElementsAre("mask_values"));
}

TEST_F(CheckMasks, GuessWhySoManyValuesAreWrong) {
  put_mask(bad(), counting_mask({48, 64}, 200));
  const auto finding = expect_finding(checked(abc()), "mask_values", "train");
  EXPECT_THAT(finding.message, HasSubstr("and 189 more values"));
  EXPECT_THAT(finding.hint, HasSubstr("resized smoothly"));
}

TEST_F(CheckMasks, Tell0And255WhenEveryMaskIsSo) {
  // 255 is ignored by default: nothing but background would be learned, without an error anywhere.
  for (const char* split : {"train", "val"}) {
    for (int i = 0; i < 6; ++i) {
      put_mask(folder_ / split / "masks" / (std::to_string(i) + ".png"), zero_and_255());
    }
  }
  const auto result = checked(scenes({"ground", "thing"}));
  EXPECT_EQ(expect_finding(result, "binary_masks", "train").places.size(), 6u);
  EXPECT_EQ(expect_finding(result, "binary_masks", "val").places.size(), 6u);
  EXPECT_THAT(find(result, "binary_masks", "val")->hint, HasSubstr("encoding: binary"));
  auto binary = scenes({"ground", "thing"});
  binary.data.mask.encoding = "binary";
  EXPECT_EQ(find(checked(binary), "binary_masks", "train"), nullptr);
}

TEST_F(CheckMasks, Tell0And255WhenAnotherValueIsIgnored) {
  put_mask(bad(), zero_and_255());
  auto config = abc();
  config.data.mask.ignore_index = 3;
  EXPECT_THAT(files_of(expect_finding(checked(config), "binary_masks", "train")),
              ElementsAre(bad()));
}

TEST_F(CheckMasks, TellMasksInColour) { finding_for("mask_in_color", encode_png(scene(7))); }

TEST_F(CheckMasks, TellMasksInJpeg) { finding_for("mask_lossy", encode_jpeg(scene(7))); }

TEST_F(CheckMasks, TellMasksInLossyWebp) { finding_for("mask_lossy", golden::kLossyWebp); }

TEST_F(CheckMasks, TellMasksOf16Bits) { finding_for("mask_16_bit", golden::kDeepPng); }

TEST_F(CheckMasks, TellAnotherSizeThanThePicture) {
  put_mask(bad(), counting_mask({24, 64}, 3));
  const auto finding = expect_finding(checked(abc()), "mask_size", "train");
  EXPECT_THAT(finding.places[0].detail, AllOf(HasSubstr("64x24"), HasSubstr("64x48")));
}

TEST_F(CheckMasks, TellDamagedAndEmptyMasks) {
  put_bytes(folder_ / "train/masks/1.png", FileBytes{});
  const auto bytes = encode_png(scene(7));
  put_bytes(folder_ / "train/masks/2.png", first_part(bytes, bytes.size() / 2));
  const auto result = checked(abc());
  EXPECT_THAT(expect_finding(result, "empty_file", "train").places[0].file,
              EndsWith("masks/1.png"));
  EXPECT_THAT(expect_finding(result, "truncated_picture", "train").places[0].file,
              EndsWith("masks/2.png"));
}

TEST_F(CheckMasks, TellMasksThatAreIgnoredAltogether) {
  put_mask(bad(), constant(255));
  EXPECT_THAT(files_of(expect_finding(checked(abc()), "mask_ignored", "train")),
              ElementsAre(bad()));
}

TEST_F(CheckMasks, TellClassesThatHaveHardlyAPixel) {
  const auto result = checked(scenes({"a", "b", "c", "d"}));
  EXPECT_THAT(files_of(expect_finding(result, "missing_class", "val")), ElementsAre("d"));
  Mask mask = counting_mask({48, 64}, 3);
  mask.values[0] = 3;
  put_mask(bad(), mask);
  const auto tiny = expect_finding(checked(scenes({"a", "b", "c", "d"})), "tiny_class", "train");
  EXPECT_EQ(tiny.places[0].detail, "1 pixels, 0.0054%, in 1 masks");
}

TEST_F(CheckMasks, TellOnePictureWithTwoMasks) {
  put_scene("train/images/1.png", 5);
  put_scene("train/images/4.png", 5);
  put_mask(folder_ / "train/masks/4.png", constant(1));
  EXPECT_THAT(files_of(expect_finding(checked(abc()), "label_conflict", "train")),
              ElementsAre("train/images/4.png"));
}

}  // namespace
}  // namespace carica::data
