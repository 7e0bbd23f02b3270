// data: pictures and masks from files to batches of bytes. May include core and config. OpenCV is
// seen by the sources here only. Its folders, each of which may include those before it that
// scripts/check_includes.py lists:
//
//     files        tables, lists, folders, bytes of files
//     images       pictures in memory; JPEG, PNG, TIFF, EXIF to and from them
//     (here)       what a data set is
//     masks        mask files to class indices
//     pixels       what is done to the pixels of a picture: resize, crop, warp, tone
//     splits       which sample goes where
//     shards       many samples in few files
//     formats      data sets of each layout, and the table of them
//     recognition  what a folder of pictures seems to be
//     checks       what is wrong with a data set, and its numbers
//     generated    data sets painted by the program
//     transforms   steps on samples, and lists of them
//     loading      samples to batches, on threads
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/palette.h"
#include "data/images/picture.h"

namespace carica::data {

/// What is known of one sample without decoding it.
struct Item {
  std::string name;         // path below the data root with '/', or "batch.bin#17": its identity in
                            // splits, lists and messages
  std::string path;         // picture file to open
  std::string mask;         // mask file to open; empty for classification
  std::int64_t label = -1;  // class index; -1 for segmentation, and with several labels
  std::vector<std::int64_t> labels = {};  // class indices, ascending, where samples have several
  std::string group = {};                 // samples of one group belong into one split; "": none
  std::uint64_t offset = 0;  // where the picture starts, for formats with many pictures in one file
};

/// All labels of a sample: none, one, or several.
std::span<const std::int64_t> labels_of(const Item& item);
/// Their names, `between` each two.
std::string label_text(const Item& item, const std::vector<std::string>& classes,
                       std::string_view between);

/// One decoded sample. Classification has a label, segmentation a mask of the picture's size.
struct Sample {
  Picture picture;
  Mask mask;
  std::int64_t label = -1;
};

struct StoredSample;

/// A split of a data set. load() and open() may be called from many threads.
class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual std::size_t size() const = 0;
  virtual const Item& item(std::size_t index) const = 0;
  /// Throws Error(kData) naming the file when the picture or the mask is bad.
  virtual Sample load(std::size_t index) const = 0;
  /// The same with the picture's file not decoded yet, where it has one of its own. Whether all of
  /// it is good is then found by who decodes it.
  virtual void open(std::size_t index, StoredSample& into) const;
  /// Asks the system to have the files of a sample at hand soon. Costs little, and nothing depends
  /// on it.
  virtual void fetch(std::size_t) const {}
  /// The mask alone, for those who only count; a file of masks is read without its picture.
  virtual Mask load_mask(std::size_t index) const { return load(index).mask; }
};

/// The three splits of a data set; a split that the data set does not have is empty, never null.
struct Datasets {
  std::vector<std::string> classes;
  std::shared_ptr<const Dataset> train, val, test;
  std::vector<config::Color> colors = {};  // one per class, of data.mask.palette; else empty

  std::vector<bool> mask_values = {};  // [256]: which values masks may hold; empty: no masks
  bool several_labels = false;         // samples have Item.labels, any number of them

  /// "train", "val" or "test". Throws Error(kUsage) for another name.
  const std::shared_ptr<const Dataset>& split(const std::string& name) const;
};

/// Finds the files, checks them as far as names go, and divides them. Class ids come from
/// `data.classes` or the train split, for all splits. A data set with a test split of its own keeps
/// it; the shares of train and val then divide the rest. Throws Error(kData): missing root, no
/// picture, empty class folder, class list that differs between splits, picture without mask;
/// Error(kConfig) for settings that do not fit the format.
Datasets open_datasets(const config::Config& config);

/// The same data set behind a memory of decoded samples, for small sets (`cache: ram`).
std::shared_ptr<const Dataset> cache_in_memory(std::shared_ptr<const Dataset> dataset);

/// One row of the table of formats: name, one-line help.
struct FormatInfo {
  std::string name, help;
};
std::vector<FormatInfo> formats();

/// name,label,split of every sample: the run's split.csv, which data.split.file reads. Several
/// labels stand with '|' between them.
std::string split_csv(const Datasets& datasets);

}  // namespace carica::data
