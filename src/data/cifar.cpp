// CIFAR-10: the binary files (data_batch_*.bin, test_batch.bin, batches.meta.txt), or one folder per class below train/ and test/.
// Binary layout: records of 1 byte label and 3,072 bytes of picture, planes of red, green, blue, 32x32 each.
// Source: https://www.cs.toronto.edu/~kriz/cifar.html
#include <array>
#include <filesystem>
#include <fstream>

#include "core/error.h"
#include "core/text.h"
#include "data/found_items.h"
#include "data/image_io.h"

namespace carica::data {

namespace fs = std::filesystem;

namespace {

constexpr int kSide = 32;
constexpr std::size_t kPlane = kSide * kSide;
constexpr std::size_t kRecord = 1 + 3 * kPlane;

std::vector<std::string> binary_class_names(const fs::path& root) {
  std::vector<std::string> names;
  for (auto line : split(std::string([&] {
         const auto bytes = read_bytes(root / "batches.meta.txt");
         return std::string(bytes.begin(), bytes.end());
       }()),
                         '\n')) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty()) names.push_back(line);
  }
  return names;
}

std::vector<Item> records_of(const fs::path& file, std::size_t classes) {
  const auto size = fs::file_size(file);
  if (size == 0 || size % kRecord != 0) {
    throw Error(ErrorCode::kData, cat(file.string(), ": has ", size, " bytes; a CIFAR-10 file has a multiple of ", kRecord),
                "the file is damaged or truncated: download it again");
  }
  std::ifstream stream(file, std::ios::binary);
  std::vector<Item> items;
  for (std::uint64_t offset = 0; offset < size; offset += kRecord) {
    stream.seekg(static_cast<std::streamoff>(offset));
    const int label = stream.get();
    if (!stream || label < 0 || static_cast<std::size_t>(label) >= classes) {
      throw Error(ErrorCode::kData, cat(file.string(), ": record ", offset / kRecord, " has label ", label, "; must be below ", classes));
    }
    Item item;
    item.name = cat(file.filename().string(), "#", offset / kRecord);
    item.path = file.string();
    item.label = label;
    item.offset = offset;
    items.push_back(std::move(item));
  }
  return items;
}

FoundItems find_binary(const config::Config& config) {
  const fs::path root = config.data.root;
  FoundItems found;
  found.classes = config.data.classes.empty() ? binary_class_names(root) : config.data.classes;
  for (int batch = 1; batch <= 5; ++batch) {
    const auto file = root / cat("data_batch_", batch, ".bin");
    if (!fs::exists(file)) continue;
    const auto items = records_of(file, found.classes.size());
    found.undivided.insert(found.undivided.end(), items.begin(), items.end());
  }
  if (fs::exists(root / "test_batch.bin")) found.test = records_of(root / "test_batch.bin", found.classes.size());
  return found;
}

}  // namespace

FoundItems find_cifar(const config::Config& config) {
  const auto& root = config.data.root;
  if (fs::exists(cat(root, "/data_batch_1.bin"))) return find_binary(config);
  if (!fs::is_directory(cat(root, "/train"))) {
    throw Error(ErrorCode::kData, cat(root, ": neither data_batch_1.bin nor a folder train/ in it"),
                "data.root names the folder with CIFAR-10's binary files, or with train/CLASS/0000.jpg");
  }
  FoundItems found;
  found.classes = class_names(config, "train");
  found.undivided = list_class_folders(root, "train", found.classes);
  if (fs::is_directory(cat(root, "/test"))) found.test = list_class_folders(root, "test", found.classes);
  return found;
}

Sample load_cifar(const config::Config&, const Item& item) {
  Sample sample;
  sample.label = item.label;
  if (item.name.find('#') == std::string::npos) {
    sample.picture = read_picture(item.path);
    return sample;
  }
  std::array<unsigned char, kRecord> record;
  std::ifstream stream(item.path, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(item.offset));
  if (!stream.read(reinterpret_cast<char*>(record.data()), kRecord)) {
    throw Error(ErrorCode::kData, cat(item.name, ": the file ends within the record"));
  }
  sample.picture.size = {kSide, kSide};
  sample.picture.pixels.resize(3 * kPlane);
  for (std::size_t p = 0; p < kPlane; ++p) {
    for (std::size_t c = 0; c < 3; ++c) sample.picture.pixels[3 * p + c] = record[1 + c * kPlane + p];
  }
  return sample;
}

}  // namespace carica::data
