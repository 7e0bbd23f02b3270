#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "config/config.h"
#include "core/file_system.h"
#include "data/dataset.h"
#include "data/shards/shard_format.h"

namespace carica::data {

/// How pictures are kept in shards. Masks are kept as class indices, in runs where that is shorter.
struct PackOptions {
  StoredPicture picture = StoredPicture::kJpeg;
  int short_side = 256;  // larger pictures are shrunk to it; 0: as they are
  int quality = 90;  // of pictures that are encoded anew; an unturned JPEG of its own size is kept
  std::uint64_t shard_bytes = std::uint64_t{256} << 20;
  std::size_t threads = 1;
};

/// The largest side that a transform of the config asks for by its size; 0 where none does.
int wanted_side(const config::Config& config);

/// The short side where the user names none. 0 for segmenters, whose masks would else be scored at
/// another size than the files'; 256 for classifiers, or what their transforms ask for.
int usual_short_side(const config::Config& config);

struct PackSummary {
  std::size_t shards = 0, samples = 0;
  std::size_t kept = 0;  // samples of the data set that an earlier call had packed
  std::size_t bad = 0;   // left out, as `on_bad_image: skip` says
  std::uint64_t bytes = 0;
};

/// Writes all splits to shards in `folder`, with a pack.json that says how. Each shard appears
/// whole or not at all; a call that was interrupted goes on behind the last one. `progress(done,
/// all)` may throw to stop. Throws Error(kData) for a bad picture, unless the config says skip, for
/// a folder that was packed with other settings, and for a file whose size has changed since it was
/// packed; Error(kIo).
PackSummary pack(const config::Config& config, const Datasets& datasets, const PackOptions& options,
                 FileSystem& fs, const std::filesystem::path& folder,
                 const std::function<void(std::size_t, std::size_t)>& progress);

/// The shards of a folder, mapped into memory.
class Shards;

/// Opens data.shards; warns where masks were shrunk. Throws Error(kConfig) when it is empty,
/// Error(kData) when the folder holds no shards, damaged ones, or some that were packed with other
/// classes or mask rules.
std::shared_ptr<const Shards> open_shards(const config::Config& config,
                                          const std::vector<std::string>& classes);

/// A split whose pictures and masks come from shards; each is checked when it is first used. Throws
/// Error(kData) when a file of the split has another size than the one that was packed. A sample
/// that was left out is a bad picture.
std::shared_ptr<const Dataset> read_shards(std::shared_ptr<const Shards> shards,
                                           std::shared_ptr<const Dataset> inner);

/// Bytes of the files of an item; 0 where they cannot be asked for.
std::uint64_t source_bytes(const Item& item);

}  // namespace carica::data
