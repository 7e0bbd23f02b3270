#include "data/shards/pack.h"

#include <algorithm>
#include <map>
#include <variant>

#include "core/atomic_file.h"
#include "core/checksum.h"
#include "core/error.h"
#include "core/input_file.h"
#include "core/log.h"
#include "core/text.h"
#include "core/thread_pool.h"
#include "data/images/image_io.h"
#include "data/images/picture_view.h"
#include "data/masks/mask_runs.h"
#include "data/pixels/crop.h"
#include "data/shards/pack_settings.h"
#include "data/stored_sample.h"

namespace carica::data {
namespace {

using Bytes = std::vector<std::uint8_t>;

// A sample as it goes into a shard; without a picture it was bad.
struct Packed {
  ShardRecord record;
  Bytes bytes;  // picture, then mask
};

Size shrunk(Size size, int short_side) {
  const int shorter = std::min(size.height, size.width);
  if (short_side == 0 || shorter <= short_side) return size;
  const auto scaled = [&](int side) {
    return std::max(1, static_cast<int>((std::int64_t{side} * short_side + shorter / 2) / shorter));
  };
  return {scaled(size.height), scaled(size.width)};
}

void add_picture(const Picture& picture, const StoredSample& stored, const PackOptions& options,
                 Packed& packed) {
  packed.record.picture = options.picture;
  if (options.picture == StoredPicture::kRaw) {
    packed.bytes.assign(picture.pixels.begin(), picture.pixels.end());
  } else if (picture.size == stored.size && decodes_reduced(stored.encoded)) {
    packed.bytes.assign(stored.encoded.begin(), stored.encoded.end());
  } else {
    packed.bytes = encode_jpeg(picture, options.quality);
  }
  packed.record.picture_bytes = static_cast<std::uint32_t>(packed.bytes.size());
}

void add_mask(const Mask& mask, Packed& packed) {
  const Bytes runs = encode_runs(mask.values);
  const bool shorter = runs.size() < mask.values.size();
  packed.record.mask = shorter ? StoredMask::kRuns : StoredMask::kRaw;
  packed.record.mask_bytes = static_cast<std::uint32_t>(shorter ? runs.size() : mask.values.size());
  if (shorter) {
    packed.bytes.insert(packed.bytes.end(), runs.begin(), runs.end());
  } else {
    packed.bytes.insert(packed.bytes.end(), mask.values.begin(), mask.values.end());
  }
}

Packed pack_sample(const Dataset& dataset, std::size_t index, const PackOptions& options) {
  Packed packed;
  packed.record.name = dataset.item(index).name;
  packed.record.source_bytes = source_bytes(dataset.item(index));
  StoredSample stored;
  dataset.open(index, stored);
  // Decoded whole, whatever is kept: a damaged picture must not get into a shard.
  Picture picture = stored.encoded.empty() ? copy_of(stored.picture)
                                           : decode_picture(stored.encoded, stored.name);
  const Size size = shrunk(picture.size, options.short_side);
  if (size != picture.size) picture = resize_bilinear(picture, size);
  packed.record.size = size;
  add_picture(picture, stored, options, packed);
  if (stored.mask.values != nullptr) {
    const Mask mask = copy_of(stored.mask);
    add_mask(size != mask.size ? resize_nearest(mask, size) : mask, packed);
  }
  packed.record.checksum = checksum64(packed.bytes);
  return packed;
}

// One shard after the other, each through a temporary file.
class ShardWriter {
 public:
  ShardWriter(FileSystem& fs, std::filesystem::path folder, const PackId& id, std::size_t first,
              std::uint64_t most_bytes)
      : fs_(fs), folder_(std::move(folder)), id_(id), number_(first), most_bytes_(most_bytes) {}

  void add(Packed&& packed) {
    if (!file_) begin();
    const std::uint64_t aligned = (at_ + 63) / 64 * 64;
    file_->append(std::string(aligned - at_, '\0'));
    packed.record.offset = aligned;
    file_->append(std::as_bytes(std::span(packed.bytes)));
    at_ = aligned + packed.bytes.size();
    records_.push_back(std::move(packed.record));
    if (at_ >= most_bytes_) finish();
  }

  void finish() {
    if (!file_) return;
    file_->append(std::string((8 - at_ % 8) % 8, '\0'));
    at_ = (at_ + 7) / 8 * 8;
    const std::string index = shard_index(records_, at_);
    file_->append(index);
    file_->commit();
    file_.reset();
    bytes_ += at_ + index.size();
    records_.clear();
    ++number_;
    ++shards_;
  }

