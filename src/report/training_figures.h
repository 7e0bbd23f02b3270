#pragma once

#include <filesystem>
#include <vector>

#include "core/file_system.h"

namespace carica::report {

/// Draws the curves of a results.csv (epoch,step,lr,train_loss,val_loss, more val_ columns,
/// timings; cells may be empty) into `folder`, which is made if need be, as PNG and SVG: loss, lr,
/// and metrics when there are val_ columns beside val_loss. A line goes on across empty cells: not
/// every epoch is validated. Equal columns share a line. Returns the files written. Throws
/// Error(kData) with file and line for a damaged file, Error(kIo).
std::vector<std::filesystem::path> draw_training_figures(FileSystem& fs,
                                                         const std::filesystem::path& results_csv,
                                                         const std::filesystem::path& folder);

/// Draws a confusion.csv (rows truth, columns prediction, class names on both) as
/// `folder`/confusion.png and .svg. Returns the files written. Throws Error(kData) with file and
/// line for a damaged file, Error(kIo).
std::vector<std::filesystem::path> draw_confusion_figure(FileSystem& fs,
                                                         const std::filesystem::path& confusion_csv,
                                                         const std::filesystem::path& folder);

/// Draws the column average_precision of a per_class.csv of samples with several labels as bars,
/// the best class first, as `folder`/average_precision.png and .svg. Returns the files written.
/// Throws Error(kData) with file and line for a damaged file, Error(kIo).
std::vector<std::filesystem::path> draw_label_set_figure(FileSystem& fs,
                                                         const std::filesystem::path& per_class_csv,
                                                         const std::filesystem::path& folder);

}  // namespace carica::report
