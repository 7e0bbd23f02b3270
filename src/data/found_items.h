#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "data/dataset.h"

namespace carica::data {

/// Decodes one item; may be called from many threads.
using LoadItem = std::function<Sample(const Item&)>;

/// What a format finds below the data root, before anything is decoded.
struct FoundItems {
  std::vector<std::string> classes;
  std::vector<Item> undivided = {};                   // to be divided by data.split
  std::vector<Item> train = {}, val = {}, test = {};  // divided by the data set itself
  bool several_labels = false;                        // Item.labels instead of Item.label
  /// For formats that say how masks are read; data.mask, what it says completed.
  std::optional<config::MaskConfig> mask = std::nullopt;
  /// The values of mask files are class indices, whatever data.mask.palette says of values.
  bool values_are_indices = false;
  /// The format's own way to decode, where Format::load does not suffice.
  LoadItem load = nullptr;
};

/// One row of the table of formats.
struct Format {
  const char* name;
  const char* help;
  bool classifies, segments;  // tasks it serves
  FoundItems (*find)(const config::Config& config);
  /// Decodes one item. Null: Item.path is a picture file, Item.mask a mask file.
  Sample (*load)(const Item& item);
};

FoundItems find_image_folder(const config::Config& config);
FoundItems find_cifar(const config::Config& config);
Sample load_cifar(const Item& item);
FoundItems find_paired_masks(const config::Config& config);
FoundItems find_papaya(const config::Config& config);
FoundItems find_csv(const config::Config& config);
FoundItems find_mnist(const config::Config& config);
FoundItems find_voc(const config::Config& config);
FoundItems find_cityscapes(const config::Config& config);
FoundItems find_idd(const config::Config& config);
FoundItems find_camvid(const config::Config& config);
FoundItems find_ade20k(const config::Config& config);
FoundItems find_coco(const config::Config& config);
FoundItems find_oxford_pet(const config::Config& config);

/// data.classes (which hold the palette's names by then). Throws Error(kConfig) when there are
/// none, naming the palette that is shipped for the format.
std::vector<std::string> known_classes(const config::Config& config);

/// data.variant, or the first of `known`. Throws Error(kConfig) for another one.
std::string variant_of(const config::Config& config, const std::vector<std::string>& known);

/// The classes of root/<split>: data.classes, or its folders sorted by name. Throws Error(kData)
/// when a named class has no folder, or there are no folders.
std::vector<std::string> class_names(const config::Config& config, const std::string& split);

/// Pictures below root/<split>/<class>/ at any depth, class by class; split "" is the root itself.
/// Throws Error(kData) for a class without folder or without pictures, and, unless data.classes
/// chooses among the folders, for a folder that is no class.
std::vector<Item> list_class_folders(const config::Config& config, const std::string& split,
                                     const std::vector<std::string>& classes);

}  // namespace carica::data
