// MNIST and what is laid out like it (Fashion-MNIST, KMNIST, EMNIST): IDX files of pictures and
// labels, plain or packed by gzip.
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <memory>
#include <set>

#include "core/error.h"
#include "core/input_file.h"
#include "core/text.h"
#include "data/files/folder_scan.h"
#include "data/files/gzip.h"
#include "data/files/list_file.h"
#include "data/formats/idx.h"
#include "data/found_items.h"
#include "data/images/image_io.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostUnpacked = std::size_t{1} << 30;

// One IDX file. A plain one is read piece by piece from disk, a packed one stays in memory.
struct IdxFile {
  std::string path;
  IdxHeader header;
  std::vector<std::uint8_t> unpacked;  // whole file; empty: plain
  std::shared_ptr<InputFile> plain;    // stays open

  std::vector<std::uint8_t> part(std::uint64_t offset, std::size_t count) const {
    if (!unpacked.empty()) {
      const auto begin = unpacked.begin() + static_cast<std::ptrdiff_t>(offset);
      return {begin, begin + static_cast<std::ptrdiff_t>(count)};
    }
    std::vector<std::uint8_t> bytes(count);
    if (plain->read(offset, bytes) != 0) {
      throw Error(ErrorCode::kData, cat(path, ": ends before byte ", offset + count),
                  "the file is damaged or truncated: download it again");
    }
    return bytes;
  }
};

void require_size(const IdxFile& file, std::uint64_t size, bool whole) {
  const std::uint64_t wanted = file.header.file_bytes();
  if (size == wanted && whole) return;
  const bool more = size > wanted || (size == wanted && !whole);
  throw Error(ErrorCode::kData,
              cat(file.path, ": ", more ? "holds more than" : cat("holds ", size, " bytes of"),
                  " the ", wanted, " bytes of its header"),
              more ? "is it an IDX file, packed once?"
                   : "the file is damaged or truncated: download it again");
}

IdxFile open_packed(const fs::path& path, std::size_t sizes) {
  IdxFile file{path.string(), {}, {}, {}};
  const auto bytes = read_bytes(path);
  const auto start = unpack_gzip(bytes, 4 + 4 * sizes, file.path);
  file.header = parse_idx_header(start.bytes, sizes, file.path);
  if (file.header.file_bytes() > kMostUnpacked) {
    throw Error(ErrorCode::kData,
                cat(file.path, ": claims ", byte_size(file.header.file_bytes()), "; at most ",
                    byte_size(kMostUnpacked), " are unpacked into memory"),
                "unpack the file: gunzip -k");
  }
  auto all = unpack_gzip(bytes, file.header.file_bytes(), file.path);
  require_size(file, all.bytes.size(), all.whole);
  file.unpacked = std::move(all.bytes);
  return file;
}

IdxFile open_plain(const fs::path& path, std::size_t sizes) {
  IdxFile file{path.string(), {}, {}, std::make_shared<InputFile>()};
  if (const int error = file.plain->open(path.c_str()); error != 0) {
    throw Error(ErrorCode::kData, cat(file.path, ": cannot be read: ", std::strerror(error)));
  }
  const std::uint64_t size = file.plain->size();
  const std::size_t start = std::min<std::size_t>(size, 4 + 4 * sizes);
  file.header = parse_idx_header(file.part(0, start), sizes, file.path);
  require_size(file, size, true);
  return file;
}

// What a file name says: "emnist-letters-", "train", "images", packed.
struct Named {
  std::string prefix, file;
  bool train = false, images = false, packed = false;
};

std::optional<Named> named(const std::string& file) {
  Named result;
  result.file = file;
  std::string name = file;
  result.packed = name.ends_with(".gz");
  if (result.packed) name.resize(name.size() - 3);
  std::replace(name.begin(), name.end(), '.', '-');
  for (const bool images : {true, false}) {
    const std::string_view kind = images ? "images-idx3-ubyte" : "labels-idx1-ubyte";
    for (const std::string_view split : {"train-", "t10k-", "test-"}) {
      const std::string ending = cat(split, kind);
      if (!name.ends_with(ending)) continue;
      result.prefix = name.substr(0, name.size() - ending.size());
      result.train = split == "train-";
      result.images = images;
      return result;
    }
  }
  return std::nullopt;
}

// The file of one split and kind; a plain one is preferred to the same one packed.
std::optional<Named> pick(const std::vector<Named>& files, bool train, bool images) {
  std::optional<Named> picked;
  for (const auto& file : files) {
    if (file.train != train || file.images != images) continue;
    if (!picked || picked->packed) picked = file;
  }
  return picked;
}

