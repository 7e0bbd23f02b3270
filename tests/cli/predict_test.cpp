// carica predict: masks, overlays and tables of people's pictures.
#include "carica_program.h"
#include "core/text.h"
#include "data/images/image_io.h"
#include "last_line.h"
#include "report/pictures.h"

namespace carica::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Predict : public CaricaProgram {};

TEST_F(Predict, SegmenterWritesMasksAndOverlays) {
  ASSERT_EQ(carica({"train", "segment.yaml", "--quiet"}).exit_code, 0);
  const auto predicted =
      carica({"predict", "runs/latest/weights/best.safetensors",
              (papayas() / "images/000?.jpg").string(), "--overlay", "--out", "predicted"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.err;
  EXPECT_TRUE(std::filesystem::exists(folder_ / "predicted/masks/0003.png"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "predicted/overlays/0003.png"));
  EXPECT_THAT(read_text(folder_ / "predicted/predictions.csv"),
              StartsWith("path,mask,background,unripe,ripe\n"));
}

TEST_F(Predict, MasksShowTheClassesColorsAndKeepTheirIndices) {
  ASSERT_EQ(carica({"train", "segment.yaml", "--quiet"}).exit_code, 0);
  const auto picture = (papayas() / "images/0003.jpg").string();
  const auto predict = [&](const std::string& out, std::vector<std::string> more) {
    more.insert(more.begin(), {"predict", "runs/latest", picture, "--out", out});
    ASSERT_EQ(carica(more).exit_code, 0);
  };
  predict("colored", {});
  predict("grey", {"--grey-masks"});
  constexpr int kColorType = 25;  // place of the colour type in a PNG
  const auto file = folder_ / "colored/masks/0003.png";
  EXPECT_EQ(read_text(file)[kColorType], 3);
  EXPECT_EQ(read_text(folder_ / "grey/masks/0003.png")[kColorType], 0);
  const auto mask = data::read_mask(file);
  EXPECT_EQ(mask.values, data::read_mask(folder_ / "grey/masks/0003.png").values);
  auto colors = report::class_colors(3);
  colors[0] = {0, 0, 0};  // the background
  const auto shown = data::read_picture(file);
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      ASSERT_EQ(shown.pixels[3 * i + c], colors[mask.values[i]][c]);
    }
  }
}

