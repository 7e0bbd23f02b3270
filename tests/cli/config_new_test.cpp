// carica config new: its configs train as they are.
#include <nlohmann/json.hpp>

#include "carica_program.h"
#include "data/images/image_io.h"
#include "last_line.h"

namespace carica::test {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;

class ConfigNew : public CaricaProgram {
 protected:
  // The papayas' pictures, by their order, in two class folders.
  void make_classes() const {
    for (int i = 0; i < 20; ++i) {
      const fs::path folder = folder_ / "my fruit" / (i % 2 == 0 ? "even" : "odd: one");
      fs::create_directories(folder);
      fs::copy(picture(i), folder / picture(i).filename());
    }
  }
  static fs::path picture(int i) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(papayas() / "images")) {
      files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files.at(static_cast<std::size_t>(i));
  }
  void make_masks() const {
    fs::create_directories(folder_ / "scans");
    for (const char* part : {"images", "masks"}) {
      fs::copy(papayas() / part, folder_ / "scans" / part, fs::copy_options::recursive);
    }
  }
};

TEST_F(ConfigNew, OfClassFoldersTrains) {
  make_classes();
  const auto made = carica({"config", "new", "my fruit", "--json"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const auto json = last_line(made.out);
  EXPECT_EQ(json["file"], "my fruit.yaml");
  EXPECT_EQ(json["format"], "image_folder");
  EXPECT_EQ(json["classes"], nlohmann::json::array({"even", "odd: one"}));
  const auto check = carica({"config", "check", "my fruit.yaml"});
  EXPECT_EQ(check.exit_code, 0) << check.err;
  EXPECT_EQ(check.err, "");
  const auto train = carica({"train", "my fruit.yaml", "train.epochs=1", "model.name=cnn",
                             "model.stem=imagenet", "device=cpu", "loader.workers=1"});
  EXPECT_EQ(train.exit_code, 0) << train.err;
  EXPECT_TRUE(fs::exists(folder_ / "runs/classify/my fruit/weights/best.safetensors"));
}

TEST_F(ConfigNew, OfPicturesWithMasksTrains) {
  make_masks();
  fs::create_directories(folder_ / "configs");
  write_text(folder_ / "scans/classes.txt", "ground\ngreen\r\nripe\n");
  const auto made =
      carica({"config", "new", "scans/", "--out", "configs/mine.yaml", "--name", "fruit"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, AllOf(HasSubstr("3 classes (ground, green, ripe); 32x32"),
                              HasSubstr("next: carica data check configs/mine.yaml")));
  const auto train = carica({"train", "configs/mine.yaml", "train.epochs=1", "device=cpu",
                             "model.widths=[4, 8]", "loader.workers=1"});
  EXPECT_EQ(train.exit_code, 0) << train.err;
  EXPECT_TRUE(fs::exists(folder_ / "runs/segment/fruit/weights/best.safetensors"));
}

TEST_F(ConfigNew, TakesAValidationFromTheTrainingPictures) {
  for (int i = 0; i < 40; ++i) {
    const fs::path folder =
        folder_ / "fruit" / (i % 10 < 7 ? "train" : "test") / (i % 2 == 0 ? "even" : "odd");
    fs::create_directories(folder);
    fs::copy(picture(i), folder / picture(i).filename());
  }
  const auto made = carica({"config", "new", "fruit", "--out", "new/mine.yaml", "--json"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(made.err, "");
  const auto json = last_line(made.out);
  EXPECT_EQ(json["split"], "new/mine_split.csv");
  EXPECT_EQ(json["train"], 24);
  EXPECT_EQ(json["val"], 4);
  EXPECT_EQ(json["test"], 12);
  const auto divided = carica({"data", "split", "new/mine.yaml", "--out", "again.csv", "--json"});
  ASSERT_EQ(divided.exit_code, 0) << divided.err;
  EXPECT_EQ(last_line(divided.out)["splits"]["val"]["samples"], 4);
  EXPECT_EQ(last_line(divided.out)["splits"]["test"]["samples"], 12);
}

TEST_F(ConfigNew, WritesAPaletteForColouredMasks) {
  make_masks();
  const fs::path masks = folder_ / "scans/masks";
  for (const auto& entry : fs::directory_iterator(masks)) {
    data::Picture picture{{32, 32}, {}};
    for (int i = 0; i < 32 * 32; ++i) {
      for (const int value : {i % 32 < 16 ? 255 : 0, 0, 0}) {
        picture.pixels.push_back(static_cast<std::uint8_t>(value));
      }
    }
    data::write_picture(entry.path(), picture);
  }
  const auto made = carica({"config", "new", "scans", "--out", "new/mine.yaml"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(read_text(folder_ / "new/mine_palette.yaml"),
              HasSubstr("{name: class_1, color: [255, 0, 0]}"));
  const auto check = carica({"data", "check", "new/mine.yaml"});
  EXPECT_EQ(check.exit_code, 0) << check.err;
  EXPECT_THAT(check.out, HasSubstr("class_1: 14336 pixels (50.0%) in 28 masks"));
}

TEST_F(ConfigNew, KeepsWhatIsThere) {
  make_masks();
  write_text(folder_ / "scans.yaml", "mine\n");
  const auto made = carica({"config", "new", "scans"});
  EXPECT_EQ(made.exit_code, 2);
  EXPECT_THAT(made.err, AllOf(HasSubstr("scans.yaml: is there already"), HasSubstr("--out FILE")));
  EXPECT_EQ(read_text(folder_ / "scans.yaml"), "mine\n");
}

TEST_F(ConfigNew, ChoosesTheTaskWhereThereAreTwo) {
  for (const auto& [task, classes] : {std::pair{"classify", 2u}, std::pair{"segment", 3u}}) {
    const std::string out = std::string(task) + "_new.yaml";
    const auto made =
        carica({"config", "new", papayas().string(), "--task", task, "--out", out, "--json"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    const auto json = last_line(made.out);
    EXPECT_EQ(json["format"], "papaya");
    EXPECT_EQ(json["classes"].size(), classes);
    EXPECT_EQ(carica({"config", "check", out}).exit_code, 0);
  }
}

TEST_F(ConfigNew, SaysWhatAFolderHolds) {
  fs::create_directories(folder_ / "empty");
  const auto made = carica({"config", "new", "empty"});
  EXPECT_EQ(made.exit_code, 3);
  EXPECT_THAT(made.err, HasSubstr("empty: holds no data set that is known; there: nothing"));
  EXPECT_EQ(carica({"config", "new", "nowhere"}).exit_code, 3);
}

}  // namespace
}  // namespace carica::test
