// A split read from shards.
#include <atomic>
#include <filesystem>
#include <unordered_map>

#include "core/checksum.h"
#include "core/error.h"
#include "core/input_file.h"
#include "core/log.h"
#include "core/text.h"
#include "data/files/folder_scan.h"
#include "data/images/image_io.h"
#include "data/masks/mask_runs.h"
#include "data/pixels/crop.h"
#include "data/shards/pack.h"
#include "data/shards/pack_settings.h"
#include "data/stored_sample.h"

namespace carica::data {

// Where each sample lies.
class Shards {
 public:
  Shards(const std::filesystem::path& folder, const PackId& id) : folder_(folder.string()) {
    for (const auto& path : shard_files(folder)) {
      auto file = std::make_unique<MappedFile>();
      const int reason = file->open(path.c_str());
      if (reason != 0) throw unreadable_shard(path, reason);
      for (auto& record : parse_shard(file->bytes(), id, path.string())) {
        const std::string name = record.name;
        const auto added = records_.emplace(name, Found{files_.size(), std::move(record)});
        if (!added.second) {
          throw Error(ErrorCode::kData, cat(path.string(), ": ", name, " is in another shard, too"),
                      "run `carica data pack` again, into another folder");
        }
      }
      files_.push_back(std::move(file));
      paths_.push_back(path.string());
    }
  }

  struct Found {
    std::size_t file;
    ShardRecord record;
  };

  const std::string& folder() const { return folder_; }
  /// When the last of them was written.
  std::filesystem::file_time_type packed() const {
    auto last = std::filesystem::file_time_type::min();
    for (const auto& path : paths_) last = std::max(last, std::filesystem::last_write_time(path));
    return last;
  }
  const Found* find(const std::string& name) const {
    const auto place = records_.find(name);
    return place == records_.end() ? nullptr : &place->second;
  }
  std::span<const std::uint8_t> bytes(const Found& found) const {
    const ShardRecord& record = found.record;
    return files_[found.file]->bytes().subspan(
        record.offset, std::size_t{record.picture_bytes} + record.mask_bytes);
  }
  const std::string& path(const Found& found) const { return paths_[found.file]; }

 private:
  const std::string folder_;
  std::vector<std::unique_ptr<MappedFile>> files_;
  std::vector<std::string> paths_;
  std::unordered_map<std::string, Found> records_;
};

namespace {

class ShardDataset : public Dataset {
 public:
  ShardDataset(std::shared_ptr<const Shards> shards, std::shared_ptr<const Dataset> inner)
      : inner_(std::move(inner)),
        shards_(std::move(shards)),
        places_(inner_->size()),
        sound_(inner_->size()) {
    std::vector<std::string> newer;
    const auto packed = shards_->packed();
    for (std::size_t i = 0; i < inner_->size(); ++i) {
      places_[i] = shards_->find(item(i).name);
      if (places_[i] == nullptr) continue;
      require_unchanged(item(i), places_[i]->record.source_bytes, shards_->folder());
      if (is_newer(item(i).path, packed) || is_newer(item(i).mask, packed)) {
        newer.push_back(item(i).name);
      }
    }
    warn_of(newer);
  }

  std::size_t size() const override { return inner_->size(); }
  const Item& item(std::size_t index) const override { return inner_->item(index); }

  Sample load(std::size_t index) const override {
    StoredSample stored;
    open(index, stored);
    Sample sample;
    sample.label = stored.label;
    sample.picture = stored.encoded.empty() ? copy_of(stored.picture)
                                            : decode_picture(stored.encoded, stored.name);
    sample.mask = std::move(stored.own.mask);
    return sample;
  }

  void open(std::size_t index, StoredSample& into) const override {
    const Shards::Found& found = place(index);
    const ShardRecord& record = found.record;
    const auto bytes = shards_->bytes(found);
    require_sound(index, found, bytes);
    const auto picture = bytes.first(record.picture_bytes);
    into.name = item(index).path;
    into.size = record.size;
    into.label = item(index).label;
    into.encoded = {};
    into.picture = {};
    if (record.picture == StoredPicture::kJpeg) {
      into.encoded = picture;
      if (require_picture(picture, into.name) != record.size) refuse(found, "has another size");
    } else {
      into.picture = {picture.data(), record.size, static_cast<std::size_t>(record.size.width) * 3};
    }
    into.own.mask = mask_of(found, bytes.subspan(record.picture_bytes));
    into.mask = into.own.mask.empty() ? MaskView{} : view(into.own.mask);
  }

