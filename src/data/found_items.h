#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "data/dataset.h"

namespace carica::data {

/// What a format finds below the data root, before anything is decoded.
struct FoundItems {
  std::vector<std::string> classes;
  std::vector<Item> undivided;         // to be divided by data.split
  std::vector<Item> train, val, test;  // divided by the data set itself
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

/// The classes of root/<split>: data.classes, or its folders sorted by name. Throws Error(kData)
/// when a named class has no folder, or there are no folders.
std::vector<std::string> class_names(const config::Config& config, const std::string& split);

/// Pictures below root/<split>/<class>/ at any depth, class by class; split "" is the root itself.
/// Throws Error(kData) for a class without folder or without pictures, and, unless data.classes
/// chooses among the folders, for a folder that is no class.
std::vector<Item> list_class_folders(const config::Config& config, const std::string& split,
                                     const std::vector<std::string>& classes);

}  // namespace carica::data
