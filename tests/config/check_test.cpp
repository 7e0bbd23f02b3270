#include "problems_in.h"

namespace carica::test {
namespace {

TEST(CheckTogether, WantsSharesThatSumToOne) {
  EXPECT_EQ(problems_in("data:\n  split: {train: 0.6, val: 0.1, test: 0.2}\n"),
            "x.yaml:2:10: data.split: train, val and test sum to 0.9; must sum to 1");
  EXPECT_EQ(problems_in("data: {split: {train: 0.6, val: 0.3, test: 0.1}}"), "");
  EXPECT_EQ(problems_in("data: {split: {train: 0.8, val: 0.2}}"),
            "x.yaml:1:15: data.split: train, val and test sum to 1.2; must sum to 1; test is 0.2 "
            "where it is not written");
}

TEST(CheckTogether, DoesNotRepeatAProblemOfAField) {
  EXPECT_EQ(problems_in("data: {split: {train: 7}}"),
            "x.yaml:1:23: data.split.train = 7: must be in (0, 1]");
}

TEST(CheckTogether, TellsExclusiveKeys) {
  EXPECT_EQ(
      problems_in("data: {train_dir: train, split: {train: 0.8, val: 0.1, test: 0.1}}"),
      "x.yaml:1:19: data.train_dir = \"train\": excludes data.split; one of them must be left "
      "out");
  EXPECT_EQ(problems_in("model: {name: unet, encoder: resnet18, widths: [8, 16]}"),
            "x.yaml:1:48: model.widths = [8, 16]: must have 5 items with encoder resnet18");
  EXPECT_EQ(problems_in("model: {name: deeplabv3plus_resnet50, output_stride: 4}"),
            "x.yaml:1:54: model.output_stride = 4: must be 8 or 16");
  EXPECT_EQ(
      problems_in("loss: {cross_entropy: {class_weights: inverse, class_weight_list: [1, 2]}}"),
      "x.yaml:1:67: loss.cross_entropy.class_weight_list = [1, 2]: excludes class_weights "
      "inverse; must go with list");
  EXPECT_EQ(
      problems_in("schedule: {name: onecycle, warmup_epochs: 2}"),
      "x.yaml:1:43: schedule.warmup_epochs = 2: excludes onecycle, which has its own rise; must "
      "be 0");
  EXPECT_EQ(
      problems_in("train: {epochs: 2}\nschedule: {warmup_epochs: 3}"),
      "x.yaml:2:27: schedule.warmup_epochs = 3: must be at most train.epochs, 2; 0 is no warm-up");
  EXPECT_EQ(problems_in("train: {epochs: 1}\nschedule: {warmup_epochs: 1}"), "");
}

TEST(CheckTogether, MixesBatchesOfClassifiersOnly) {
  EXPECT_EQ(problems_in("batch_transforms: {mixup: 0.2, cutmix: 1, p: 0.5}"), "");
  EXPECT_EQ(
      problems_in("{task: segment, data: {format: papaya}, batch_transforms: {mixup: 0.2}}"),
      "x.yaml:1:67: batch_transforms.mixup = 0.2: mixes labels of pictures; task: segment has "
      "masks");
}

TEST(CheckTogether, WantsFoldsToStandAlone) {
  EXPECT_EQ(problems_in("data: {split: {folds: 5, fold: 4}}"), "");
  EXPECT_EQ(problems_in("data: {split: {folds: 5, fold: 5}}"),
            "x.yaml:1:32: data.split.fold = 5: must be below data.split.folds, 5");
  EXPECT_EQ(problems_in("data: {split: {folds: 1}}"),
            "x.yaml:1:23: data.split.folds = 1: must be at least 2, or 0 for none");
  EXPECT_EQ(problems_in("data: {split: {folds: 5, train: 0.8, val: 0.2, test: 0}}"),
            "x.yaml:1:23: data.split.folds = 5: excludes the shares train, val and test; leave "
            "them out");
  EXPECT_EQ(problems_in("data: {split: {file: split.csv, folds: 5}}"),
            "x.yaml:1:22: data.split.file = \"split.csv\": excludes shares and folds; the file "
            "says where each sample goes");
}

TEST(CheckTogether, LetsGroupsStandBesideSplitFolders) {
  EXPECT_EQ(problems_in("data: {train_dir: train, split: {group_by: \"^(a)\"}}"), "");
  // A table divides anew what folders divide.
  EXPECT_EQ(problems_in("data: {train_dir: train, split: {file: split.csv}}"), "");
}

TEST(CheckTogether, WantsListsToStandAlone) {
  const std::string begin = "task: segment\ndata:\n  format: paired_masks\n";
  EXPECT_EQ(problems_in(begin + "  lists: {train: a.txt, val: b.txt}\n"), "");
  EXPECT_EQ(problems_in(begin + "  lists: {val: b.txt}\n"),
            "x.yaml:4:10: data.lists: needs data.lists.train");
  EXPECT_EQ(problems_in(begin + "  lists: {train: a.txt}\n  train_dir: train\n"),
            "x.yaml:4:10: data.lists: excludes data.train_dir");
  EXPECT_EQ(problems_in("data: {lists: {train: a.txt}}"),
            "x.yaml:1:15: data.lists: is read by the formats paired_masks and voc");
}

TEST(CheckTogether, WantsSplitInBothPatternsWithSplitFolders) {
  const std::string begin = "task: segment\ndata:\n  format: paired_masks\n";
  const std::string images = "  images: \"images/{split}/{stem}.jpg\"\n";
  const std::string masks = "  masks: \"masks/{split}/{stem}.png\"\n";
  EXPECT_EQ(problems_in(begin + images + masks + "  train_dir: train\n  val_dir: val\n"), "");
  EXPECT_EQ(
      problems_in(begin + images + "  train_dir: train\n"),
      "x.yaml:3:3: data.masks: must hold {split}, as data.images does: masks/{split}/{stem}.png");
  EXPECT_EQ(problems_in(begin + masks + "  train_dir: train\n"),
            "x.yaml:4:10: data.masks = \"masks/{split}/{stem}.png\": holds {split}, and so must "
            "data.images: images/{split}/{stem}.jpg");
  EXPECT_EQ(problems_in(begin + images + masks),
            "x.yaml:4:11: data.images = \"images/{split}/{stem}.jpg\": needs data.train_dir, "
            "data.val_dir and data.test_dir, which say what {split} stands for");
  EXPECT_EQ(problems_in(begin + images + masks + "  lists: {train: a.txt}\n"),
            "x.yaml:4:11: data.images = \"images/{split}/{stem}.jpg\": {split} excludes "
            "data.lists, which name the splits themselves");
  EXPECT_EQ(problems_in("data:\n" + images), "");  // other formats do not read it
  EXPECT_EQ(
      problems_in(begin + "  images: \"{stem}.*\"\n  masks: \"{stem}.*\"\n"),
      "x.yaml:5:10: data.masks = \"{stem}.*\": must differ from data.images; a mask is a file "
      "of its own");
}

TEST(CheckTogether, WantsOneMeaningOfMaskValues) {
  EXPECT_EQ(problems_in("data: {mask: {encoding: rgb}}"),
            "x.yaml:1:25: data.mask.encoding = \"rgb\": needs data.mask.palette, which names the "
            "colours");
  EXPECT_EQ(problems_in("data: {mask: {map: {1: 0}, palette: p.yaml}}"),
            "x.yaml:1:20: data.mask.map: excludes data.mask.palette, which maps values itself");
  EXPECT_EQ(problems_in("data: {mask: {map: {1: 0}, reduce_zero_label: true}}"),
            "x.yaml:1:47: data.mask.reduce_zero_label = true: excludes data.mask.map");
}

TEST(CheckTogether, WantsOneSourceOfWeights) {
  EXPECT_EQ(problems_in("model: {weights: w.pth, weights_key: ema, head: reinit}"), "");
  EXPECT_EQ(problems_in("model: {pretrained: imagenet, head: reinit}"), "");
  EXPECT_EQ(
      problems_in("model: {weights: w.pth, pretrained: imagenet}"),
      "x.yaml:1:37: model.pretrained = \"imagenet\": excludes model.weights; one of them must "
      "be left out");
  EXPECT_EQ(problems_in("model: {weights_key: ema}"),
            "x.yaml:1:22: model.weights_key = \"ema\": needs model.weights");
  EXPECT_EQ(problems_in("model: {head: reinit}"),
            "x.yaml:1:15: model.head = \"reinit\": needs model.weights or model.pretrained");
}

TEST(CheckTogether, TellsKeysThatNeedAnother) {
  EXPECT_EQ(problems_in("data: {val_dir: val}"),
            "x.yaml:1:17: data.val_dir = \"val\": needs data.train_dir");
  EXPECT_EQ(problems_in("loss:\n  - dice\n  - cross_entropy: {class_weights: list}\n"),
            "x.yaml:3:36: loss[1].cross_entropy.class_weights = \"list\": needs class_weight_list");
  EXPECT_EQ(problems_in("schedule: {name: multistep}"),
            "x.yaml:1:18: schedule.name = \"multistep\": needs schedule.milestones");
  EXPECT_EQ(problems_in("optim: {name: sgd, nesterov: true, momentum: 0}"),
            "x.yaml:1:30: optim.nesterov = true: needs optim.momentum above 0");
}

TEST(CheckTogether, WantsMilestonesThatIncrease) {
  EXPECT_EQ(problems_in("schedule: {name: multistep, milestones: [30, 60, 60]}"),
            "x.yaml:1:41: schedule.milestones = [30, 60, 60]: must increase");
  EXPECT_EQ(problems_in("schedule: {name: multistep, milestones: [30, 60]}"), "");
}

TEST(CheckTogether, WantsTheRateToEndBelowItsHighest) {
  EXPECT_EQ(problems_in("optim: {lr: 0.1}\nschedule: {min_lr: 0.2}\n"),
            "x.yaml:2:20: schedule.min_lr = 0.2: must be at most optim.lr, 0.1");
}

TEST(CheckTogether, WantsDistinctClasses) {
  EXPECT_EQ(problems_in("data: {classes: [cat, dog, cat]}"),
            "x.yaml:1:28: data.classes[2] = \"cat\": stands twice; class names must differ");
}

TEST(CheckTogether, WantsOneWeightForEachClass) {
  EXPECT_EQ(
      problems_in("data: {classes: [cat, dog]}\n"
                  "loss: {cross_entropy: {class_weights: list, class_weight_list: [1]}}\n"),
      "x.yaml:2:64: loss.cross_entropy.class_weight_list = [1]: must have 2 items, one for each "
      "of data.classes");
}

TEST(CheckTogether, WantsClassWeightsThatLetSomethingBeLearned) {
  const auto with = [](const std::string& list) {
    return problems_in("loss: {cross_entropy: {class_weights: list, class_weight_list: " + list +
                       "}}");
  };
  EXPECT_EQ(with("[0, 0]"),
            "x.yaml:1:64: loss.cross_entropy.class_weight_list = [0, 0]: all are 0, and so is the "
            "loss; one must be above 0");
  EXPECT_THAT(with("[1e-45, 1]"), testing::HasSubstr("must be 0 or at least 1e-30"));
  EXPECT_EQ(with("[0, 1e-30]"), "");
}

TEST(CheckTogether, WantsMaskValuesToBeClasses) {
  EXPECT_EQ(problems_in("data: {classes: [a, b], mask: {map: {0: 0, 7: 2, 9: 255}}}"),
            "x.yaml:1:47: data.mask.map.7 = 2: must be a class index below 2 or ignore_index 255");
}

TEST(CheckTogether, WantsAFormatThatSuitsTheTask) {
  EXPECT_EQ(problems_in("task: segment\ndata: {format: cifar}\n"),
            "x.yaml:2:16: data.format = \"cifar\": has no masks; task segment must have a format "
            "with masks, such as paired_masks or voc");
  EXPECT_EQ(problems_in("data: {format: paired_masks}\n"),
            "x.yaml:1:16: data.format = \"paired_masks\": has no labels; task classify must have "
            "a format with labels, such as image_folder or csv");
  EXPECT_EQ(problems_in("task: segment\n"),
            "x.yaml:1:1: data.format: has no masks; task segment must have a format with masks, "
            "such as paired_masks or voc");
}

TEST(CheckTogether, WantsALossThatTakesSeveralLabels) {
  const std::string data = "data: {format: csv, labels: several}\n";
  EXPECT_EQ(problems_in(data + "loss: {bce: {}}\n"), "");
  EXPECT_EQ(problems_in(data + "loss: {cross_entropy: {}}\n"),
            "x.yaml:2:7: loss: cross_entropy takes one label, and data.labels is several; must be "
            "bce with one logit per class");
  EXPECT_EQ(problems_in(data + "loss: [{bce: {}}, {bce: {head: binary}}]\n"),
            "x.yaml:2:19: loss[1]: bce with head binary takes one label, and data.labels is "
            "several; must be bce with one logit per class");
}

TEST(CheckTogether, WantsNormalizeLastAndOnce) {
  EXPECT_EQ(problems_in("transforms: {train: [Normalize, RandomHorizontalFlip]}"),
            "x.yaml:1:22: transforms.train[0] = \"Normalize\": Normalize must be last, and stand "
            "once");
  EXPECT_EQ(problems_in("transforms: {train: [Normalize, Normalize], eval: [Normalize]}"),
            "x.yaml:1:22: transforms.train[0] = \"Normalize\": Normalize must be last, and stand "
            "once");
}

TEST(CheckTogether, WantsTheSameNormalizeInTrainingAndEvaluation) {
  const std::string expected = "must end with the same Normalize as transforms.train";
  EXPECT_EQ(problems_in("transforms: {train: [Normalize]}"),
            "x.yaml:1:13: transforms.eval: " + expected);
  EXPECT_EQ(problems_in("transforms: {train: [Normalize], eval: [{Normalize: {std: [1, 1, 1]}}]}"),
            "x.yaml:1:40: transforms.eval = [{Normalize: {std: [1, 1, 1]}}]: " + expected);
}

TEST(CheckTogether, RefusesRandomTransformsInEvaluation) {
  EXPECT_EQ(
      problems_in("transforms: {eval: [RandomHorizontalFlip: {p: 1}]}"),
      "x.yaml:1:21: transforms.eval[0]: is random; evaluation must have Resize, CenterCrop, Pad, "
      "CLAHE and Normalize only");
  EXPECT_EQ(problems_in("transforms: {eval: [Pad: {padding: 2}, CLAHE]}"), "");
}

TEST(CheckTogether, RefusesToPadOrMixWhatIsSegmented) {
  const std::string segment = "task: segment\ndata: {format: papaya}\n";
  EXPECT_EQ(problems_in(segment + "transforms: {eval: [Pad: {padding: 2}]}\n"),
            "x.yaml:3:21: transforms.eval[0]: pads; evaluation of task segment must keep the "
            "picture as it is");
  EXPECT_EQ(
      problems_in(segment + "transforms: {train: [AugMix: {}]}\n"),
      "x.yaml:3:22: transforms.train[0]: mixes copies that were moved differently, so no mask "
      "fits; task segment must use RandAugment or TrivialAugmentWide instead");
}

TEST(CheckTogether, RefusesToCropWhatIsSegmented) {
  EXPECT_EQ(
      problems_in("task: segment\ndata: {format: papaya}\n"
                  "transforms: {eval: [CenterCrop: {size: 64}]}\n"),
      "x.yaml:3:21: transforms.eval[0]: crops; evaluation of task segment must keep the whole "
      "picture");
  EXPECT_EQ(problems_in("transforms: {eval: [CenterCrop: {size: 64}]}"), "");
}

}  // namespace
}  // namespace carica::test
