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
  FoundItems (*find)(const config::Config& config);
  /// Decodes one item. Null: Item.path is a picture file, Item.mask a mask file.
  Sample (*load)(const config::Config& config, const Item& item);
};

FoundItems find_image_folder(const config::Config& config);
FoundItems find_cifar(const config::Config& config);
Sample load_cifar(const config::Config& config, const Item& item);
FoundItems find_paired_masks(const config::Config& config);
FoundItems find_papaya(const config::Config& config);

/// Folders directly below `folder`, sorted by name; hidden ones left out. Throws Error(kData) when `folder` is missing.
std::vector<std::string> list_folders(const std::string& folder);
/// Names of the picture files (.jpg .jpeg .png .webp .bmp, any case) directly in `folder`, sorted; hidden ones left out.
std::vector<std::string> list_pictures(const std::string& folder);
/// Pictures of root/<folder>/<class>/, in the order of `classes`; names begin with `folder`. Throws Error(kData) for a class without pictures.
std::vector<Item> list_class_folders(const std::string& root, const std::string& folder, const std::vector<std::string>& classes);
/// data.classes, or the class folders of root/<folder>. Throws Error(kData) when a named class has no folder, or there is none.
std::vector<std::string> class_names(const config::Config& config, const std::string& folder);

}  // namespace carica::data
