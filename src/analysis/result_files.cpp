#include "analysis/result_files.h"

#include "analysis/sheets.h"
#include "core/error.h"
#include "core/text.h"

namespace carica::analysis {

std::vector<std::string> analysis_files() {
  std::vector<std::string> files = {
      "scores.json", "per_class.csv", "confusion.csv", "overfitting.txt",
      // of classifiers
      "mistakes.csv", "chosen_mistakes.csv", "confused_pairs.csv",
      // of pictures with several labels
      "thresholds.csv", "co_occurrence.csv", "co_occurrence_truth.csv",
      // of segmenters
      "ap.csv", "best_and_worst.csv", "pictures.csv", "failures.csv", "chosen_failures.csv"};
  const auto add = [&](const std::string& stem, const std::vector<std::string>& endings) {
    for (const auto& ending : endings) files.push_back(stem + ending);
  };
  for (const char* figure :
       {"calibration", "roc", "confusion", "precision_recall", "co_occurrence"}) {
    add(figure, {".png", ".svg"});
  }
  for (const char* sheets : {"mistakes", "grad_cam", "classes", "failures"}) {
    for (int number = 1; number <= Sheets::kMostSheets; ++number) {
      files.push_back(Sheets::file_name(sheets, number));
    }
  }
  for (const char* split : {"train", "val", "test"}) {
    for (const char* embedding : {"2d", "3d"}) {
      add(cat("tsne_", split, "_", embedding), {".csv", ".png", ".svg"});
      add(cat("pca_", split, "_", embedding), {".csv", ".png", ".svg"});
    }
    files.push_back(cat("features/", split, ".safetensors"));
    files.push_back(cat("counts/", split, ".safetensors"));
  }
  return files;
}

void remove_results(FileSystem& fs, const std::filesystem::path& folder, const std::string& mark,
                    const std::vector<std::string>& files) {
  if (!std::filesystem::exists(folder / mark)) return;
  for (const auto& file : files) {
    if (std::filesystem::is_regular_file(folder / file)) fs.remove(folder / file);
  }
  fs.remove(folder / mark);
}

void require_own_folder(const std::filesystem::path& out, const std::string& own_mark,
                        const std::string& command) {
  for (const auto& [mark, what] :
       {std::pair(kRunMark, "a run"), std::pair(kAnalysisMark, "an analysis"),
        std::pair(kComparisonMark, "a comparison")}) {
    if (mark == own_mark || !std::filesystem::exists(out / mark)) continue;
    throw Error(ErrorCode::kUsage,
                cat(command, " --out ", out.string(), ": holds ", what, " (", mark,
                    "); must be a folder of its own"),
                cat("choose another one, e.g. --out ", (out / command).string()));
  }
}

}  // namespace carica::analysis
