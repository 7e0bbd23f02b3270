#include <string>

#include "problems_in.h"

namespace carica::test {
namespace {

using config::Config;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Config parsed(std::string_view yaml) { return config::parse(yaml, "x.yaml"); }

TEST(Reader, KeepsTheDefaultsOfWhatIsNotWritten) {
  const Config defaults;
  EXPECT_EQ(parsed(""), defaults);
  EXPECT_EQ(parsed("optim:\ntrain: {}\n"), defaults);
  Config expected;
  expected.optim.lr = 0.5;
  EXPECT_EQ(parsed("optim: {lr: 0.5}"), expected);
}

TEST(Reader, NamesTheNearestKnownKey) {
  EXPECT_EQ(problems_in("train:\n  epohcs: 3\n"),
            "x.yaml:2:3: train.epohcs: unknown key; did you mean epochs?");
  EXPECT_EQ(problems_in("batchsize: 3\n"),
            "x.yaml:1:1: batchsize: unknown key; did you mean loader.batch_size?");
}

TEST(Reader, SaysWhereAMisplacedKeyBelongs) {
  EXPECT_EQ(problems_in("lr: 0.1\n"), "x.yaml:1:1: lr: unknown key; it belongs to optim.lr");
  EXPECT_EQ(problems_in("train: {weight_decay: 0.1}\n"),
            "x.yaml:1:9: train.weight_decay: unknown key; it belongs to optim.weight_decay");
  EXPECT_EQ(problems_in("optim: {patience: 3}\n"),
            "x.yaml:1:9: optim.patience: unknown key; it belongs to schedule.patience or "
            "train.early_stop.patience");
  EXPECT_EQ(problems_in("focal: {}\n"), "x.yaml:1:1: focal: unknown key; it belongs to loss.focal");
}

TEST(Reader, KnowsTheNamesOfOtherLibraries) {
  const auto advice = [](const std::string& key, const std::string& section) {
    const auto message =
        problems_in(section.empty() ? key + ": 1" : section + ": {" + key + ": 1}");
    return message.substr(std::min(message.size(), message.find("; ") + 2));
  };
  EXPECT_EQ(advice("drop_rate", "model"), "it is model.dropout here");
  EXPECT_EQ(advice("batch_size", "eval"), "it is loader.eval_batch_size here");
  EXPECT_EQ(advice("batch_size", ""), "it belongs to loader.batch_size");
  EXPECT_EQ(advice("amp", "train"), "it is train.precision here; bf16, fp32 or auto");
  EXPECT_EQ(advice("learning_rate", "optim"), "it is optim.lr here");
  EXPECT_EQ(advice("LearningRate", ""), "it is optim.lr here");
  EXPECT_EQ(advice("num_workers", "loader"), "it is loader.workers here");
  EXPECT_EQ(advice("clip_grad", "train"), "it is optim.clip_grad_norm here");
  EXPECT_EQ(advice("epochs", ""), "it is train.epochs here");
  EXPECT_THAT(advice("resume", ""), StartsWith("`carica train --resume RUN`"));
  EXPECT_THAT(advice("num_classes", "model"), HasSubstr("data.classes"));
  for (const char* size : {"image_size", "imgsz", "img_size", "input_size"}) {
    EXPECT_THAT(advice(size, "data"), StartsWith("the size is that of Resize")) << size;
  }
}

TEST(Reader, GuessesNoKeyOfAnotherSection) {
  EXPECT_THAT(problems_in("train: {mat: 1}"),
              HasSubstr("train.mat: unknown key; known are epochs"));
  EXPECT_THAT(problems_in("resise: 1"), HasSubstr("resise: unknown key; known are task"));
}

TEST(Reader, KnowsTheLossesAndTransformsOfOtherLibraries) {
  EXPECT_EQ(problems_in("loss: ce"),
            "x.yaml:1:7: loss = \"ce\": unknown loss; it is cross_entropy here");
  EXPECT_EQ(problems_in("loss: [dice_loss: {}]"),
            "x.yaml:1:8: loss[0] = \"dice_loss\": unknown loss; it is dice here");
  EXPECT_EQ(problems_in("transforms: {train: [HorizontalFlip]}"),
            "x.yaml:1:22: transforms.train[0] = \"HorizontalFlip\": unknown transform; it is "
            "RandomHorizontalFlip here");
  EXPECT_THAT(problems_in("transforms: {train: [ToTensor]}"), HasSubstr("it is not needed"));
}

TEST(Reader, ListsTheKnownKeysWhenNoneIsNear) {
  EXPECT_EQ(problems_in("report: {zebra: 3}\n"),
            "x.yaml:1:10: report.zebra: unknown key; known are figures, tensorboard, html");
}

TEST(Reader, SaysWhatWasFoundInsteadOfANumber) {
  EXPECT_EQ(problems_in("optim: {lr: fast}"), "x.yaml:1:13: optim.lr = \"fast\": must be a number");
  EXPECT_EQ(problems_in("optim: {lr: '0.1'}"), "x.yaml:1:13: optim.lr = \"0.1\": must be a number");
  EXPECT_EQ(problems_in("optim: {lr: true}"), "x.yaml:1:13: optim.lr = true: must be a number");
  EXPECT_EQ(problems_in("optim: {lr: }"), "x.yaml:1:9: optim.lr = null: must be a number");
  EXPECT_EQ(problems_in("optim: {lr: [1, 2]}"), "x.yaml:1:13: optim.lr = [1, 2]: must be a number");
  EXPECT_EQ(problems_in("optim: {lr: {a: b}}"),
            "x.yaml:1:13: optim.lr = {a: \"b\"}: must be a number");
  for (const char* text : {".inf", "nan", "inf", "0x10", "1_000", "1e999", "--1", "1 2", "-"}) {
    EXPECT_EQ(problems_in(std::string("optim: {lr: ") + text + "}"),
              std::string("x.yaml:1:13: optim.lr = \"") + text + "\": must be a number");
  }
}

TEST(Reader, TakesEveryDecimalForANumber) {
  EXPECT_EQ(parsed("optim: {lr: 1e-3}").optim.lr, 1e-3);
  EXPECT_EQ(parsed("optim: {lr: 1E-3}").optim.lr, 1e-3);
  EXPECT_EQ(parsed("optim: {lr: .5}").optim.lr, 0.5);
  EXPECT_EQ(parsed("optim: {lr: +2.}").optim.lr, 2);
  EXPECT_EQ(parsed("loader: {batch_size: 010}").loader.batch_size, 10);
}

TEST(Reader, PrintsTheRange) {
  EXPECT_EQ(problems_in("optim: {lr: -0.1}"), "x.yaml:1:13: optim.lr = -0.1: must be in (0, 10]");
  EXPECT_EQ(problems_in("optim: {lr: 0}"), "x.yaml:1:13: optim.lr = 0: must be in (0, 10]");
  EXPECT_EQ(problems_in("optim: {lr: 10}"), "");
  EXPECT_EQ(problems_in("optim: {momentum: 1}"),
            "x.yaml:1:19: optim.momentum = 1: must be in [0, 1)");
  EXPECT_EQ(problems_in("optim: {clip_grad_norm: -1}"),
            "x.yaml:1:25: optim.clip_grad_norm = -1: must be at least 0");
  EXPECT_EQ(problems_in("loader: {batch_size: 0}"),
            "x.yaml:1:22: loader.batch_size = 0: must be in [1, 65536]");
  EXPECT_EQ(problems_in("optim: {betas: [0.9, 1.5]}"),
            "x.yaml:1:22: optim.betas[1] = 1.5: must be in [0, 1)");
}

TEST(Reader, WantsWholeNumbers) {
  EXPECT_EQ(problems_in("train: {epochs: 1.5}"),
            "x.yaml:1:17: train.epochs = 1.5: must be a whole number");
  EXPECT_EQ(problems_in("train: {epochs: 99999999999999999999}"),
            "x.yaml:1:17: train.epochs = 99999999999999999999: must be in [1, 100000]");
  EXPECT_EQ(parsed("seed: 18446744073709551615").seed, 18446744073709551615u);
  EXPECT_EQ(problems_in("seed: 18446744073709551616"),
            "x.yaml:1:7: seed = 18446744073709551616: must be in [0, 18446744073709551615]");
  EXPECT_EQ(problems_in("seed: -1"), "x.yaml:1:7: seed = -1: must be in [0, 18446744073709551615]");
  EXPECT_EQ(parsed("seed: +1").seed, 1u);
  EXPECT_EQ(problems_in("seed: +-1"), "x.yaml:1:7: seed = \"+-1\": must be a whole number");
  EXPECT_EQ(parsed("train: {epochs: +3}").train.epochs, 3);
  EXPECT_EQ(parsed("loader: {workers: -1}").loader.workers, -1);
  for (const std::string text : {"+-1", "-+1", "++1", "+", "-", "+-"}) {
    EXPECT_THAT(problems_in("loader: {workers: " + text + "}"),
                testing::HasSubstr("must be a whole number"))
        << text;
  }
  EXPECT_EQ(problems_in("seed: x"), "x.yaml:1:7: seed = \"x\": must be a whole number");
}

TEST(Reader, TakesOnlyTrueAndFalseForBooleans) {
  EXPECT_FALSE(parsed("deterministic: false").deterministic);
  for (const char* text : {"no", "on", "yes", "True", "FALSE"}) {
    EXPECT_EQ(problems_in(std::string("deterministic: ") + text),
              std::string("x.yaml:1:16: deterministic = \"") + text + "\": must be true or false");
  }
  EXPECT_EQ(problems_in("deterministic: 1"),
            "x.yaml:1:16: deterministic = 1: must be true or false");
}

TEST(Reader, LeavesClassNamesAsTheyAreWritten) {
  EXPECT_THAT(parsed("data: {classes: [no, on, yes, 'null', 1e3, true, 007]}").data.classes,
              ElementsAre("no", "on", "yes", "null", "1e3", "true", "007"));
  EXPECT_EQ(parsed("train: {channels_last: on}").train.channels_last, "on");
}

TEST(Reader, AllowsNullWhereAFieldIsOptional) {
  const Config defaults;
  EXPECT_EQ(parsed("model: {weights: null, encoder: ~, widths: }"), defaults);
  EXPECT_EQ(parsed("data: {classes: null, root: '', split: {group_by: }}\n"
                   "schedule: {milestones: null}\n"),
            defaults);
}

TEST(Reader, TakesANumberThatMayBeUnset) {
  EXPECT_EQ(parsed("model: {name: cnn}").model.dropout, std::nullopt);
  EXPECT_EQ(parsed("model: {dropout: 0}").model.dropout, 0.0);
  EXPECT_EQ(parsed("model: {dropout: null, drop_path: }"), Config());
  EXPECT_EQ(problems_in("model: {dropout: 1}"),
            "x.yaml:1:18: model.dropout = 1: must be in [0, 1)");
  EXPECT_EQ(problems_in("model: {dropout: much}"),
            "x.yaml:1:18: model.dropout = \"much\": must be a number");
}

TEST(Reader, RefusesNullElsewhere) {
  EXPECT_EQ(problems_in("name: null"), "x.yaml:1:1: name = null: must be a string");
  EXPECT_EQ(problems_in("data: {classes: [a, null]}"),
            "x.yaml:1:21: data.classes[1] = null: must be a string");
  EXPECT_EQ(problems_in("run_dir: ''"), "x.yaml:1:10: run_dir = \"\": must not be empty");
}

TEST(Reader, NamesTheChoices) {
  EXPECT_EQ(problems_in("task: regress"),
            "x.yaml:1:7: task = \"regress\": must be classify or segment");
  EXPECT_EQ(
      problems_in("optim: {name: adma}"),
      "x.yaml:1:15: optim.name = \"adma\": must be one of sgd, adam, adamw; did you mean adam?");
  EXPECT_EQ(problems_in("eval: {splits: [val, tset]}"),
            "x.yaml:1:22: eval.splits[1] = \"tset\": must be one of train, val, test; did you mean "
            "test?");
}

TEST(Reader, TakesASizeAsANumberOrAsHeightAndWidth) {
  const auto size = [](const std::string& text) {
    const Config c = parsed("transforms: {train: [{CenterCrop: {size: " + text + "}}]}");
    return std::get<config::CenterCrop>(c.transforms.train.at(0)).size;
  };
  EXPECT_THAT(size("224"), ElementsAre(224));
  EXPECT_THAT(size("[120, 160]"), ElementsAre(120, 160));
  const auto problem = [](const std::string& text) {
    return problems_in("transforms: {train: [{CenterCrop: {size: " + text + "}}]}");
  };
  const std::string at = "x.yaml:1:42: transforms.train[0].CenterCrop.size = ";
  EXPECT_EQ(problem("[1, 2, 3]"), at + "[1, 2, 3]: must be a whole number or [height, width]");
  EXPECT_EQ(problem("[64]"), at + "[64]: must be a whole number or [height, width]");
  EXPECT_EQ(problem("big"), at + "\"big\": must be a whole number or [height, width]");
  EXPECT_EQ(problem("0"), at + "0: must be in [1, 32768]");
}

TEST(Reader, TakesATransformWithoutOptionsAsAWord) {
  const Config config = parsed(
      "transforms:\n  train:\n    - RandomHorizontalFlip\n    - ColorJitter: {hue: 0.1}\n    - "
      "RandomVerticalFlip:\n");
  ASSERT_EQ(config.transforms.train.size(), 3u);
  EXPECT_EQ(config.transforms.train[0], config::TransformOptions(config::RandomHorizontalFlip{}));
  EXPECT_EQ(std::get<config::ColorJitter>(config.transforms.train[1]).hue, 0.1);
}

TEST(Reader, ReadsEveryTransformAndLossByItsName) {
  const Config config = parsed(
      "transforms:\n  train: [Resize: {size: 8}, CenterCrop: {size: 8}, RandomCrop: {size: 8},\n"
      "    RandomResizedCrop: {size: 8}, RandomHorizontalFlip, RandomVerticalFlip, ColorJitter,\n"
      "    RandomResize, Pad: {padding: 1}, RandomRotation: {degrees: 10}, RandomAffine: {degrees: "
      "0},\n"
      "    RandomPerspective, ElasticTransform, RandomGrayscale, GaussianBlur: {kernel_size: 3},\n"
      "    RandomErasing, RandomPosterize: {bits: 4}, RandomSolarize: {threshold: 128},\n"
      "    RandomEqualize, RandomAutocontrast, RandomAdjustSharpness: {sharpness_factor: 2},\n"
      "    RandomInvert, AutoAugment, RandAugment, TrivialAugmentWide, AugMix, CLAHE,\n"
      "    PhotoMetricDistortion, Normalize]\n"
      "  eval: [Normalize]\nloss: [cross_entropy, bce, dice, focal]\n");
  ASSERT_EQ(config.transforms.train.size(), std::variant_size_v<config::TransformOptions>);
  for (std::size_t i = 0; i < config.transforms.train.size(); ++i) {
    EXPECT_EQ(config.transforms.train[i].index(), i);
  }
  ASSERT_EQ(config.loss.size(), 4u);
  for (std::size_t i = 0; i < config.loss.size(); ++i) EXPECT_EQ(config.loss[i].index(), i);
}

TEST(Reader, TakesOneNumberOrAList) {
  const auto rotation = [](const std::string& degrees) {
    const Config config =
        parsed("transforms: {train: [RandomRotation: {degrees: " + degrees + "}]}");
    return std::get<config::RandomRotation>(config.transforms.train.at(0)).degrees;
  };
  EXPECT_EQ(rotation("7.5"), std::vector<double>{7.5});
  EXPECT_EQ(rotation("[-3, 20]"), (std::vector<double>{-3, 20}));
  const auto problem = [](const std::string& degrees) {
    return problems_in("transforms: {train: [RandomRotation: {degrees: " + degrees + "}]}");
  };
  const std::string at = "x.yaml:1:48: transforms.train[0].RandomRotation.degrees";
  EXPECT_EQ(problem("often"), at + " = \"often\": must be a number or a list of numbers");
  EXPECT_EQ(problem("{a: 1}"), at + " = {a: 1}: must be a number or a list of numbers");
  EXPECT_EQ(problem("[1, 2, 3]"), at + " = [1, 2, 3]: must have 1 to 2 items");
  EXPECT_EQ(problem("400"), at + " = 400: must be in [-360, 360]");
}

TEST(Reader, TakesNothingForListsThatMayBeMissing) {
  for (const char* nothing : {"null", "[]"}) {
    const Config config =
        parsed(std::string("transforms: {train: [RandomAffine: {degrees: 0, scale: ") + nothing +
               ", shear: " + nothing + ", center: " + nothing + "}]}");
    const auto& affine = std::get<config::RandomAffine>(config.transforms.train.at(0));
    EXPECT_TRUE(affine.scale.empty() && affine.shear.empty() && affine.center.empty());
  }
}

TEST(Reader, TakesNumbersOrRandomForWhatIsErased) {
  const auto erasing = [](const std::string& value) {
    const Config config = parsed("transforms: {train: [RandomErasing: {value: " + value + "}]}");
    return std::get<config::RandomErasing>(config.transforms.train.at(0)).value;
  };
  EXPECT_EQ(erasing("random"), std::vector<std::string>{"random"});
  EXPECT_EQ(erasing("-0.5"), std::vector<std::string>{"-0.5"});
  EXPECT_EQ(erasing("[0, 1, 0.5]"), (std::vector<std::string>{"0", "1", "0.5"}));
  for (const std::string value : {"black", "[0, 1]", "[random, 0, 0]", "{r: 1}"}) {
    EXPECT_THAT(problems_in("transforms: {train: [RandomErasing: {value: " + value + "}]}"),
                testing::EndsWith("must be a number, [red, green, blue] or random"));
  }
}

TEST(Reader, FindsMistakesInTransforms) {
  EXPECT_EQ(
      problems_in("transforms: {train: [Resise]}"),
      "x.yaml:1:22: transforms.train[0] = \"Resise\": unknown transform; did you mean Resize?");
  EXPECT_THAT(
      problems_in("transforms: {train: [Zoom: {}]}"),
      StartsWith("x.yaml:1:22: transforms.train[0] = \"Zoom\": unknown transform; known are "
                 "Resize, CenterCrop, "));
  EXPECT_EQ(problems_in("transforms: {train: [Resize]}"),
            "x.yaml:1:22: transforms.train[0].Resize.size: is missing; must be given");
  EXPECT_EQ(
      problems_in("transforms: {train: [RandomCrop: {size: 8, pading: 1}]}"),
      "x.yaml:1:44: transforms.train[0].RandomCrop.pading: unknown key; did you mean padding?");
  EXPECT_EQ(
      problems_in("transforms: {train: [{Normalize: {}, Resize: {size: 1}}]}"),
      "x.yaml:1:22: transforms.train[0] = {Normalize: {}, Resize: {size: 1}}: must be one name "
      "with its options, as {NAME: {key: value}}; several transforms are a list: [NAME, {NAME: "
      "{key: value}}]");
  EXPECT_EQ(problems_in("transforms: {train: Normalize}"),
            "x.yaml:1:21: transforms.train = \"Normalize\": must be a list of transforms");
  EXPECT_EQ(
      problems_in("transforms: {train: [RandomResizedCrop: {size: 8, scale: [1, 0.5]}]}"),
      "x.yaml:1:58: transforms.train[0].RandomResizedCrop.scale = [1, 0.5]: must be two numbers, "
      "the first not above the second");
}

TEST(Reader, TakesOneLossOrAList) {
  EXPECT_EQ(parsed("loss: {focal: {gamma: 3}}").loss,
            std::vector<config::LossTerm>{config::FocalLoss{.gamma = 3}});
  EXPECT_EQ(parsed("loss: bce").loss, std::vector<config::LossTerm>{config::BceLoss{}});
  const auto both = parsed("loss:\n  - cross_entropy: {weight: 0.5}\n  - dice\n").loss;
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(std::get<config::CrossEntropyLoss>(both[0]).weight, 0.5);
  EXPECT_EQ(problems_in("loss: []"),
            "x.yaml:1:7: loss = []: must be a loss or a list of at least one");
  EXPECT_EQ(problems_in("loss: {dice: {}, bce: {}}"),
            "x.yaml:1:7: loss = {dice: {}, bce: {}}: must be one name with its options, as {NAME: "
            "{key: value}}; several losses are a list: [NAME, {NAME: {key: value}}]");
  EXPECT_EQ(problems_in("loss: {dice: {smooth: -1}}"),
            "x.yaml:1:23: loss.dice.smooth = -1: must be in [0, 1000000]");
}

TEST(Reader, ReadsMaps) {
  EXPECT_EQ(parsed("data: {mask: {map: {7: 0, 8: 1}}}").data.mask.map,
            (std::map<int, int>{{7, 0}, {8, 1}}));
  EXPECT_EQ(problems_in("data: {mask: {map: {road: 0}}}"),
            "x.yaml:1:21: data.mask.map.road = \"road\": must be a whole number");
  EXPECT_EQ(problems_in("data: {mask: {map: {7: 70000}}}"),
            "x.yaml:1:24: data.mask.map.7 = 70000: must be in [0, 65535]");
  EXPECT_EQ(problems_in("data: {mask: {map: {7: 1, 07: 2}}}"),
            "x.yaml:1:27: data.mask.map.07: duplicate key; it stands above in another spelling");
  EXPECT_EQ(
      problems_in("optim: {lr_scale: {'fc(': 1}}"),
      "x.yaml:1:20: optim.lr_scale.fc( = \"fc(\": must be a regular expression (ECMAScript, at "
      "most 256 bytes)");
  EXPECT_EQ(problems_in("optim: {lr_scale: [1]}"),
            "x.yaml:1:19: optim.lr_scale = [1]: must be a map of patterns to numbers");
}

TEST(Reader, ChecksTheFormOfTexts) {
  EXPECT_EQ(problems_in("device: cuda:x"),
            "x.yaml:1:9: device = \"cuda:x\": must be auto, cpu, cuda or cuda:N");
  EXPECT_EQ(problems_in("device: cuda:1"), "");
  for (const char* name : {"a/b", "..", ".hidden"}) {
    EXPECT_THAT(problems_in(std::string("name: ") + name),
                HasSubstr("must be a name of at most 100"));
  }
  EXPECT_EQ(
      problems_in("data: {images: images/*.jpg}"),
      "x.yaml:1:16: data.images = \"images/*.jpg\": must be a relative path without '..' that "
      "holds {stem} once");
  EXPECT_EQ(problems_in("data: {train_dir: ../other}"),
            "x.yaml:1:19: data.train_dir = \"../other\": must be a relative path without '..'");
  EXPECT_EQ(
      problems_in("data: {split: {group_by: '('}}"),
      "x.yaml:1:26: data.split.group_by = \"(\": must be a regular expression (ECMAScript, at "
      "most 256 bytes)");
  EXPECT_EQ(problems_in("name: \"a\\eb\""),
            "x.yaml:1:7: name = \"a\\x1bb\": must be one line without control characters");
}

TEST(Reader, KeepsPathsAsTheyAreWritten) {
  const Config config = parsed(
      "data: {root: ../pictures/./cats}\nmodel: {weights: w.safetensors}\nrun_dir: /tmp/runs\n");
  EXPECT_EQ(config.data.root, "../pictures/./cats");
  EXPECT_EQ(config.model.weights, "w.safetensors");
  EXPECT_EQ(config.run_dir, "/tmp/runs");
}

TEST(Reader, WantsSectionsToBeMaps) {
  EXPECT_EQ(problems_in("optim: adam"),
            "x.yaml:1:8: optim = \"adam\": must be a map of keys; did you mean optim.name = adam?");
  EXPECT_EQ(problems_in("loader: 4"), "x.yaml:1:9: loader = 4: must be a map of keys");
  EXPECT_EQ(problems_in("optim: [lr: 1]"), "x.yaml:1:8: optim = [{lr: 1}]: must be a map of keys");
  EXPECT_EQ(problems_in("just words"), "x.yaml:1:1: \"just words\": must be a map of keys");
}

TEST(Reader, ListsAllProblemsInTheOrderOfTheFile) {
  EXPECT_EQ(
      problems_in("train:\n  epochs: 0\n  epohcs: 3\noptim:\n  lr: -0.1\ntask: x\nzebra: 1\n"),
      "x.yaml:2:11: train.epochs = 0: must be in [1, 100000]\n"
      "x.yaml:3:3: train.epohcs: unknown key; did you mean epochs?\n"
      "x.yaml:5:7: optim.lr = -0.1: must be in (0, 10]\n"
      "x.yaml:6:7: task = \"x\": must be classify or segment\n"
      "x.yaml:7:1: zebra: unknown key; known are task, name, seed, deterministic, device, "
      "run_dir, data, loader, transforms, batch_transforms, model, loss, optim, schedule, train, "
      "eval, report");
}

TEST(Reader, CutsALongListOfProblems) {
  std::string yaml;
  for (int i = 0; i < 70; ++i) yaml += "zebra" + std::to_string(i) + ": 1\n";
  const std::string message = problems_in(yaml);
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 50);
  EXPECT_THAT(message, testing::EndsWith("\n... and 20 more"));
}

TEST(Reader, CutsLongValuesBetweenCharacters) {
  std::string yaml = "device: ";
  for (int i = 0; i < 60; ++i) yaml += "ü";
  const std::string message = problems_in(yaml);
  EXPECT_LT(message.size(), 150u);
  EXPECT_THAT(message, HasSubstr("ü...\": must be auto"));
}

}  // namespace
}  // namespace carica::test
