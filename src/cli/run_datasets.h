#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "data/dataset.h"
#include "eval/model.h"

namespace carica::cli {

/// Whether overrides name other samples, or another division of them. How samples are read,
/// labelled or kept in memory does not count.
bool name_other_data(std::span<const std::string> overrides);

/// Throws Error(kData) where the folders of a run's data are not there; the hint says by which
/// `setting` other ones are named: "--data FOLDER".
void require_data(const config::DataConfig& data, const std::string& setting);

/// The data set of a loaded network, its classes the network's. Where files came or went since the
/// run's split.csv was written, samples stay in the splits it names, with a warning; not where
/// `overrides` name other data. Throws Error(kConfig) for other classes, and what
/// data::open_datasets throws.
data::Datasets open_run_datasets(const eval::Model& model, const std::filesystem::path& run_folder,
                                 std::span<const std::string> overrides);

/// Whose pictures judge a run where none are asked for: test, or without one val, with a line that
/// says so.
std::string split_to_judge(const data::Datasets& datasets);

}  // namespace carica::cli
