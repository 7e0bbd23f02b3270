#include "train/run_directory.h"

#include "core/atomic_file.h"
#include "core/error.h"
#include "core/text.h"

namespace carica::train {

RunDirectory::RunDirectory(FileSystem& fs, std::filesystem::path path)
    : fs_(&fs), path_(std::move(path)) {
  lock_ = fs.try_lock(path_ / ".lock");
  if (!lock_) {
    throw Error(ErrorCode::kBusy,
                cat(path_.string(), ": another process works in this run directory"),
                "wait for it to end, or stop it; a lock left by a dead process does not count");
  }
}

RunDirectory RunDirectory::create(FileSystem& fs, const std::filesystem::path& runs,
                                  const std::string& task, const std::string& name) {
  const auto parent = runs / task;
  fs.create_directories(parent);
  for (int number = 1; number < 100000; ++number) {
    const auto folder = number == 1 ? name : cat(name, "-", number);
    bool existed = false;
    fs.create_directory(parent / folder, existed);
    if (existed) continue;
    RunDirectory run(fs, parent / folder);
    fs.create_directories(run.weights());
    fs.create_directories(run.figures());
    run.latest_ = runs / "latest";
    std::error_code none;
    run.latest_before_ = std::filesystem::read_symlink(run.latest_, none);
    fs.symlink(std::filesystem::path(task) / folder, run.latest_);
    return run;
  }
  throw Error(ErrorCode::kIo,
              cat((parent / name).string(), ": 100,000 runs of this name are there already"),
              "choose another name=");
}

RunDirectory RunDirectory::open(FileSystem& fs, const std::filesystem::path& path) {
  if (!std::filesystem::exists(path / "config.resolved.yaml")) {
    throw Error(ErrorCode::kUsage,
                cat(path.string(), ": not a run directory: config.resolved.yaml is missing"),
                "name the folder that `carica train` made, e.g. runs/latest");
  }
  std::error_code error;
  auto resolved = std::filesystem::canonical(path, error);
  if (error) return RunDirectory(fs, path);
  // Named as when it was made, below the current folder from there.
  const auto below = std::filesystem::proximate(resolved, error);
  const bool inside = path.is_relative() && !error && *below.begin() != "..";
  return RunDirectory(fs, inside ? below : resolved);
}

void RunDirectory::give_latest_back() const {
  if (latest_.empty()) return;
  if (latest_before_.empty()) {
    fs_->remove(latest_);
  } else {
    fs_->symlink(latest_before_, latest_);
  }
}

void RunDirectory::write(const std::string& name, std::string_view text) const {
  write_atomically(*fs_, path_ / name, text);
}

}  // namespace carica::train