  Mask load_mask(std::size_t index) const override {
    const Shards::Found& found = place(index);
    const auto bytes = shards_->bytes(found);
    require_sound(index, found, bytes);
    return mask_of(found, bytes.subspan(found.record.picture_bytes));
  }

 private:
  const Shards::Found& place(std::size_t index) const {
    if (places_.at(index) != nullptr) return *places_[index];
    throw Error(ErrorCode::kData, cat(item(index).path, ": is not in the shards"),
                "bad pictures are left out; for new ones run `carica data pack` again");
  }

  // Files of the same size may have other pixels all the same.
  static bool is_newer(const std::string& file, std::filesystem::file_time_type packed) {
    std::error_code error;
    return !file.empty() && std::filesystem::last_write_time(file, error) > packed && !error;
  }
  void warn_of(const std::vector<std::string>& newer) const {
    if (newer.empty()) return;
    log_warning(cat(shards_->folder(), ": older than the files of ", newer.size(), " samples (",
                    join_few(newer, 3),
                    "), and read instead of them; where those were changed, "
                    "not just copied, run `carica data pack` again, into another folder"));
  }

  // Checked when a sample is first used.
  void require_sound(std::size_t index, const Shards::Found& found,
                     std::span<const std::uint8_t> bytes) const {
    if (sound_[index].load(std::memory_order_relaxed)) return;
    if (checksum64(bytes) != found.record.checksum) refuse(found, "has another checksum");
    sound_[index].store(true, std::memory_order_relaxed);
  }

  [[noreturn]] void refuse(const Shards::Found& found, const char* reason) const {
    throw Error(ErrorCode::kData,
                cat(shards_->path(found), ": damaged shard: ", found.record.name, " ", reason),
                "run `carica data pack` again");
  }

  Mask mask_of(const Shards::Found& found, std::span<const std::uint8_t> bytes) const {
    const ShardRecord& record = found.record;
    if (record.mask == StoredMask::kNone) return {};
    Mask mask{record.size, PixelBytes(pixel_count(record.size))};
    if (record.mask == StoredMask::kRaw) {
      std::copy(bytes.begin(), bytes.end(), mask.values.begin());
    } else if (!decode_runs(bytes, mask.values)) {
      refuse(found, "has broken runs");
    }
    return mask;
  }

  const std::shared_ptr<const Dataset> inner_;
  const std::shared_ptr<const Shards> shards_;
  std::vector<const Shards::Found*> places_;  // null: not packed
  mutable std::vector<std::atomic<bool>> sound_;
};

}  // namespace

std::shared_ptr<const Shards> open_shards(const config::Config& config,
                                          const std::vector<std::string>& classes) {
  const std::filesystem::path folder = config.data.shards;
  if (folder.empty()) {
    throw Error(ErrorCode::kConfig, "data.shards: is empty; must name the folder of the shards",
                "`carica data pack CONFIG --out FOLDER` writes them");
  }
  require_folder(folder, "data.shards");
  const PackSettings settings = read_settings(folder);
  if (settings.text.empty()) {
    throw Error(ErrorCode::kData, cat(folder.string(), ": no pack.json in it; must hold shards"),
                "`carica data pack CONFIG --out FOLDER` writes them");
  }
  require_same_labels(settings, config, classes, folder);
  const int side = short_side_of(settings);
  if (side > 0 && config.task == config::Task::kSegment) {
    log_warning(cat(folder.string(), ": masks are shrunk to a short side of ", side,
                    " where they were larger, and scored so; `carica data pack --short-side 0` "
                    "keeps their size"));
  }
  return std::make_shared<const Shards>(folder, settings.id);
}

std::shared_ptr<const Dataset> read_shards(std::shared_ptr<const Shards> shards,
                                           std::shared_ptr<const Dataset> inner) {
  return std::make_shared<const ShardDataset>(std::move(shards), std::move(inner));
}

}  // namespace carica::data
