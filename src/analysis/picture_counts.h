#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/file_system.h"
#include "metrics/paired_pictures.h"
#include "metrics/picture_confusion.h"

namespace carica::analysis {

/// counts/<split>.safetensors: `counts` int64[N,K,K+1], truth and prediction of each picture, the
/// last column for outputs of no class; names of the pictures and classes as JSON in the metadata.
void save_counts(FileSystem& fs, const std::filesystem::path& file,
                 const std::vector<std::string>& classes, const std::vector<std::string>& names,
                 const std::vector<metrics::PictureConfusion>& pictures);
/// What paired tests need of them. Throws Error(kUsage) when the file is missing (the run was not
/// analysed), Error(kCorrupt) for another file.
metrics::RunPictures load_counts(const std::filesystem::path& file);

}  // namespace carica::analysis
