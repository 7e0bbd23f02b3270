#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "checkpoint/safetensors.h"
#include "weights/pickle_value.h"
#include "weights/zip.h"

namespace carica::weights {

/// A file that Python's torch.save wrote: a zip archive (since torch 1.6), or the form before it.
/// Its pickle is read when it is opened, its tensors when they are asked for.
class TorchFile {
 public:
  /// Maps a file. Throws Error(kCorrupt), "where: reason".
  static TorchFile open(const std::filesystem::path& file);
  /// Reads bytes at hand, which `owner` keeps. They must be writable memory, or no tensor may be
  /// written to.
  TorchFile(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner,
            std::string where);
  TorchFile(TorchFile&&) noexcept;
  ~TorchFile();

  const PickleTree& tree() const { return tree_; }
  const std::string& where() const { return where_; }
  /// "zip" or "legacy".
  std::string_view format() const { return archive_ ? "zip" : "legacy"; }

  /// The tensors of some values of the tree, each of kind kTensor: on the CPU, contiguous, each on
  /// memory of its own. Where it can be, that is the mapped file, private to this process: writing
  /// to a tensor does not reach the file. Checked: storages have the size that they should, and the
  /// checksum of their bytes; sizes, strides and offsets stay inside. Throws Error(kCorrupt).
  checkpoint::NamedTensors read(std::span<const std::pair<std::string, ValueId>> chosen) const;

 private:
  struct Blob {
    const ZipEntry* entry = nullptr;           // in a zip archive
    std::span<const std::uint8_t> bytes = {};  // in the form before it
  };
  struct Content;

  void open_zip();
  void open_legacy();
  Content load(const std::string& key) const;

  // On the heap, because archive_ refers to it.
  std::unique_ptr<const std::string> where_kept_;
  const std::string& where_;
  std::span<const std::uint8_t> bytes_;
  std::shared_ptr<const void> owner_;
  std::unique_ptr<ZipArchive> archive_;
  PickleTree tree_;
  std::map<std::string, Blob> blobs_;
};

/// True for bytes that begin like a file of torch.save, in either form.
bool looks_like_torch(std::span<const std::uint8_t> bytes);

}  // namespace carica::weights