std::vector<Named> files_of_one_set(const config::DataConfig& data) {
  std::vector<Named> files;
  std::set<std::string> prefixes;
  for (const auto& name : list_files(data.root)) {
    if (const auto file = named(name)) {
      files.push_back(*file);
      prefixes.insert(file->prefix);
    }
  }
  std::string chosen = data.variant;
  if (!chosen.empty() && !chosen.ends_with('-') && !prefixes.contains(chosen)) chosen += '-';
  if (chosen.empty() && prefixes.size() == 1) chosen = *prefixes.begin();
  if (prefixes.empty()) {
    throw Error(ErrorCode::kData,
                cat("data.root = ", data.root,
                    ": no IDX files there; must hold "
                    "train-images-idx3-ubyte and its labels"),
                "plain or .gz, with '-' or '.' before idx3");
  }
  if (!prefixes.contains(chosen) || (data.variant.empty() && prefixes.size() > 1)) {
    const std::vector<std::string> known(prefixes.begin(), prefixes.end());
    throw Error(ErrorCode::kConfig, cat("data.variant = ", data.variant, ": ", data.root, " holds ",
                                        prefixes.size(), prefixes.size() == 1 ? " set" : " sets",
                                        "; must be what the file names begin "
                                        "with: ",
                                        join(known)));
  }
  std::erase_if(files, [&](const Named& file) { return file.prefix != chosen; });
  return files;
}

class MnistPictures {
 public:
  void add(IdxFile images) { files_.push_back(std::move(images)); }

  Sample load(const Item& item) const {
    const auto file = std::find_if(files_.begin(), files_.end(),
                                   [&](const IdxFile& f) { return f.path == item.path; });
    const auto& shape = file->header.shape;
    const Size size{static_cast<int>(shape[1]), static_cast<int>(shape[2])};
    const auto grey = file->part(item.offset, std::size_t{shape[1]} * shape[2]);
    Sample sample;
    sample.label = item.label;
    sample.picture = {size, PixelBytes(3 * grey.size())};
    for (std::size_t i = 0; i < sample.picture.pixels.size(); ++i) {
      sample.picture.pixels[i] = grey[i / 3];
    }
    return sample;
  }

 private:
  std::vector<IdxFile> files_;
};

std::vector<Item> add_split(const config::DataConfig& data, const std::vector<Named>& files,
                            bool train, const std::vector<std::string>& classes,
                            MnistPictures& pictures) {
  const auto images = pick(files, train, true), labels = pick(files, train, false);
  if (!images && !labels && !train) return {};
  if (!images || !labels) {
    throw Error(ErrorCode::kData,
                cat(data.root, ": no file of ", train ? "training" : "test", " ",
                    images ? "labels" : "pictures", ", such as ", train ? "train-" : "t10k-",
                    images ? "labels-idx1-ubyte" : "images-idx3-ubyte"));
  }
  const auto open = [&](const Named& file, std::size_t sizes) {
    const fs::path path = fs::path(data.root) / file.file;
    return file.packed ? open_packed(path, sizes) : open_plain(path, sizes);
  };
  IdxFile image_file = open(*images, 3);
  const IdxFile label_file = open(*labels, 1);
  const auto& shape = image_file.header.shape;
  constexpr std::uint32_t kMostSide = 4096;
  if (shape[1] > kMostSide || shape[2] > kMostSide) {
    throw Error(ErrorCode::kData, cat(image_file.path, ": claims pictures of ", shape[2], "x",
                                      shape[1], "; at most ", kMostSide, " per side"));
  }
  if (shape[0] != label_file.header.shape[0]) {
    throw Error(ErrorCode::kData,
                cat(image_file.path, ": ", shape[0], " pictures, but ", label_file.header.shape[0],
                    " labels in ", label_file.path),
                "both must come from one data set");
  }
  if (shape[0] > kMaxRows) {
    throw Error(ErrorCode::kData,
                cat(image_file.path, ": ", shape[0], " pictures; at most ", kMaxRows));
  }
  const auto values = label_file.part(label_file.header.bytes, shape[0]);
  const std::string stem =
      images->packed ? images->file.substr(0, images->file.size() - 3) : images->file;
  std::vector<Item> items(shape[0]);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (values[i] >= classes.size()) {
      throw Error(ErrorCode::kData,
                  cat(label_file.path, ": label ", int{values[i]}, " of picture ", i,
                      "; must be below ", classes.size()),
                  "name all classes in data.classes, from label 0 on");
    }
    items[i].name = cat(stem, "#", i);
    items[i].path = image_file.path;
    items[i].label = values[i];
    items[i].offset = image_file.header.bytes + std::uint64_t{shape[1]} * shape[2] * i;
  }
  pictures.add(std::move(image_file));
  return items;
}

}  // namespace

FoundItems find_mnist(const config::Config& config) {
  const auto& data = config.data;
  require_folder(data.root, "data.root");
  const auto files = files_of_one_set(data);
  FoundItems found;
  found.classes = data.classes;
  for (int digit = 0; data.classes.empty() && digit < 10; ++digit) {
    found.classes.push_back(cat(digit));
  }
  auto pictures = std::make_shared<MnistPictures>();
  found.undivided = add_split(data, files, true, found.classes, *pictures);
  found.test = add_split(data, files, false, found.classes, *pictures);
  found.load = [pictures](const Item& item) { return pictures->load(item); };
  return found;
}

}  // namespace carica::data