  std::size_t shards() const { return shards_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  void begin() {
    file_ = std::make_unique<AtomicFile>(fs_, shard_file(folder_, number_));
    const std::string header = shard_header(id_);
    file_->append(header);
    at_ = header.size();
  }

  FileSystem& fs_;
  const std::filesystem::path folder_;
  const PackId id_;
  std::size_t number_, shards_ = 0;
  const std::uint64_t most_bytes_;
  std::unique_ptr<AtomicFile> file_;
  std::uint64_t at_ = 0, bytes_ = 0;
  std::vector<ShardRecord> records_;
};

// Writes pack.json, or makes sure that the one there says the same.
void settle(FileSystem& fs, const std::filesystem::path& folder, const PackSettings& settings) {
  const PackSettings old = read_settings(folder);
  if (old.text == settings.text) return;
  if (!old.text.empty()) {
    throw Error(ErrorCode::kData,
                cat((folder / "pack.json").string(), ": was packed with other settings"),
                "give another --out, or remove the folder");
  }
  write_atomically(fs, folder / "pack.json", settings.text);
}

struct Place {
  const Dataset* dataset;
  std::size_t index;
};

}  // namespace

int wanted_side(const config::Config& config) {
  int side = 0;
  for (const auto* list : {&config.transforms.train, &config.transforms.eval}) {
    for (const auto& transform : *list) {
      std::visit(
          [&](const auto& options) {
            if constexpr (requires { options.size; }) {
              for (const int wanted : options.size) side = std::max(side, wanted);
            }
          },
          transform);
    }
  }
  return side;
}

int usual_short_side(const config::Config& config) {
  constexpr int kUsual = 256;
  if (config.task == config::Task::kSegment) return 0;
  return std::max(kUsual, wanted_side(config));
}

std::uint64_t source_bytes(const Item& item) {
  std::uint64_t bytes = 0;
  for (const std::string* path : {&item.path, &item.mask}) {
    if (path->empty()) continue;
    std::error_code error;
    const auto size = std::filesystem::file_size(*path, error);
    if (!error) bytes += size;
  }
  return bytes;
}

PackSummary pack(const config::Config& config, const Datasets& datasets, const PackOptions& options,
                 FileSystem& fs, const std::filesystem::path& folder,
                 const std::function<void(std::size_t, std::size_t)>& progress) {
  fs.create_directories(folder);
  const PackSettings settings = settings_of(config, datasets.classes, options);
  settle(fs, folder, settings);
  PackSummary summary;
  std::map<std::string, std::uint64_t> done;  // bytes of the files that each was made from
  std::size_t next_number = 0;  // behind all that are there, also where one between is lost
  for (const auto& file : shard_files(folder)) {
    MappedFile mapped;
    const int reason = mapped.open(file.c_str());
    if (reason != 0) throw unreadable_shard(file, reason);
    next_number = std::max(next_number, shard_number(file) + 1);
    for (auto& record : parse_shard(mapped.bytes(), settings.id, file.string())) {
      done.emplace(std::move(record.name), record.source_bytes);
    }
    summary.bytes += mapped.bytes().size();
    ++summary.shards;
  }
  std::vector<Place> places;
  for (const char* name : {"train", "val", "test"}) {
    const Dataset& split = *datasets.split(name);
    for (std::size_t i = 0; i < split.size(); ++i) {
      const auto packed = done.find(split.item(i).name);
      if (packed == done.end()) {
        places.push_back({&split, i});
      } else {
        require_unchanged(split.item(i), packed->second, folder);
        ++summary.kept;
      }
    }
  }
  const std::size_t all = places.size() + summary.kept;

  ShardWriter writer(fs, folder, settings.id, next_number, options.shard_bytes);
  const bool skip = config.data.on_bad_image == "skip";
  const std::size_t at_once = std::max<std::size_t>(1, options.threads) * 8;
  for (std::size_t begin = 0; begin < places.size(); begin += at_once) {
    const std::size_t count = std::min(at_once, places.size() - begin);
    std::vector<Packed> packed(count);
    std::vector<std::string> reasons(count);
    parallel_for(count, options.threads, [&](std::size_t i) {
      const Place& place = places[begin + i];
      try {
        packed[i] = pack_sample(*place.dataset, place.index, options);
      } catch (const Error& error) {
        if (!skip || error.code() != ErrorCode::kData) throw;
        reasons[i] = error.what();
      }
    });
    for (std::size_t i = 0; i < count; ++i) {
      if (packed[i].bytes.empty()) {
        log_warning(cat("left out: ", reasons[i]));
        ++summary.bad;
      } else {
        writer.add(std::move(packed[i]));
        ++summary.samples;
      }
    }
    progress(summary.kept + begin + count, all);
  }
  writer.finish();
  summary.shards += writer.shards();
  summary.bytes += writer.bytes();
  return summary;
}

}  // namespace carica::data
