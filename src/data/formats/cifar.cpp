// CIFAR-10: the binary files (data_batch_1.bin ..., test_batch.bin, batches.meta.txt), or class
// folders below train/ and test/. Binary layout: records of one byte label and 3,072 bytes of
// picture: planes of red, green and blue, 32x32 each. Source:
// https://www.cs.toronto.edu/~kriz/cifar.html
#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>

#include "core/error.h"
#include "core/input_file.h"
#include "core/text.h"
#include "data/files/folder_scan.h"
#include "data/found_items.h"
#include "data/images/image_io.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

constexpr int kSide = 32;
constexpr std::size_t kPlane = kSide * kSide;
constexpr std::size_t kRecord = 1 + 3 * kPlane;

std::vector<std::string> stored_class_names(const fs::path& file) {
  const auto bytes = read_bytes(file);
  std::vector<std::string> names;
  for (auto line : split(std::string(bytes.begin(), bytes.end()), '\n')) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty()) names.push_back(line);
  }
  return names;
}

// Class id of each stored label: data.classes may put the stored names in another order.
std::vector<std::int64_t> class_ids(const std::vector<std::string>& stored,
                                    const std::vector<std::string>& classes) {
  std::vector<std::int64_t> ids;
  for (const auto& name : stored) {
    const auto place = std::find(classes.begin(), classes.end(), name);
    if (place == classes.end() || classes.size() != stored.size()) {
      throw Error(ErrorCode::kConfig,
                  cat("data.classes: ", join(classes),
                      ": must be the names of batches.meta.txt: ", join(stored)),
                  "leave data.classes out to take them from the file");
    }
    ids.push_back(place - classes.begin());
  }
  return ids;
}

void add_records(const fs::path& file, const std::vector<std::int64_t>& ids,
                 std::vector<Item>& items) {
  const auto bytes = read_bytes(file);
  if (bytes.size() % kRecord != 0) {
    throw Error(
        ErrorCode::kData,
        cat(file.string(), ": has ", bytes.size(), " bytes; must be a multiple of ", kRecord),
        "the file is damaged or truncated: download it again");
  }
  for (std::size_t offset = 0; offset < bytes.size(); offset += kRecord) {
    if (bytes[offset] >= ids.size()) {
      throw Error(ErrorCode::kData,
                  cat(file.string(), ": record ", offset / kRecord, " has label ",
                      int{bytes[offset]}, "; must be below ", ids.size()),
                  "is it a file of CIFAR-10?");
    }
    Item item;
    item.name = cat(file.filename().string(), "#", offset / kRecord);
    item.path = file.string();
    item.label = ids[bytes[offset]];
    item.offset = offset;
    items.push_back(std::move(item));
  }
}

// The binary files, open as long as the data set is there: 10,000 samples lie in each.
class RecordFiles {
 public:
  void add(const fs::path& path) {
    if (const int error = files_[path.string()].open(path.c_str()); error != 0) {
      throw Error(ErrorCode::kIo, cat(path.string(), ": cannot be opened: ", std::strerror(error)));
    }
  }
  Sample load(const Item& item) const {
    std::array<std::uint8_t, kRecord> record;
    if (files_.at(item.path).read(item.offset, record) != 0) {
      throw Error(ErrorCode::kData, cat(item.path, ": ends within ", item.name));
    }
    Sample sample;
    sample.label = item.label;
    sample.picture = {{kSide, kSide}, PixelBytes(3 * kPlane)};
    for (std::size_t p = 0; p < kPlane; ++p) {
      for (std::size_t c = 0; c < 3; ++c) {
        sample.picture.pixels[3 * p + c] = record[1 + c * kPlane + p];
      }
    }
    return sample;
  }

 private:
  std::map<std::string, InputFile> files_;
};

FoundItems find_binary(const config::Config& config) {
  const fs::path root = config.data.root;
  const auto stored = stored_class_names(root / "batches.meta.txt");
  FoundItems found;
  found.classes = config.data.classes.empty() ? stored : config.data.classes;
  const auto ids = class_ids(stored, found.classes);
  const auto files = std::make_shared<RecordFiles>();
  const auto add = [&](const fs::path& file, std::vector<Item>& items) {
    add_records(file, ids, items);
    files->add(file);
  };
  for (int batch = 1; batch <= 5; ++batch) {  // all five: a lost one would go unnoticed
    add(root / cat("data_batch_", batch, ".bin"), found.undivided);
  }
  if (fs::exists(root / "test_batch.bin")) add(root / "test_batch.bin", found.test);
  found.load = [files](const Item& item) { return files->load(item); };
  return found;
}

}  // namespace

FoundItems find_cifar(const config::Config& config) {
  const fs::path root = config.data.root;
  require_folder(root, "data.root");
  if (fs::exists(root / "batches.meta.txt") || fs::exists(root / "data_batch_1.bin")) {
    return find_binary(config);
  }
  if (!fs::is_directory(root / "train")) {
    throw Error(
        ErrorCode::kData, cat(root.string(), ": neither batches.meta.txt nor a folder train in it"),
        "data.root names the folder of CIFAR-10's binary files, or of train/CLASS/0000.jpg");
  }
  FoundItems found;
  found.classes = class_names(config, "train");
  found.undivided = list_class_folders(config, "train", found.classes);
  if (fs::is_directory(root / "test")) {
    found.test = list_class_folders(config, "test", found.classes);
  }
  return found;
}

Sample load_cifar(const Item& item) {
  Sample sample;
  sample.picture = read_picture(item.path);
  sample.label = item.label;
  return sample;
}

}  // namespace carica::data
