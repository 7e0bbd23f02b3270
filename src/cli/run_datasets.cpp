#include "cli/run_datasets.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/error.h"
#include "core/file_system.h"
#include "core/log.h"
#include "core/text.h"
#include "data/formats/unknown_folders.h"
#include "data/splits/kept_division.h"

namespace carica::cli {

namespace {

constexpr std::uint64_t kMaxSplitBytes = std::uint64_t{1} << 32;

// Where samples are, which of them there are, and who says in which split each is. Not
// data.classes: they must be the network's, and tear no sample from its split.
constexpr std::array kNamesData = {"data.format",  "data.variant",  "data.root",  "data.train_dir",
                                   "data.val_dir", "data.test_dir", "data.split", "data.lists",
                                   "data.csv",     "data.images",   "data.masks"};

// "data.split.seed=5" sets something in data.split; "data={...}" may set anything.
bool sets_in(std::string_view override_text, std::string_view section) {
  const auto key = override_text.substr(0, override_text.find_first_of("= "));
  return key == section || (key.starts_with(section) && key[section.size()] == '.');
}

// A config without data.classes has chosen none of the folders: all of them count.
void tell_of_unknown_folders(const config::DataConfig& data,
                             const std::vector<std::string>& classes) {
  if (!data.classes.empty()) return;
  const auto unknown = data::unknown_class_folders(data, classes);
  if (unknown.empty()) return;
  log_warning(cat(data.root, ": ", unknown.size(),
                  unknown.size() == 1 ? " class folder is" : " class folders are",
                  " unknown to the network (", join_few(unknown),
                  "); their pictures are left out and not scored"));
}

}  // namespace

bool name_other_data(std::span<const std::string> overrides) {
  return std::ranges::any_of(overrides, [](const std::string& text) {
    return text.starts_with("data=") || std::ranges::any_of(kNamesData, [&](const char* section) {
             return sets_in(text, section);
           });
  });
}

void require_data(const config::DataConfig& data, const std::string& setting) {
  const std::filesystem::path root = data.root, train = root / data.train_dir;
  std::error_code ignored;
  if (!data.root.empty() && !std::filesystem::is_directory(root, ignored)) {
    throw Error(
        ErrorCode::kData,
        cat("data.root = ", data.root, ": no such folder; must be the folder of the data set"),
        cat("where the data have moved, or carica is started elsewhere: ", setting));
  }
  if (data.format != "image_folder" || std::filesystem::is_directory(train, ignored)) return;
  throw Error(ErrorCode::kData,
              cat("data.train_dir = ", train.string(), ": no such folder; must be a folder"),
              cat("the run's data have folders of splits; where the classes lie directly in ",
                  data.root, ": data.train_dir=null data.val_dir=null data.test_dir=null"));
}

data::Datasets open_run_datasets(const eval::Model& model, const std::filesystem::path& run_folder,
                                 std::span<const std::string> overrides) {
  auto config = model.config;
  if (!config.data.classes.empty() && config.data.classes != model.classes) {
    throw Error(ErrorCode::kConfig, cat("data.classes = ", join(config.data.classes),
                                        ": the network's are ", join(model.classes)));
  }
  // Ids are the network's, whatever folders are there.
  config.data.classes = model.classes;
  require_data(config.data, "--data FOLDER");
  auto datasets = data::open_datasets(config);
  tell_of_unknown_folders(model.config.data, model.classes);
  const auto table = run_folder / "split.csv";
  if (name_other_data(overrides) || !std::filesystem::exists(table)) {
    log_info(cat("data: ", config.data.root, ": train ", datasets.train->size(), ", val ",
                 datasets.val->size(), ", test ", datasets.test->size()));
    return datasets;
  }
  auto kept = data::keep_division(datasets, FileSystem::real().read(table, kMaxSplitBytes),
                                  table.string(), config.data.split.group_by);
  if (kept.moved + kept.fresh + kept.gone > 0) {
    log_warning(cat(config.data.root, ": the samples differ from the run's ", table.string(), ": ",
                    kept.gone, " are gone, ", kept.fresh,
                    " are new; the others stay in their splits"));
  }
  return std::move(kept.datasets);
}

std::string split_to_judge(const data::Datasets& datasets) {
  if (datasets.test->size() > 0 || datasets.val->size() == 0) return "test";
  log_info("data: no test split: val is taken, which has chosen the best weights");
  return "val";
}

}  // namespace carica::cli
