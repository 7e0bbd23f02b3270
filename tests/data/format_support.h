#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/images/image_io.h"
#include "io_support.h"
#include "support/temp_folder.h"

namespace carica::data {

inline void put_picture(const std::filesystem::path& path, Size size = {8, 8}) {
  put_bytes(path, encode_jpeg(smooth_picture(size)));
}

inline void put_mask(const std::filesystem::path& path, const Mask& mask) {
  std::filesystem::create_directories(path.parent_path());
  write_mask(path, mask);
}

inline config::Config config_for(const std::string& format, const test::TempFolder& folder,
                                 config::Task task = config::Task::kClassify) {
  config::Config config;
  config.task = task;
  config.data.format = format;
  config.data.root = folder.path().string();
  return config;
}

inline std::vector<std::string> names_of(const Dataset& dataset) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < dataset.size(); ++i) names.push_back(dataset.item(i).name);
  return names;
}

inline std::vector<std::int64_t> labels_of(const Dataset& dataset) {
  std::vector<std::int64_t> labels;
  for (std::size_t i = 0; i < dataset.size(); ++i) labels.push_back(dataset.item(i).label);
  return labels;
}

/// The Error that opening throws.
inline Error open_error(const config::Config& config) {
  return error_of([&] { open_datasets(config); });
}

}  // namespace carica::data
