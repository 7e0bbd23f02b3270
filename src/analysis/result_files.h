#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/file_system.h"

namespace carica::analysis {

/// Files whose presence says what a folder holds.
inline constexpr const char* kRunMark = "config.resolved.yaml";
inline constexpr const char* kAnalysisMark = "run.json";
inline constexpr const char* kComparisonMark = "runs.csv";

/// All that `carica analyze` may write below its folder but for the mark and report.html, which
/// every analysis writes anew.
std::vector<std::string> analysis_files();

/// Removes `files`, paths below a folder, and at last its mark: results of an earlier command,
/// which must not be taken for those of this one. A folder without the mark is somebody else's and
/// stays as it is, and so does whatever is not a plain file. Throws Error(kIo).
void remove_results(FileSystem& fs, const std::filesystem::path& folder, const std::string& mark,
                    const std::vector<std::string>& files);

/// Throws Error(kUsage) where --out of a command names a folder of another kind: results of the
/// same names would take the place of a run's, an analysis' or a comparison's.
void require_own_folder(const std::filesystem::path& out, const std::string& own_mark,
                        const std::string& command);

}  // namespace carica::analysis
