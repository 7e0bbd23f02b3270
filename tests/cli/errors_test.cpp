#include "carica_program.h"
#include "data/images/image_io.h"
#include "last_line.h"

namespace carica::test {
namespace {

using testing::HasSubstr;

/// What a user sees when something is wrong: one line that begins with "error: ", a hint, the
/// documented exit code, and no run directory.
class Errors : public CaricaProgram {
 protected:
  void expect_error(const std::vector<std::string>& words, int exit_code,
                    const std::vector<std::string>& parts) {
    const auto result = carica(words);
    EXPECT_EQ(result.exit_code, exit_code) << result.err;
    EXPECT_THAT(result.err, HasSubstr("error: "));
    for (const auto& part : parts) EXPECT_THAT(result.err, HasSubstr(part));
    EXPECT_THAT(result.err, testing::Not(HasSubstr("frame #")));
    EXPECT_THAT(result.err, testing::Not(HasSubstr("terminate called")));
  }
  // A changed copy of the classify config.
  void write_config(const std::string& from, const std::string& to) {
    auto text = config("classify", "cnn");
    const auto place = text.find(from);
    ASSERT_NE(place, std::string::npos);
    write_text(folder_ / "bad.yaml", text.replace(place, from.size(), to));
  }
  void train_quietly() {
    ASSERT_EQ(
        carica({"train", "classify.yaml", "--quiet", "train.epochs=1", "name=done"}).exit_code, 0);
  }
  std::filesystem::path best() const {
    return folder_ / "runs/classify/done/weights/best.safetensors";
  }
};

TEST_F(Errors, UnknownKey) {
  write_config("train: {epochs: 2", "train: {epochs: 2, colour: red");
  expect_error({"train", "bad.yaml"}, 2, {"bad.yaml:11:", "train.colour"});
}

TEST_F(Errors, MisspeltKeyNamesTheNearestOne) {
  write_config("epochs", "epohcs");
  expect_error({"train", "bad.yaml"}, 2, {"train.epohcs", "epochs"});
}

TEST_F(Errors, WrongType) {
  expect_error({"train", "classify.yaml", "optim.lr=fast"}, 2, {"optim.lr", "fast", "number"});
}

TEST_F(Errors, DuplicateKey) {
  write_config("device: cpu\n", "device: cpu\ndevice: cpu\n");
  expect_error({"train", "bad.yaml"}, 2, {"bad.yaml:4:", "device"});
}

TEST_F(Errors, TwoProblemsAtOnce) {
  expect_error({"train", "classify.yaml", "optim.lr=-1", "train.epochs=0"}, 2,
               {"optim.lr = -1: must be in (0,", "train.epochs = 0: must be"});
}

TEST_F(Errors, UnknownModelListsTheNearest) {
  expect_error({"train", "classify.yaml", "model.name=resnet81"}, 2, {"resnet81", "resnet18"});
}

TEST_F(Errors, KeyWithoutMeaningForTheNetworkIsFoundWithoutData) {
  expect_error({"config", "check", "classify.yaml", "model.output_stride=8", "data.root=/nowhere"},
               2, {"model.output_stride", "no meaning"});
}

TEST_F(Errors, WhatTheNetworkDoesNotHaveIsFoundWithoutData) {
  const auto check = [&](const std::string& setting, const std::string& said) {
    expect_error({"config", "check", "classify.yaml", "data.root=/nowhere", setting}, 2, {said});
  };
  check("train.freeze.names=[nonsense]", "matches no parameter");
  check("optim.lr_scale={nonsense: 0.1}", "nonsense");
  expect_error({"config", "check", "classify.yaml", "data.root=/nowhere", "data.classes=[a, b, c]",
                "loss={bce: {head: binary}}"},
               2, {"binary"});
}

TEST_F(Errors, BinaryMasksHaveTwoClasses) {
  expect_error({"config", "check", "segment.yaml", "data.mask={encoding: binary}",
                "data.format=paired_masks", "data.classes=[a, b, c]"},
               2, {"data.mask.encoding = binary", "must be 2"});
}

TEST_F(Errors, KeysWithoutEffectAreWarnedOf) {
  const auto result =
      carica({"config", "check", "classify.yaml", "optim.name=sgd", "optim.betas=[0.8, 0.9]"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("optim.betas: has no effect"));
}

TEST_F(Errors, MissingConfigFile) { expect_error({"train", "nowhere.yaml"}, 2, {"nowhere.yaml"}); }

TEST_F(Errors, MissingDataRoot) {
  expect_error({"train", "classify.yaml", "data.root=/nowhere/papaya"}, 3, {"/nowhere/papaya"});
  EXPECT_FALSE(std::filesystem::exists(folder_ / "runs"));
}

TEST_F(Errors, OutputFolderThatCannotBeWritten) {
  write_text(folder_ / "file", "not a folder");
  expect_error({"train", "classify.yaml", "run_dir=file/runs"}, 1, {"file/runs"});
}

TEST_F(Errors, LossThatIsNotFinite) {
  const std::string huge = "[{Normalize: {mean: [0, 0, 0], std: [1e-44, 1e-44, 1e-44]}}]";
  expect_error({"train", "classify.yaml", "transforms.train=" + huge, "transforms.eval=" + huge}, 5,
               {"epoch 1, step 1: the loss is not finite", "images/00", "hint: lower optim.lr"});
}

TEST_F(Errors, TruncatedCheckpoint) {
  train_quietly();
  std::filesystem::resize_file(best(), std::filesystem::file_size(best()) / 2);
  expect_error({"eval", best().string()}, 4, {"best.safetensors"});
}

TEST_F(Errors, OneFlippedByteInACheckpoint) {
  train_quietly();
  auto bytes = read_text(best());
  bytes[bytes.size() - 1000] = static_cast<char>(bytes[bytes.size() - 1000] ^ 1);
  write_text(best(), bytes);
  expect_error({"eval", best().string()}, 4, {"best.safetensors", "checksum"});
}

TEST_F(Errors, CheckpointOfAnotherArchitecture) {
  train_quietly();
  expect_error({"eval", best().string(), "model.name=resnet18"}, 4,
               {"best.safetensors", "missing"});
}

TEST_F(Errors, RunWithoutAFinishedEpoch) {
  train_quietly();
  std::filesystem::remove(best());
  for (const char* command : {"eval", "export", "analyze"}) {
    expect_error({command, "runs/classify/done"}, 2,
                 {"runs/classify/done: no epoch of this run was finished",
                  "hint: carica train --resume runs/classify/done", "weights/last.safetensors"});
  }
  std::filesystem::remove_all(best().parent_path());
  expect_error({"eval", "runs/classify/done"}, 2, {"no epoch of this run was finished"});
}

TEST_F(Errors, FilesThatAreNoCheckpoints) {
  write_text(folder_ / "w.pth", "PK\3\4 and so on");
  expect_error({"eval", "w.pth"}, 4,
               {"w.pth: ends in .pth; must be the folder of a run",
                "hint: weights of other programs: carica eval CONFIG model.weights=w.pth"});
  expect_error({"export", "classify.yaml"}, 4, {"classify.yaml: ends in .yaml; must be"});
}

TEST_F(Errors, JsonHoldsTheHint) {
  const auto object = last_line(carica({"eval", "runs/nope", "--json"}).out);
  EXPECT_EQ(object["exit_code"], 4);
  EXPECT_EQ(object["error"], "runs/nope: no such run or checkpoint");
  EXPECT_EQ(object["hint"], "give the folder of a run, such as runs/latest, or a checkpoint");
}

TEST_F(Errors, PathsThatTheSystemRefuses) {
  train_quietly();
  std::filesystem::create_symlink("loop", folder_ / "loop");
  const auto refused = [&](const std::vector<std::string>& words, const std::string& said) {
    expect_error(words, 1, {said});
    EXPECT_THAT(carica(words).err, testing::Not(HasSubstr("defect of carica")));
  };
  refused({"predict", best().string(), "loop"}, "error: loop: cannot read: Too many levels");
  refused({"eval", "loop"}, "hint: does a link lead in a circle?");
  refused({"predict", best().string(), std::string(300, 'a')}, "cannot read: File name too long");
}

TEST_F(Errors, OutputThatCannotBeWritten) {
  const auto shell = [&](const std::string& rest) {
    return run_program({"/bin/bash", "-o", "pipefail", "-c", std::string(CARICA_PROGRAM) + rest},
                       folder_.path());
  };
  for (const char* words : {" config print classify.yaml", " config schema", " models --json"}) {
    const auto result = shell(std::string(words) + " >/dev/full");
    EXPECT_EQ(result.exit_code, 1) << words;
    EXPECT_THAT(result.err, HasSubstr("error: stdout: cannot write: No space left")) << words;
  }
  // A reader that has seen enough is no error.
  EXPECT_EQ(shell(" config schema | head -n 1").err, "");
  EXPECT_EQ(run_program({"/bin/bash", "-c",
                         "trap '' PIPE; " CARICA_PROGRAM " config schema 2>err | head -n 1"},
                        folder_.path())
                .exit_code,
            0);
  EXPECT_EQ(read_text(folder_ / "err"), "");
}

TEST_F(Errors, FolderOfResultsIsTriedBeforeTheEvaluation) {
  train_quietly();
  write_text(folder_ / "file", "not a folder");
  expect_error({"eval", "runs/latest", "--out", "file/out"}, 1,
               {"file/out", "hint: choose another folder with --out"});
  EXPECT_EQ(carica({"eval", "runs/latest", "--out", "file/out"}).out, "");
  EXPECT_EQ(carica({"eval", "runs/latest", "--out", "out"}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out/.probe.tmp"));
}

TEST_F(Errors, UnknownFlagsNameTheNearestOrAll) {
  expect_error({"train", "classify.yaml", "--quite"}, 2,
               {"--quite", "hint: did you mean --quiet?"});
  expect_error({"doctor", "--quite"}, 2, {"hint: did you mean --quiet?"});
  expect_error({"train", "classify.yaml", "--verbose"}, 2,
               {"hint: its options are --help, --resume, --json, --quiet"});
}

TEST_F(Errors, SecondConfig) {
  expect_error(
      {"train", "classify.yaml", "segment.yaml"}, 2,
      {"segment.yaml", "is a second config; only one is taken, _base_ in it names others"});
}

TEST_F(Errors, FolderInsteadOfWeights) {
  train_quietly();
  expect_error({"weights", "inspect", "runs/latest"}, 4,
               {"runs/latest: is a folder; must be a file",
                "hint: the weights of this run: runs/latest/weights/best.safetensors"});
}

TEST_F(Errors, OptionsThatAreSettings) {
  expect_error({"train", "classify.yaml", "--epochs", "3"}, 2,
               {"--epochs", "hint: settings are written as train.epochs=3\n"});
  expect_error({"train", "classify.yaml", "--batch-size=8"}, 2,
               {"hint: settings are written as loader.batch_size=8\n"});
  expect_error({"train", "classify.yaml", "--num_workers", "2"}, 2,
               {"num_workers: it is loader.workers here"});
  expect_error({"train", "--config", "classify.yaml"}, 2, {"hint: the file stands alone"});
  expect_error({"predict", "x", "y", "--device", "cpu"}, 2,
               {"hint: settings are written as --set device=cpu\n"});
  expect_error({"doctor", "--device", "cpu"}, 2, {"--device", "--help"});
}

TEST_F(Errors, SettingsOfPredict) {
  train_quietly();
  expect_error({"predict", best().string(), papayas().string(), "device=cpu"}, 3,
               {"device=cpu: no such picture", "hint: settings are given as --set device=cpu"});
  const auto result = carica({"predict", best().string(), papayas().string(), "--overlay"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("--overlay: has no effect"));
}

TEST_F(Errors, PicturesBehindSettingsAndWithADash) {
  train_quietly();
  std::filesystem::copy(papayas() / "images/0001.jpg", folder_ / "-x.jpg");
  expect_error({"predict", "runs/latest", "-x.jpg"}, 2,
               {"hint: names with a dash come last, behind --: -- -x.jpg"});
  const auto result = carica({"predict", "runs/latest", "--set", "device=cpu", "--", "-x.jpg"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto picture = (papayas() / "images/0002.jpg").string();
  EXPECT_EQ(carica({"predict", "runs/latest", "--set", "device=cpu", picture}).exit_code, 0);
}

TEST_F(Errors, MissingCheckpoint) {
  expect_error({"predict", "nowhere.safetensors", papayas().string()}, 4, {"nowhere.safetensors"});
}

class PictureErrors : public Errors {
 protected:
  void SetUp() override {
    Errors::SetUp();
    data::Picture picture;
    picture.size = {40, 40};
    picture.pixels.assign(40 * 40 * 3, 90);
    for (const char* split : {"train", "val"}) {
      for (const char* name : {"cat", "dog"}) {
        std::filesystem::create_directories(folder_ / "pets" / split / name);
        for (int i = 0; i < 4; ++i)
          data::write_picture(folder_ / "pets" / split / name / (std::to_string(i) + ".jpg"),
                              picture);
      }
    }
    write_text(folder_ / "pets.yaml",
               "task: classify\nname: pets\ndevice: cpu\ndata: {format: image_folder, root: pets, "
               "train_dir: train, val_dir: val}\n"
               "loader: {batch_size: 4, workers: 1}\ntransforms:\n  train: [{Resize: {size: [32, "
               "32]}}, Normalize]\n"
               "  eval: [{Resize: {size: [32, 32]}}, Normalize]\nmodel: {name: cnn}\ntrain: "
               "{epochs: 1}\neval: {splits: [val]}\n");
  }
};

TEST_F(PictureErrors, NoneWhenAllIsWell) { EXPECT_EQ(carica({"train", "pets.yaml"}).exit_code, 0); }

TEST_F(PictureErrors, SizesThatMayDifferAreWarnedOf) {
  const auto err = [&](const std::vector<std::string>& overrides) {
    std::vector<std::string> words = {"config", "check", "pets.yaml"};
    words.insert(words.end(), overrides.begin(), overrides.end());
    const auto result = carica(words);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.err;
  };
  EXPECT_EQ(err({}), "");
  EXPECT_THAT(err({"transforms.train=[]", "transforms.eval=[]"}),
              HasSubstr("transforms.train: leaves pictures as large as they are"));
  EXPECT_THAT(err({"transforms.train=[{Resize: {size: 32}}, Normalize]"}),
              HasSubstr("transforms.train: leaves pictures as large as they are"));
}

TEST_F(PictureErrors, OneClass) {
  for (const char* split : {"train", "val"}) {
    std::filesystem::remove_all(folder_ / "pets" / split / "dog");
  }
  expect_error({"train", "pets.yaml"}, 3, {"pets: only one class, cat; must be at least two"});
}

TEST_F(PictureErrors, ClassNameThatIsNotUtf8) {
  for (const char* split : {"train", "val"}) {
    std::filesystem::rename(folder_ / "pets" / split / "dog", folder_ / "pets" / split / "gr\xfcn");
  }
  expect_error({"train", "pets.yaml"}, 3, {"class gr\\xfcn: is not UTF-8"});
  EXPECT_FALSE(std::filesystem::exists(folder_ / "runs"));
}

TEST_F(PictureErrors, NoneThatCanBeRead) {
  const auto spoil = [&](const std::string& split) {
    for (const char* name : {"cat", "dog"}) {
      for (int i = 0; i < 4; ++i) {
        write_text(folder_ / "pets" / split / name / (std::to_string(i) + ".jpg"), "no picture");
      }
    }
    expect_error({"train", "pets.yaml", "data.on_bad_image=skip", "data.max_bad_fraction=1"}, 3,
                 {split == "val" ? "no picture of the validation split could be read"
                                 : "no picture of the training split could be read"});
  };
  spoil("val");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "runs/latest/weights/last.safetensors"));
  std::filesystem::remove_all(folder_ / "runs");
  spoil("train");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "runs/latest"));  // it came to nothing
}

TEST_F(PictureErrors, EmptyClassFolder) {
  std::filesystem::create_directories(folder_ / "pets/train/emu");
  std::filesystem::create_directories(folder_ / "pets/val/emu");
  expect_error({"train", "pets.yaml"}, 3, {"emu"});
}

TEST_F(PictureErrors, ClassListsThatDifferBetweenSplits) {
  std::filesystem::rename(folder_ / "pets/val/dog", folder_ / "pets/val/emu");
  expect_error({"train", "pets.yaml"}, 3, {"dog", "emu"});
}

TEST_F(PictureErrors, CorruptPicture) {
  write_text(folder_ / "pets/train/cat/1.jpg", "this is no picture");
  expect_error({"train", "pets.yaml"}, 3, {"1.jpg"});
  expect_error({"data", "check", "pets.yaml"}, 3, {"1 bad file"});
}

TEST_F(PictureErrors, TruncatedPicture) {
  const auto file = folder_ / "pets/train/cat/2.jpg";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 40);
  expect_error({"train", "pets.yaml"}, 3, {"2.jpg", "truncated"});
}

TEST_F(PictureErrors, BadPicturesCanBeSkippedUpToALimit) {
  write_text(folder_ / "pets/train/cat/1.jpg", "this is no picture");
  const auto result =
      carica({"train", "pets.yaml", "data.on_bad_image=skip", "data.max_bad_fraction=0.2"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_error({"train", "pets.yaml", "data.on_bad_image=skip", "data.max_bad_fraction=0.01"}, 3,
               {"1.jpg"});
}

class MaskErrors : public Errors {
 protected:
  void SetUp() override {
    Errors::SetUp();
    std::filesystem::create_directories(folder_ / "set");
    std::filesystem::copy(papayas() / "images", folder_ / "set/images",
                          std::filesystem::copy_options::recursive);
    std::filesystem::copy(papayas() / "masks", folder_ / "set/masks",
                          std::filesystem::copy_options::recursive);
    write_text(
        folder_ / "set.yaml",
        "task: segment\nname: set\ndevice: cpu\ndata: {format: paired_masks, root: set, classes: "
        "[ground, unripe, ripe]}\n"
        "loader: {batch_size: 4, workers: 1}\ntransforms: {train: [Normalize], eval: [Normalize]}\n"
        "model: {name: unet, encoder: plain, widths: [4, 8]}\ntrain: {epochs: 1}\n");
  }
};

TEST_F(MaskErrors, UnknownValue) {
  data::Mask mask;
  mask.size = {32, 32};
  mask.values.assign(32 * 32, 77);
  data::write_mask(folder_ / "set/masks/0005.png", mask);
  expect_error({"data", "check", "set.yaml"}, 3, {"1 bad file"});
  EXPECT_THAT(carica({"data", "check", "set.yaml"}).out, HasSubstr("77"));
}

TEST_F(MaskErrors, AnotherSizeThanThePicture) {
  data::Mask mask;
  mask.size = {16, 32};
  mask.values.assign(16 * 32, 1);
  data::write_mask(folder_ / "set/masks/0005.png", mask);
  EXPECT_THAT(carica({"data", "check", "set.yaml"}).out, HasSubstr("0005.png"));
}

TEST_F(MaskErrors, PictureWithoutMask) {
  std::filesystem::remove(folder_ / "set/masks/0005.png");
  expect_error({"train", "set.yaml"}, 3, {"0005"});
}

}  // namespace
}  // namespace carica::test
