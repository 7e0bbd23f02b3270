#include "config/describe.h"

namespace carica::config {

void describe(Visitor& v, DataConfig& c) {
  v.field("format", c.format,
          {.help = "how the files are laid out",
           .choices = {"image_folder", "csv", "cifar", "mnist", "paired_masks", "voc", "cityscapes",
                       "idd", "camvid", "ade20k", "coco", "oxford_pet", "papaya"}});
  v.field("variant", c.variant,
          {.help = "which of several kinds, for cityscapes, coco, mnist and oxford_pet: see "
                   "docs/data.md",
           .nullable = true});
  v.field("root", c.root,
          {.help = "folder of the data set, relative to where carica runs", .nullable = true});
  v.field("classes", c.classes,
          {.help = "names in the order of their indices; empty: read from the train split or known "
                   "from the format",
           .nullable = true});
  v.field("train_dir", c.train_dir,
          {.help = "split folder below root, or what {split} stands for in `images` and `masks`; "
                   "empty: `split` divides the items",
           .form = Form::kRelativePath,
           .nullable = true});
  v.field("val_dir", c.val_dir,
          {.help = "the same for validation", .form = Form::kRelativePath, .nullable = true});
  v.field("test_dir", c.test_dir,
          {.help = "the same for the test", .form = Form::kRelativePath, .nullable = true});
  v.section("split", c.split, "How samples are divided, where no split folders are named.");
  v.section("lists", c.lists, "Files below root that name the samples of a split, one per line.");
  v.field("csv", c.csv,
          {.help = "csv: the table below root, with columns path, label, mask, split, group",
           .form = Form::kRelativePath});
  v.field(
      "labels", c.labels,
      {.help = "csv: how many labels a sample has; auto: several where a cell holds the separator",
       .choices = {"auto", "one", "several"}});
  v.field("label_separator", c.label_separator,
          {.help = "csv: one character between several labels of one sample"});
  v.field(
      "images", c.images,
      {.help =
           "paired_masks: where the pictures are, below root or the split folder; {stem} is "
           "what a picture and its mask share, {split} is train_dir, val_dir or test_dir, .* at "
           "the end any ending of pictures",
       .form = Form::kStemPattern});
  v.field(
      "masks", c.masks,
      {.help = "paired_masks: where the masks are, by the same rules", .form = Form::kStemPattern});
  v.section("mask", c.mask, "What the values of a mask mean.");
  v.field("on_bad_image", c.on_bad_image,
          {.help = "what a picture that cannot be read does to the run: end it, or be left out and "
                   "listed",
           .choices = {"fail", "skip"}});
  v.field("max_bad_fraction", c.max_bad_fraction,
          {.help = "skip: a larger share of bad pictures ends the run", .range = closed(0, 1)});
  v.field("cache", c.cache,
          {.help = "ram keeps the decoded pictures in memory; shards reads what `carica data pack` "
                   "wrote",
           .choices = {"none", "ram", "shards"}});
  v.field("shards", c.shards,
          {.help = "cache: shards: the folder that `carica data pack` wrote", .nullable = true});
  v.field("allow_tiff", c.allow_tiff, {.help = "reads TIFF pictures, too"});
}

void describe(Visitor& v, ListsConfig& c) {
  v.field("train", c.train,
          {.help = "a stem, a picture, or a picture and its mask per line; empty: none",
           .form = Form::kRelativePath,
           .nullable = true});
  v.field("val", c.val,
          {.help = "the same for validation", .form = Form::kRelativePath, .nullable = true});
  v.field("test", c.test,
          {.help = "the same for the test", .form = Form::kRelativePath, .nullable = true});
}

void describe(Visitor& v, SplitConfig& c) {
  v.field("train", c.train, {.help = "share of the items", .range = left_open(0, 1)});
  v.field("val", c.val, {.help = "share of the items", .range = right_open(0, 1)});
  v.field("test", c.test, {.help = "share of the items", .range = right_open(0, 1)});
  v.field(
      "stratified", c.stratified,
      {.help = "divides every class by the same shares; where classes are too small for that, the "
               "shares are those of all items, and each class is in train"});
  v.field("group_by", c.group_by,
          {.help = "regular expression on file names; items whose first captured group is equal "
                   "stay in one split",
           .form = Form::kRegex,
           .nullable = true});
  v.field("seed", c.seed, {.help = "the split depends on it and the file names alone"});
  v.field("folds", c.folds,
          {.help = "k-fold cross-validation instead of shares: fold number `fold` is val, the "
                   "others train; 0: off",
           .range = closed(0, 1000)});
  v.field("fold", c.fold, {.help = "which of the folds is val, from 0", .range = closed(0, 999)});
  v.field("file", c.file,
          {.help = "CSV of name, label and split, as `carica data split` and every run write it; "
                   "relative to where carica runs",
           .nullable = true});
}

void describe(Visitor& v, MaskConfig& c) {
  v.field("encoding", c.encoding,
          {.help = "index: the value is the class; index16: the same with 16 bits; palette: the "
                   "same in a palette file; binary: everything above 0 is class 1, and there are "
                   "two; rgb: colours of the palette named below",
           .choices = {"index", "index16", "palette", "binary", "rgb"}});
  v.field("ignore_index", c.ignore_index,
          {.help = "value that loss and metrics leave out", .range = closed(0, 255)});
  v.field("map", c.map,
          {.help = "value in the file: class index; empty: the same", .range = closed(0, 65535)});
  v.field("reduce_zero_label", c.reduce_zero_label,
          {.help = "0 is ignored, and value k is class k - 1"});
  v.field("palette", c.palette,
          {.help = "YAML file with names, colours and values of the classes, relative to where "
                   "carica runs; sets data.classes when those are empty",
           .nullable = true});
  v.field("others", c.others,
          {.help = "what a value or colour is that is no class and not ignored",
           .choices = {"error", "ignore"}});
  v.field("lossy", c.lossy,
          {.help = "masks saved as JPEG: refuse them, or ignore the pixels whose value is no class",
           .choices = {"refuse", "ignore_strays"}});
  v.field("orientation", c.orientation,
          {.help = "how masks lie beside pictures with an EXIF orientation: as the picture's "
                   "stored pixels, as it is shown, or told by the size",
           .choices = {"auto", "stored", "shown"}});
}

void describe(Visitor& v, LoaderConfig& c) {
  v.field("batch_size", c.batch_size,
          {.help = "of training", .unit = "samples", .range = closed(1, 65536)});
  v.field("eval_batch_size", c.eval_batch_size,
          {.help = "of evaluation; 0: batch_size", .unit = "samples", .range = closed(0, 65536)});
  v.field(
      "workers", c.workers,
      {.help = "threads that decode and transform; -1: the number of cores, at most 16; 0: none",
       .range = closed(-1, 256)});
  v.field("prefetch", c.prefetch,
          {.help = "ready or in the making, at most", .unit = "batches", .range = closed(1, 1024)});
  v.field("drop_last", c.drop_last, {.help = "training leaves out a short last batch"});
  v.field("decode", c.decode,
          {.help = "training pictures; reduced: where a JPEG is shrunk to half or less (not by "
                   "nearest), fewer of its coefficients are decoded; evaluation is always exact",
           .choices = {"reduced", "exact"}});
}

}  // namespace carica::config
