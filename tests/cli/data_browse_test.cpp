#include <algorithm>
#include <array>

#include "carica_program.h"
#include "core/text.h"
#include "data/images/image_io.h"
#include "last_line.h"

namespace carica::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DataBrowse : public CaricaProgram {
 protected:
  Program::Result browse(const std::string& config, std::vector<std::string> words) const {
    words.insert(words.begin(), {"data", "browse", config, "--json"});
    return carica(words);
  }
  /// Of this colour on the sheet of stored training pictures.
  std::size_t pixels_of(const std::array<int, 3>& color) const {
    const auto sheet = data::read_picture(folder_ / "sheets/train_before.png");
    std::size_t count = 0;
    for (auto pixel = sheet.pixels.begin(); pixel != sheet.pixels.end(); pixel += 3) {
      count += std::equal(color.begin(), color.end(), pixel) ? 1 : 0;
    }
    return count;
  }
  /// A folder of `classes` classes with three pictures each.
  void put_classes(int classes) {
    data::Picture picture{{20, 30}, data::PixelBytes(20 * 30 * 3, 90)};
    for (int c = 0; c < classes; ++c) {
      const auto folder = folder_ / cat("many/", "class ", c);
      std::filesystem::create_directories(folder);
      for (const char* name : {"a.png", "b.png", "c.png"}) {
        data::write_picture(folder / name, picture);
      }
    }
    write_text(folder_ / "many.yaml",
               "task: classify\nname: many\ndata: {format: image_folder, root: many, split: "
               "{train: 1, val: 0, test: 0}}\ntransforms:\n  train: [{Resize: {size: [16, 16]}}, "
               "Normalize]\n  eval: [{Resize: {size: [16, 16]}}, Normalize]\nmodel: {name: cnn}\n");
  }
};

TEST_F(DataBrowse, DrawsFewClassesOnOnePairOfSheets) {
  const auto result = browse("classify.yaml", {"--out", "sheets"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(last_line(result.out)["files"],
              ElementsAre("sheets/train_before.png", "sheets/train_after.png"));
  const auto after = data::read_picture(folder_ / "sheets/train_after.png");
  EXPECT_EQ(after.size.width, 992);  // five columns
  EXPECT_GT(after.size.height, 12 * 180);
}

TEST_F(DataBrowse, DrawsMasksWithTheColoursOfTheirClasses) {
  const auto result = browse("segment.yaml", {"--out", "sheets", "--per-class", "3"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_GE(pixels_of({86, 180, 233}), 100u);  // the square of unripe in the key
}

TEST_F(DataBrowse, DrawsMasksWithTheColoursOfTheirPalette) {
  write_text(folder_ / "palette.yaml",
             "classes:\n  - {name: background, color: [0, 0, 0], values: [0]}\n"
             "  - {name: thing, color: [10, 200, 30], values: [1]}\n");
  for (const char* name : {"images/a.png", "masks/a.png"}) {
    std::filesystem::create_directories((folder_ / "pairs" / name).parent_path());
  }
  data::write_picture(folder_ / "pairs/images/a.png", {{8, 8}, data::PixelBytes(8 * 8 * 3, 90)});
  data::write_mask(folder_ / "pairs/masks/a.png", {{8, 8}, data::PixelBytes(8 * 8, 1)});
  write_text(
      folder_ / "pairs.yaml",
      "task: segment\nname: pairs\ndata: {format: paired_masks, root: pairs, images: "
      "'images/{stem}.png', masks: 'masks/{stem}.png', mask: {palette: palette.yaml}, split: "
      "{train: 1, val: 0, test: 0}}\ntransforms: {train: [Normalize], eval: [Normalize]}\n"
      "model: {name: unet}\n");
  const auto result = browse("pairs.yaml", {"--out", "sheets"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_GE(pixels_of({10, 200, 30}), 100u);  // its square in the key
}

TEST_F(DataBrowse, GivesAClassItsOwnSheetsWhenThereAreMany) {
  put_classes(25);
  const auto result = browse("many.yaml", {"--out", "sheets"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(last_line(result.out)["files"].size(), 40u);
  EXPECT_THAT(result.err, HasSubstr("the first 20 of 25 classes are drawn"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "sheets/train_3_class_11_after.png"));
  const auto one = browse("many.yaml", {"--out", "one", "--class", "class 7"});
  EXPECT_THAT(last_line(one.out)["files"],
              ElementsAre("one/train_22_class_7_before.png", "one/train_22_class_7_after.png"));
}

TEST_F(DataBrowse, GoesOnOnAnotherSheetAfterTwelveRows) {
  const auto result =
      browse("classify.yaml", {"--out", "sheets", "--class", "sweet", "--per-class", "100"});
  EXPECT_THAT(last_line(result.out)["files"],
              ElementsAre("sheets/train_1_sweet_before.png", "sheets/train_1_sweet_after.png",
                          "sheets/train_1_sweet_2_before.png", "sheets/train_1_sweet_2_after.png"));
}

TEST_F(DataBrowse, LeavesBadFilesOutWithAWarning) {
  std::filesystem::copy(papayas(), folder_ / "set", std::filesystem::copy_options::recursive);
  for (int i = 10; i < 30; ++i) write_text(folder_ / cat("set/images/00", i, ".jpg"), "");
  const auto result = browse("classify.yaml", {"data.root=set", "--per-class", "50"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("warning: left out: set/images/00"));
}

TEST_F(DataBrowse, IsTheSameForOneSeedAndNotForAnother) {
  for (const char* name : {"a", "b", "c"}) {
    const auto seed = *name == 'c' ? "2" : "1";
    browse("classify.yaml", {"--out", name, "--per-class", "2", "--seed", seed});
  }
  const auto sheet = [&](const char* name) {
    return read_text(folder_ / cat(name, "/train_before.png"));
  };
  EXPECT_EQ(sheet("a"), sheet("b"));
  EXPECT_NE(sheet("a"), sheet("c"));
}

TEST_F(DataBrowse, SaysWhichClassWasMeant) {
  const auto result = browse("classify.yaml", {"--class", "sweat"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("did you mean sweet?"));
}

}  // namespace
}  // namespace carica::test