TEST_F(Predict, FilesOfAnEarlierPredictionAreCounted) {
  ASSERT_EQ(carica({"train", "segment.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  const auto picture = [](int i) { return (papayas() / cat("images/000", i, ".jpg")).string(); };
  const auto first =
      carica({"predict", "runs/latest", picture(1), picture(2), picture(3), "--overlay"});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.err, Not(HasSubstr("not of this call")));
  const auto again = carica({"predict", "runs/latest", picture(1), picture(2), picture(3)});
  EXPECT_THAT(again.err, HasSubstr("predictions: 3 files in overlays/ are not of this call"));
  std::filesystem::create_symlink("loop",
                                  folder_ / "predictions/masks/loop");  // counts for nothing
  const auto fewer =
      carica({"predict", "runs/latest", picture(1), picture(2), "--overlay", "--json"});
  EXPECT_EQ(fewer.exit_code, 0);
  EXPECT_THAT(fewer.err, HasSubstr("predictions: 1 file in masks/ and 1 file in overlays/ are not "
                                   "of this call"));
  EXPECT_EQ(last_line(fewer.out)["other_files"], 2);
}

TEST_F(Predict, PicturesOfOneNameKeepTheirMasks) {
  ASSERT_EQ(carica({"train", "segment.yaml", "--quiet"}).exit_code, 0);
  for (const char* camera : {"a", "b"}) {
    std::filesystem::create_directories(folder_ / camera);
    std::filesystem::copy(papayas() / "images/0003.jpg", folder_ / camera / "x.jpg");
  }
  ASSERT_EQ(carica({"predict", "runs/latest", "a", "b/x.jpg"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "predictions/masks/a/x.png"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "predictions/masks/b/x.png"));
  // Names that are the same below the results' folder.
  ASSERT_EQ(carica({"predict", "runs/latest", "a/x.jpg",
                    "../" + folder_.path().filename().string() + "/a/x.jpg", "a/x.jpg"})
                .exit_code,
            0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "predictions/masks/a/x_2.png"));
}

TEST_F(Predict, SaysHowPicturesOfAnotherSizeAreBroughtToTheNetwork) {
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  const auto bytes = data::encode_png(data::Picture{{40, 40}, data::PixelBytes(4800)});
  write_text(folder_ / "larger.png", {bytes.begin(), bytes.end()});
  const auto refused = carica({"predict", "runs/latest", "larger.png"});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.err,
              HasSubstr("larger.png: cnn: got pictures of 40x40 px; it was built for"));
  EXPECT_THAT(refused.err, HasSubstr("error: none of 1 pictures could be predicted"));
  EXPECT_THAT(refused.err, HasSubstr("hint: --set 'transforms.eval=[{Resize: {size: [32, 32]}}, "
                                     "{Normalize: {mean: [0.4850, 0.4560, 0.4060], std: [0.2290, "
                                     "0.2240, 0.2250]}}]' brings pictures there"));
  const auto resized =
      carica({"predict", "runs/latest", "larger.png", "--set",
              "transforms.eval=[{Resize: {size: [32, 32]}}, {Normalize: {mean: [0.4850, 0.4560, "
              "0.4060], std: [0.2290, 0.2240, 0.2250]}}]"});
  EXPECT_EQ(resized.exit_code, 0) << resized.err;
}

TEST_F(Predict, TheNetworkComesBeforeThePictures) {
  const auto picture = (papayas() / "images/0003.jpg").string();
  const auto result = carica({"predict", picture, "runs/latest"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("0003.jpg: is a picture; must be the folder of a run"));
  EXPECT_THAT(result.err, HasSubstr("hint: the network comes first: carica predict RUN PICTURES"));
}

TEST_F(Predict, PredictionFollowsLinksToFolders) {
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  std::filesystem::create_directories(folder_ / "album");
  std::filesystem::create_directories(folder_ / "elsewhere");
  std::filesystem::copy(papayas() / "images/0003.jpg", folder_ / "elsewhere/x.jpg");
  std::filesystem::create_directory_symlink("../elsewhere", folder_ / "album/linked");
  const auto predicted = carica({"predict", "runs/latest", "album"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.err;
  EXPECT_THAT(read_text(folder_ / "predictions/predictions.csv"), HasSubstr("\nlinked/x.jpg,"));
  std::filesystem::create_directory_symlink(".", folder_ / "album/again");
  const auto circle = carica({"predict", "runs/latest", "album"});
  EXPECT_EQ(circle.exit_code, 3);
  EXPECT_THAT(circle.err, HasSubstr("hint: does a link lead in a circle?"));
}

TEST_F(Predict, LinkedPicturesStayAsTheyAre) {
  ASSERT_EQ(carica({"train", "segment.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  std::filesystem::create_directories(folder_ / "original");
  std::filesystem::create_directories(folder_ / "links/val");
  std::filesystem::copy(papayas() / "images/0003.jpg", folder_ / "original/x.png");
  std::filesystem::create_symlink("../../original/x.png", folder_ / "links/val/y.png");
  const auto before = read_text(folder_ / "original/x.png");
  const auto predicted = carica({"predict", "runs/latest", "links", "--overlay", "--out", "out"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.err;
  EXPECT_EQ(read_text(folder_ / "original/x.png"), before);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out/masks/val/y.png"));
  // Nor are pictures written over that stand where masks would.
  std::filesystem::create_directories(folder_ / "in/masks");
  std::filesystem::copy(folder_ / "original/x.png", folder_ / "in/masks/x.png");
  const auto refused = carica({"predict", "runs/latest", "in/masks", "--out", "in"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("in/masks/x.png: is one of the pictures"));
  EXPECT_EQ(read_text(folder_ / "in/masks/x.png"), before);
}

TEST_F(Predict, PicturesAreNamedAsGivenWhereSeveralThingsAre) {
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  for (const char* camera : {"a", "b"}) {
    std::filesystem::create_directories(folder_ / camera);
    std::filesystem::copy(papayas() / "images/0003.jpg", folder_ / camera / "x.jpg");
    std::filesystem::copy(papayas() / "images/0003.jpg", folder_ / camera / "._x.jpg");
  }
  ASSERT_EQ(carica({"predict", "runs/latest", "a", "b"}).exit_code, 0);
  const auto table = read_text(folder_ / "predictions/predictions.csv");
  EXPECT_THAT(table, HasSubstr("\na/x.jpg,"));
  EXPECT_THAT(table, HasSubstr("\nb/x.jpg,"));
  EXPECT_THAT(table, Not(HasSubstr("._x")));
}

TEST_F(Predict, OverlaysHaveThePalettesColorsWithoutItsFile) {
  write_text(folder_ / "palette.yaml",
             "classes:\n  - {name: background, color: [0, 0, 0]}\n  - {name: unripe, color: [0, 0, "
             "255]}\n  - {name: ripe, color: [255, 0, 255]}\n");
  const auto trained =
      carica({"train", "segment.yaml", "data.mask.palette=palette.yaml", "--quiet"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  std::filesystem::remove(folder_ / "palette.yaml");
  const auto picture = (papayas() / "images/0003.jpg").string();
  const auto predicted = carica({"predict", "runs/latest", picture, "--overlay"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.err;
  const auto overlay = data::read_picture(folder_ / "predictions/overlays/0003.png");
  const auto mask = data::read_mask(folder_ / "predictions/masks/0003.png");
  int fruit = 0;
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    if (mask.values[i] == 0) continue;
    ++fruit;
    EXPECT_GE(overlay.pixels[3 * i + 2], 127);  // half of it is blue
  }
  EXPECT_GT(fruit, 0);
}

TEST_F(Predict, ListsOfPicturesMayBeginWithAByteOrderMark) {
  ASSERT_EQ(carica({"train", "classify.yaml", "--quiet", "train.epochs=1"}).exit_code, 0);
  std::filesystem::copy(papayas() / "images", folder_ / "pictures");
  std::string list = "\xEF\xBB\xBF";
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "pictures")) {
    if (count++ < 2) list += "pictures/" + entry.path().filename().string() + "\r\n";
  }
  write_text(folder_ / "list.txt", list);
  const auto result = carica({"predict", "runs/latest", "list.txt", "--json", "--quiet"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(last_line(result.out)["pictures"], 2);
}

}  // namespace
}  // namespace carica::test
