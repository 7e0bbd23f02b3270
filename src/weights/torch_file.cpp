#include "weights/torch_file.h"

#include <algorithm>
#include <cstring>

#include "core/input_file.h"
#include "weights/pickle_machine.h"

namespace carica::weights {
namespace {

constexpr std::uint64_t kMostPickle = 256 << 20;
constexpr std::string_view kZipMagic = "PK\x03\x04", kEmptyZipMagic = "PK\x05\x06";
/// torch.serialization's MAGIC_NUMBER and PROTOCOL_VERSION.
constexpr std::string_view kLegacyMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr std::int64_t kLegacyProtocol = 1001;

bool begins_with(std::span<const std::uint8_t> bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

bool is_zip(std::span<const std::uint8_t> bytes) {
  return begins_with(bytes, kZipMagic) || begins_with(bytes, kEmptyZipMagic);
}

std::uint64_t bytes_of(const StorageRef& storage, const std::string& where) {
  const std::uint64_t each = storage.dtype == nullptr ? 1 : storage.dtype->bytes;
  std::uint64_t bytes = 0;
  if (__builtin_mul_overflow(storage.elements, each, &bytes)) {
    refuse(where, cat("storage '", readable(storage.key, 80), "' of ", storage.elements,
                      " elements; too many"));
  }
  return bytes;
}

/// The folder of the archive that holds data.pkl, with its slash.
std::string archive_folder(const ZipArchive& archive, const std::string& where) {
  std::string folder;
  for (const auto& entry : archive.entries()) {
    const auto slash = entry.name.find('/');
    if (slash == std::string::npos || entry.name.substr(slash + 1) != "data.pkl") continue;
    if (!folder.empty()) refuse(where, "a zip archive with two data.pkl");
    folder = entry.name.substr(0, slash + 1);
  }
  if (folder.empty()) {
    refuse(where, "a zip archive without a data.pkl; torch.save writes one",
           "a file of numpy or an archive that holds the weights must be unpacked first");
  }
  return folder;
}

}  // namespace

bool looks_like_torch(std::span<const std::uint8_t> bytes) {
  return is_zip(bytes) || (bytes.size() >= 2 && bytes[0] == 0x80 && bytes[1] >= 2 && bytes[1] <= 5);
}

TorchFile::TorchFile(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner,
                     std::string where)
    : where_kept_(std::make_unique<const std::string>(std::move(where))),
      where_(*where_kept_),
      bytes_(bytes),
      owner_(std::move(owner)) {
  if (is_zip(bytes)) {
    open_zip();
  } else {
    open_legacy();
  }
}

TorchFile::TorchFile(TorchFile&&) noexcept = default;
TorchFile::~TorchFile() = default;

TorchFile TorchFile::open(const std::filesystem::path& file) {
  auto mapped = std::make_shared<MappedFile>();
  const int reason = mapped->open(file.c_str(), MappedFile::Access::kPrivate);
  if (reason != 0) refuse(file.string(), std::strerror(reason));
  const auto bytes = mapped->bytes();
  return TorchFile(bytes, std::move(mapped), file.string());
}

void TorchFile::open_zip() {
  archive_ = std::make_unique<ZipArchive>(bytes_, where_);
  const std::string folder = archive_folder(*archive_, where_);
  if (archive_->find(folder + "constants.pkl") != nullptr) {
    refuse(where_, "a TorchScript archive: it holds a program, not only weights",
           "in Python: torch.save(torch.jit.load(file).state_dict(), 'weights.pth')");
  }
  std::vector<std::uint8_t> room;
  if (const ZipEntry* order = archive_->find(folder + "byteorder")) {
    const auto text = archive_->read(*order, room);
    if (std::string_view(reinterpret_cast<const char*>(text.data()), text.size()) != "little") {
      refuse(where_, "written in another byte order than little-endian, which alone is supported");
    }
  }
  const ZipEntry& pickle = *archive_->find(folder + "data.pkl");
  if (pickle.size > kMostPickle) {
    refuse(where_, cat("a data.pkl of ", byte_size(pickle.size), "; at most ",
                       byte_size(kMostPickle), " are supported"));
  }
  PickleMachine machine(archive_->read(pickle, room), 0, where_);
  tree_ = machine.run();
  for (const auto& storage : tree_.storages) {
    const ZipEntry* entry = archive_->find(folder + "data/" + storage.key);
    if (entry == nullptr) {
      refuse(where_, cat("storage '", readable(storage.key, 80), "' is not in the archive"));
    }
    if (const auto wanted = bytes_of(storage, where_); entry->size != wanted) {
      refuse(where_, cat("storage '", readable(storage.key, 80), "' has ", entry->size,
                         " bytes; its pickle says ", wanted));
    }
    blobs_[storage.key] = {.entry = entry};
  }
}

// Pickles of the magic number, the protocol, facts of the machine, the object and the keys of the
// storages; then of each storage its number of elements and its bytes.
void TorchFile::open_legacy() {
  const auto pickles = bytes_.first(std::min<std::size_t>(bytes_.size(), kMostPickle));
  std::uint64_t position = 0;
  const auto next = [&] {
    PickleMachine machine(pickles, position, where_);
    PickleTree tree = machine.run();
    position = machine.position();
    return tree;
  };
  const auto root = [](const PickleTree& tree) -> const Value& { return tree[tree.root]; };
  const PickleTree magic = next();
  if (root(magic).kind != Kind::kLargeInteger || root(magic).text != kLegacyMagic) {
    refuse(where_, "a pickle that torch.save did not write",
           "save the state_dict with torch.save, or as .safetensors");
  }
  if (const PickleTree protocol = next(); root(protocol).integer != kLegacyProtocol) {
    refuse(where_, cat("torch.save's protocol ", root(protocol).integer, "; ", kLegacyProtocol,
                       " is supported"));
  }
  const PickleTree machine = next();
  const Value* little = machine.find(root(machine), "little_endian");
  if (little == nullptr || little->kind != Kind::kBool || little->integer != 1) {
    refuse(where_, "written in another byte order than little-endian, which alone is supported");
  }
  tree_ = next();
  std::map<std::string, std::uint64_t> element_bytes;
  std::map<std::string, std::uint64_t> elements;
  for (const auto& storage : tree_.storages) {
    const std::uint64_t each = storage.dtype == nullptr ? 1 : storage.dtype->bytes;
    const bool same =
        element_bytes.emplace(storage.key, each).first->second == each &&
        elements.emplace(storage.key, storage.elements).first->second == storage.elements;
    if (!same) {
      refuse(where_, cat("storage '", readable(storage.key, 80),
                         "' is described twice, "
                         "differently"));
    }
    bytes_of(storage, where_);
  }
  const PickleTree keys = next();
  if (root(keys).kind != Kind::kList) refuse(where_, "the keys of its storages are not a list");
  ByteCursor cursor(bytes_, position, where_);
  for (const ValueId id : root(keys).items) {
    const std::string& key = keys[id].text;
    const auto each = element_bytes.find(key);
    if (each == element_bytes.end()) {
      refuse(where_, cat("storage '", readable(key, 80), "' belongs to no tensor"));
    }
    const auto count = cursor.number<std::uint64_t>();
    if (count != elements[key]) {
      refuse(where_, cat("storage '", readable(key, 80), "' has ", count,
                         " elements; its pickle says ", elements[key]));
    }
    if (!blobs_.emplace(key, Blob{.bytes = cursor.take(count * each->second)}).second) {
      refuse(where_, cat("storage '", readable(key, 80), "' occurs twice"));
    }
  }
  if (cursor.left() != 0) {
    refuse(where_, cat(cursor.left(), " bytes behind the last storage; there should be none"));
  }
  for (const auto& [key, count] : elements) {
    if (blobs_.find(key) == blobs_.end()) {
      refuse(where_, cat("storage '", readable(key, 80), "' is not in the file"));
    }
  }
}

}  // namespace carica::weights
