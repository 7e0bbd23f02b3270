// train: runs from a config to weights. May include eval, optim, report and everything below them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/file_system.h"

namespace carica::train {

/// The folder of one run, locked while this lives. Layout: docs/formats.md.
class RunDirectory {
 public:
  /// Makes runs/<task>/<name>, or <name>-2, -3, ...: an existing folder is never used again. Points
  /// runs/latest to it. Throws Error(kIo) when it cannot be written.
  static RunDirectory create(FileSystem& fs, const std::filesystem::path& runs,
                             const std::string& task, const std::string& name);
  /// Opens an earlier run to go on with it; of a link, what it leads to. path() is relative where
  /// the given one is and it stands below the current folder. Throws Error(kUsage) when it is no
  /// run directory, Error(kBusy) when a process works in it.
  static RunDirectory open(FileSystem& fs, const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path weights() const { return path_ / "weights"; }
  std::filesystem::path best() const { return weights() / "best.safetensors"; }
  std::filesystem::path figures() const { return path_ / "figures"; }
  FileSystem& fs() const { return *fs_; }

  /// Points runs/latest to the run it pointed to before create(), or to none: this one came to
  /// nothing.
  void give_latest_back() const;

  /// A whole text file of the run, e.g. write("classes.json", ...).
  void write(const std::string& name, std::string_view text) const;

 private:
  RunDirectory(FileSystem& fs, std::filesystem::path path);

  FileSystem* fs_;
  std::filesystem::path path_;
  std::filesystem::path latest_, latest_before_;  // the link, and where it pointed; or empty
  std::unique_ptr<FileLock> lock_;
};

}  // namespace carica::train
